"""The command line as a technician runs it, in this process."""

from pathlib import Path

from typer.testing import CliRunner, Result

from bot.cli import app


def run(*arguments: str | Path) -> Result:
    """What it says and how it ends. A bug is no exit code: it is raised."""
    result = CliRunner().invoke(app, [str(one) for one in arguments], env={"COLUMNS": "200"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def printed(*arguments: str | Path) -> str:
    """What it prints, where it ends well."""
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout
