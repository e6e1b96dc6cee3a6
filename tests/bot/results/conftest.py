"""A town with the mobility survey in a store, and the command line on it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.cli.sample import EXAMPLES
from tests.crowd import TOWN


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs a command on a store with the town in it. A bug is no exit code."""
    monkeypatch.setenv("PARTICIPABOT_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str | Path) -> Result:
        result = CliRunner().invoke(app, [str(one) for one in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    assert run("apply", EXAMPLES / "tenants" / TOWN).exit_code == 0
    return run
