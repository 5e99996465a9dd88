"""For every test: logs go through Attune's own redaction, so nothing raw is ever printed."""

import pytest

from bot import logs


@pytest.fixture(scope="session", autouse=True)
def quiet_logs() -> None:
    logs.configure("WARNING", "console", ())
