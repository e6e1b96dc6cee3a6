"""Kill -9 loses nothing that was acknowledged, and leaves nothing half done."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from storage.database import Db, Store
from storage.inbounds import Claim
from storage.outbox import Message
from storage.participants import Session
from storage.wire import owner_engine

ROOT = Path(__file__).parents[2]
KILLS = 20 if os.environ.get("SOAK") else 3


def killed(url: str, point: str) -> set[str]:
    """Run a victim until it is dead; returns what it was told is durable."""
    victim = subprocess.Popen(
        [sys.executable, "-m", "tests.storage.victim", url, point],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert victim.stdout
    lines = [victim.stdout.readline()] if point == "never" else []
    if point == "never":
        time.sleep(random.uniform(0.05, 0.4))
        victim.send_signal(signal.SIGKILL)
    with victim:
        lines += victim.stdout.readlines()
    assert victim.returncode == -signal.SIGKILL
    return {line.strip() for line in lines if line.endswith("\n")}


@pytest.mark.parametrize("point", ["turn", "commit", "answer", *["never"] * KILLS])
def test_what_was_acknowledged_is_there_and_nothing_is_half_done(store: Store, database_url: str, point: str) -> None:
    acknowledged = killed(database_url, point)
    assert acknowledged
    if database_url.startswith("sqlite"):
        with owner_engine(database_url).connect() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []

    def read(db: Db) -> tuple[set[str], int, int]:
        claims = set(db.all(select(Claim.external_id)))
        turns = sum(int(state) for state in db.all(select(Session.state)))
        return claims, turns, db.count(select(Message))

    claims, turns, messages = store.run("vilanova", read)
    assert acknowledged <= claims
    assert turns == messages == len(claims)
