"""The commands that serve, talk and answer, as the processes they are."""

import base64
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.single import sole_server

ROOT = Path(__file__).resolve().parents[2]
KEY = base64.b64encode(b"k" * 32).decode()
REFERENCE = re.compile(r"VIL-PROP-\d{4}-\d{2}-\d{4,}")


def run(folder: Path, *arguments: str, typed: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """Run `participabot` in a folder of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PARTICIPABOT_", "TELEGRAM_"))}
    settings = {
        "PARTICIPABOT_DATABASE_URL": f"sqlite:///{folder / 'store.sqlite3'}",
        "PARTICIPABOT_TENANTS": str(ROOT / "examples" / "tenants"),
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "200",
    }
    command = (sys.executable, "-m", "bot", *arguments)
    return subprocess.run(
        command,
        cwd=folder,
        env=clean | settings | environ,
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_serve_says_what_it_needs(tmp_path: Path, sqlite_template: Path) -> None:
    secrets = {
        f"TELEGRAM_{kind}_{town}": "x"
        for kind in ("TOKEN", "SECRET")
        for town in ("PARTICIPA", "PUERTO_REAL", "VALLSERENA")
    }
    answer = run(tmp_path, "serve")
    assert (answer.returncode, "PARTICIPABOT_KEY" in answer.stderr) == (1, True)
    answer = run(tmp_path, "serve", PARTICIPABOT_KEY=KEY)
    assert (answer.returncode, "migrate" in answer.stderr) == (1, True)
    shutil.copy(sqlite_template, tmp_path / "store.sqlite3")
    answer = run(tmp_path, "serve", PARTICIPABOT_KEY=KEY)
    assert (answer.returncode, "participabot apply" in answer.stderr) == (1, True)
    assert run(tmp_path, "apply").returncode == 0
    answer = run(tmp_path, "serve", PARTICIPABOT_KEY=KEY)
    assert answer.returncode == 1
    assert "TELEGRAM_TOKEN_PARTICIPA is not set" in answer.stderr
    assert "TELEGRAM_SECRET_PUERTO_REAL is not set" in answer.stderr
    answer = run(tmp_path, "serve", PARTICIPABOT_KEY=KEY, **secrets)
    assert (answer.returncode, "PARTICIPABOT_PUBLIC_URL" in answer.stderr) == (1, True)
    assert "Traceback" not in answer.stderr


def test_a_citizen_talks_and_the_town_answers(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "store.sqlite3")
    assert run(tmp_path, "apply").returncode == 0
    talk = run(
        tmp_path, "chat", "--tenant", "vilanova-del-riu", "--language", "ca", typed="menú\n", PARTICIPABOT_KEY=KEY
    )
    assert talk.returncode == 0, talk.stderr
    assert "Fer una proposta" in talk.stdout
    lost = run(tmp_path, "chat", "--tenant", "nowhere", PARTICIPABOT_KEY=KEY)
    assert (lost.returncode, "vilanova-del-riu" in lost.stderr) == (1, True)
    wrong = run(tmp_path, "chat", "--tenant", "vilanova-del-riu", PARTICIPABOT_KEY=base64.b64encode(b"x" * 32).decode())
    assert (wrong.returncode, "need the key" in wrong.stderr) == (1, True)
    answer = run(tmp_path, "answer", "VIL-PROP-2026-11-9999", "--state", "accepted", "--text", "ca=Sí")
    assert (answer.returncode, "no proposal" in answer.stderr) == (1, True)
    for arguments in (["--state", "maybe", "--text", "ca=Sí"], ["--state", "accepted", "--text", "Sí"]):
        assert run(tmp_path, "answer", "VIL-PROP-2026-11-9999", *arguments).returncode == 2


def test_the_demo_goes_the_whole_way_without_a_terminal(tmp_path: Path) -> None:
    demo = run(tmp_path, "demo")
    assert demo.returncode == 0, demo.stdout + demo.stderr
    reference = REFERENCE.search(demo.stdout)
    assert reference is not None
    assert f"{reference[0]} is in the store" in demo.stdout
    assert "Sí, ho farem" in demo.stdout
    key = tmp_path / ".demo" / "key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert "+34 600 000 001" not in demo.stderr
    store = f"sqlite:///{tmp_path / '.demo' / 'store.sqlite3'}"
    words = [
        "--state",
        "rejected",
        "--text",
        "ca=Al final no.",
        "--text",
        "es=Al final no.",
        "--text",
        "en=In the end, no.",
    ]
    dry = run(tmp_path, "answer", reference[0], *words, "--dry-run", PARTICIPABOT_DATABASE_URL=store)
    assert (dry.returncode, "nothing was changed" in dry.stdout, "To be told: 1" in dry.stdout) == (0, True, True)
    said = run(tmp_path, "answer", reference[0].lower(), *words, PARTICIPABOT_DATABASE_URL=store)
    assert (said.returncode, "rejected" in said.stdout) == (0, True)
    talk = run(
        tmp_path,
        *("chat", "--tenant", "vilanova-del-riu"),
        typed=f"{reference[0]}\n",
        PARTICIPABOT_DATABASE_URL=store,
        PARTICIPABOT_KEY_FILE=str(key),
    )
    assert talk.returncode == 0, talk.stderr
    assert talk.stdout.count("Al final no.") >= 1


@pytest.mark.parametrize("town", ["a' ; drop", "\udcff"])
def test_a_town_that_cannot_be_is_said_not_to_be(town: str, tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "store.sqlite3")
    words = ("--state", "accepted", "--text", "ca=Sí")
    for command in (("answer", "VIL\udcff", *words, "-t", town), ("approve", town, "x", "--by", "me")):
        answer = run(tmp_path, *command)
        assert (answer.returncode, "There is no town" in answer.stderr, "Traceback" in answer.stderr) == (
            1,
            True,
            False,
        )


def test_two_processes_never_serve_one_sqlite_store(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "store.sqlite3")
    with sole_server(f"sqlite:///{tmp_path / 'store.sqlite3'}"):
        answer = run(tmp_path, "chat", "--tenant", "x", PARTICIPABOT_KEY=KEY)
    assert (answer.returncode, "another process serves" in answer.stderr) == (1, True)


@pytest.mark.parametrize("command", ["serve", "chat", "answer", "demo"])
def test_help_is_there(command: str) -> None:
    answer = CliRunner().invoke(app, [command, "--help"])
    assert answer.exit_code == 0
    assert "Usage" in answer.output
