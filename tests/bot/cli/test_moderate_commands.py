"""The people of the town decide from the command line: each command, its dry run, its mistakes, and the log."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.config.apply import apply
from bot.config.load import load
from bot.config.source import read_folder
from storage.audit import Entry
from storage.comments import Comment
from storage.database import Db, Store
from storage.moderation import Moderation, Report
from storage.participants import Participant
from storage.proposals import Proposal

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

TOWN = "vilanova-del-riu"
EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "tenants" / TOWN
PROPOSAL, COMMENT = "VIL-PROP-2026-11-0042", "VIL-COM-2026-11-0007"
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
Run = Callable[..., Result]


@pytest.fixture
def run(store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command, on a store with one proposal and one comment that two have reported."""
    source = read_folder(EXAMPLE)
    store.run(TOWN, partial(apply, source=source, loaded=load(source), now=NOW, actor="test"))
    store.run(TOWN, _fill)
    monkeypatch.setenv("PARTICIPABOT_DATABASE_URL", database_url)

    def moderate(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["moderate", *arguments])

    return moderate


def _fill(db: Db) -> None:
    people = [Participant(created_at=NOW, public_name=name) for name in ("Marta", "Canary Carme", "Canary Quim")]
    for person in people:
        db.add(person)
    written: dict[str, Any] = {"author_id": people[0].id, "author_name": "Marta", "language": "ca", "published_at": NOW}
    process: dict[str, Any] = {
        "process": "pressupost-participatiu",
        "phase": "propostes",
        "title": "Tendals a preu de saldo",
    }
    db.add(Proposal(reference=PROPOSAL, code="c" * 16, body="Truca a en Joan Puig demà.", **process, **written))
    db.add(
        Comment(reference=COMMENT, code="d" * 16, subject=f"proposal:{PROPOSAL}", body="Vine a la botiga", **written)
    )
    name = f"comment:{COMMENT}"
    db.add(Moderation(item=name, state="reported", opened_at=NOW, ground="spam"))
    for person in people[1:]:
        db.add(Report(item=name, participant_id=person.id, reason="spam", reported_at=NOW))


def listed(run: Run, *arguments: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(run("list", "--json", *arguments).stdout)
    return found


def shown(run: Run, item: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(run("show", item, "--json").stdout)
    return found


def test_what_waits_is_listed_with_its_reasons_and_never_by_whom(run: Run) -> None:
    (line,) = listed(run)
    assert (line["reference"], line["state"], line["reports"]) == (COMMENT, "reported", {"spam": 2})
    for said in (run("list"), run("list", "--all"), run("show", COMMENT), run("show", COMMENT, "--json")):
        assert (said.exit_code, "Canary" in said.output) == (0, False)
    assert f"{COMMENT}  2026-11-25  reported · spam ×2  Vine a la botiga" in run("list").output


def test_hide_and_keep(run: Run, store: Store) -> None:
    dry = run("hide", PROPOSAL, "--reason", "spam", "--dry-run")
    assert (dry.exit_code, "nothing was changed" in dry.output, shown(run, PROPOSAL)["hidden_at"]) == (0, True, "")
    told = ("--text", "ca=Ven tendals.", "--by", "Mireia")
    assert run("hide", PROPOSAL.lower(), "--reason", "spam", *told).exit_code == 0
    facts = shown(run, f"proposal:{PROPOSAL}")
    assert (facts["state"], facts["told"], facts["decided_by"]) == ("removed", {"ca": "Ven tendals."}, "staff:Mireia")
    assert [line["reference"] for line in listed(run)] == [COMMENT]
    assert [line["reference"] for line in listed(run, "--all")] == [COMMENT, PROPOSAL]
    again = run("hide", PROPOSAL, "--reason", "spam")
    assert (again.exit_code, "nobody has appealed" in again.output) == (1, True)
    assert run("keep", PROPOSAL).exit_code == run("keep", COMMENT).exit_code == 0
    assert run("list").output == "Nothing waits for a decision.\n"
    assert (again := run("publish", PROPOSAL)).exit_code == 1
    assert "does not wait to be published; it is kept" in again.output
    details = store.run(
        TOWN, lambda db: [f"{each.detail}" for each in db.all(select(Entry)) if "hidden" in each.action]
    )
    assert details == ["{'ground': 'spam'}"]


def test_redact_and_revert(run: Run) -> None:
    assert run("redact", PROPOSAL, "--words", "joan puig", "--reason", "does_not_belong").exit_code == 0
    facts = shown(run, PROPOSAL)
    assert (facts["body"], facts["state"]) == ("Truca a en […] demà.", "redacted")
    assert run("revert", PROPOSAL, "--to", "1").exit_code == 0
    assert shown(run, PROPOSAL)["body"] == "Truca a en Joan Puig demà."
    assert "versions 2: " in run("show", PROPOSAL).output
    assert run("redact", PROPOSAL, "--reason", "spam").exit_code == 2
    assert "has 0 attachments" in run("redact", PROPOSAL, "--attachment", "1", "--reason", "spam").output


def test_block_and_unblock(run: Run) -> None:
    assert run("block", COMMENT, "--reason", "spam", "--by", "Mireia").exit_code == 0
    (line,) = [line for line in listed(run, "--all") if line["state"] == "blocked"]
    assert line["reference"] in (COMMENT, PROPOSAL)
    assert shown(run, PROPOSAL)["blocked_at"]
    assert "has been blocked since" in run("block", PROPOSAL, "--reason", "spam").output
    assert run("unblock", PROPOSAL).exit_code == 0
    assert run("unblock", PROPOSAL).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["hide", PROPOSAL], 2, "--reason"),
        (["hide", PROPOSAL, "--reason", "ugly"], 2, "does_not_belong"),
        (["hide", PROPOSAL, "--reason", "spam", "--text", "Ven tendals"], 2, "a language and the words"),
        (["hide", PROPOSAL, "--reason", "spam", "--text", "fr=Non"], 2, "it speaks ca, es, en"),
        (["hide", "tendals", "--reason", "spam"], 2, "is no reference"),
        (["keep", "VIL-PROP-2026-11-9999"], 1, "There is no proposal VIL-PROP-2026-11-9999."),
        (["show", "VIL-COM-2026-11-9999", "-t", TOWN], 1, "There is no VIL-COM-2026-11-9999."),
        (["keep", PROPOSAL, "-t", "nowhere"], 1, "There is no town nowhere"),
        (["list", "-t", "nowhere"], 1, "There is no town nowhere"),
    ],
)
def test_a_mistake_says_what_is_known(run: Run, arguments: list[str], code: int, words: str) -> None:
    said = run(*arguments)
    assert (said.exit_code, words in said.output, "Traceback" in said.output) == (code, True, False), said.output
