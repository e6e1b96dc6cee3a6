"""Ten report at once, through two processes' stores: the item is hidden once, and its author told once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlmodel import col, select

from flows.participation import reports
from flows.participation.moderation import Ground, State
from flows.participation.refusal import Refused
from flows.turn import Turn
from storage.audit import Entry
from storage.database import Store
from storage.keys import Keys
from storage.moderation import Moderation, Report
from tests.flows.hall import Citizen
from tests.flows.square import item, news, propose, report, somebody, square

TEN = 10
_UNCOMMITTED = 0.4
"""Seconds between a report and its commit."""


@pytest.fixture
def author(citizen: Citizen) -> Citizen:
    citizen.town = square()
    return somebody(citizen, "Marta")


def at_once(author: Citizen, url: str, keys: Keys, name: str) -> int:
    """How many of ten reports were taken: who comes after it is hidden does not find it any more."""
    reporters = [somebody(author, f"Neighbour {each}") for each in range(TEN)]
    stores = [Store(url, keys), Store(url, keys)]
    ready = threading.Barrier(TEN)

    def press(number: int) -> bool:
        reporter = replace(reporters[number], store=stores[number % 2])
        ready.wait()
        try:
            report(reporter, name)
        except Refused:
            return False
        return True

    try:
        with ThreadPoolExecutor(TEN) as threads:
            return sum(threads.map(press, range(TEN)))
    finally:
        for store in stores:
            store.close()


def test_ten_reports_at_once_hide_once_and_tell_once(author: Citizen, database_url: str, keys: Keys) -> None:
    name = propose(author)
    taken = at_once(author, database_url, keys, name)
    assert author.act(lambda turn: turn.db.count(select(Report))) == taken >= 3
    assert item(author, name).hidden_reason == "reports"
    assert news(author, name).count("proposal_hidden") == 1
    assert author.act(lambda turn: turn.db.one(Moderation, name).state) == State.HIDDEN
    hidden = select(Entry).where(col(Entry.action) == "proposal_hidden")
    assert author.act(lambda turn: turn.db.count(hidden)) == 1


def test_the_third_and_the_fourth_at_once_hide_once(author: Citizen, database_url: str, keys: Keys) -> None:
    name = propose(author)
    third, fourth = (somebody(author, each) for each in ("Mar", "Nil"))
    for each in ("Pau", "Joan"):
        report(somebody(author, each), name)
    has_reported = threading.Event()

    def report_slowly(turn: Turn) -> None:
        reports.report(turn, name, Ground.SPAM)
        turn.db.flush()
        has_reported.set()
        time.sleep(_UNCOMMITTED)

    def report_after() -> None:
        has_reported.wait()
        with suppress(Refused):
            report(fourth, name)

    other = Store(database_url, keys)
    fourth.store = other
    try:
        with ThreadPoolExecutor(2) as threads:
            for done in (threads.submit(third.act, report_slowly), threads.submit(report_after)):
                done.result()
    finally:
        other.close()
    assert news(author, name).count("proposal_hidden") == 1
