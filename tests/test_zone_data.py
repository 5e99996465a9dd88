"""Where the rules of time zones come from: the pinned package, unless somebody says otherwise."""

import os
import subprocess
import sys
from importlib.resources import files

import pytest


@pytest.mark.parametrize("module", ["bot.app", "bot.ics.reading", "bot.playground.demo"])
def test_zones_are_read_from_the_pinned_package(module: str) -> None:
    assert _paths(module, {}) == "()"
    assert files("tzdata").joinpath("zoneinfo", "Europe", "Berlin").is_file()


def test_who_keeps_the_systems_zones_can_say_so() -> None:
    assert _paths("bot", {"PYTHONTZPATH": "/a/place"}) == "('/a/place',)"


def _paths(module: str, more: dict[str, str]) -> str:
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONTZPATH"} | more
    asked = f"import {module}, zoneinfo; print(zoneinfo.TZPATH)"
    command = [sys.executable, "-c", asked]
    done = subprocess.run(command, capture_output=True, text=True, env=surroundings, check=True)  # noqa: S603 - ours
    return done.stdout.strip()
