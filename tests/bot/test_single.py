"""One process serves a store."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot import single
from bot.single import Taken, sole_server

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys, time
from bot.single import sole_server
with sole_server(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


def test_a_second_process_is_refused_until_the_first_has_died(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(single, "_TRIES", 1)
    first = subprocess.Popen([sys.executable, "-c", HOLD, database_url], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(Taken), sole_server(database_url):
            pass
    finally:
        first.kill()
        first.wait()
        if first.stdout is not None:
            first.stdout.close()
    monkeypatch.setattr(single, "_TRIES", 10)
    with sole_server(database_url):
        pass
