# Two commands do everything, installs included: `make demo` and `make test`.
# They use an active virtual environment, or make .venv beside this file.
VENV := $(or $(VIRTUAL_ENV),$(CURDIR)/.venv)
BIN := $(VENV)/bin
PYTHON ?= python3

.PHONY: demo test test-long lint bench lock

demo: $(VENV)/.attune-run
	$(BIN)/attune demo

# As many test processes as there are cores, four at most: each starts a PostgreSQL and bots of its own.
PYTEST := $(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile

test: lint
	$(PYTEST) -m "not long"

test-long: lint
	$(PYTEST)

lint: $(VENV)/.attune-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.attune-dev
	$(BIN)/python -m tests.bench $(ARGS)

# Pinned and hashed; run after changing dependencies in pyproject.toml.
lock: $(VENV)/.attune-dev
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --extra dev pyproject.toml -o requirements-dev.lock

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.attune-run: requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

$(VENV)/.attune-dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@
