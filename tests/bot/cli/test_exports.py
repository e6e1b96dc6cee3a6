"""Proposals as files and answers from files, the audit log and the purge, as a technician runs them."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner, Result

from bot.cli import app
from storage.audit import Entry
from storage.database import Db, Store
from storage.follows import Follow
from storage.happenings import Happening
from storage.inbounds import Claim
from storage.keys import Keys
from storage.participants import Participant
from storage.proposals import Proposal
from storage.supports import Support
from tests.bot.config.vilabona import FOLDER
from tests.conftest import NOW

TOWN = "vilabona"
AUTHOR = 4004
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What is the same on both kinds is tried on one."""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture
def made(database_url: str, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store with the complete town in it, and five proposals: one is withdrawn, one is hidden."""
    monkeypatch.setenv("PARTICIPABOT_DATABASE_URL", database_url)
    assert run("apply", FOLDER.as_posix()).exit_code == 0
    store = Store(database_url, keys)
    store.run(TOWN, add)
    yield store
    store.close()


def reference(number: int) -> str:
    return f"BON-PROP-2026-11-000{number}"


def add(db: Db) -> None:
    db.add(Participant(id=AUTHOR, created_at=NOW, public_name="Canaria"))
    for number, language in enumerate(("ca", "en", "ca", "ca", "ca"), 1):
        db.add(
            Proposal(
                id=number,
                reference=reference(number),
                code=f"code{number}",
                process="mercat" if number < 3 else "riu",
                phase="ideas",
                author_id=AUTHOR,
                author_name="Canaria",
                language=language,
                title=f"=Idea número {number}",
                body=f"Un banc; i una font.\nNúmero {number}.",
                published_at=NOW,
                withdrawn_at=NOW if number == 4 else None,
                hidden_at=NOW if number == 5 else None,
            )
        )
    db.add(Support(proposal_id=1, participant_id=AUTHOR, process="mercat", counts=True, given_at=NOW))
    db.add(Follow(participant_id=AUTHOR, subject=f"proposal:{reference(1)}", followed_at=NOW))


def logged(store: Store, action: str) -> list[dict[str, object]]:
    return store.run(TOWN, lambda db: [each.detail for each in db.all(select(Entry)) if each.action == action])


@on_sqlite
def test_the_file_for_decidim_is_written_whole_with_a_list_of_references(made: Store, tmp_path: Path) -> None:
    file = tmp_path / "proposals.csv"
    exported = run("export", "proposals", "--decidim", "0.30", "--output", file)
    assert exported.exit_code == 0, exported.output
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline=""), delimiter=";"))
    assert [row["title/en"] for row in rows] == [f"=Idea número {number}" for number in (1, 2, 3)]
    assert rows[0]["body/ca"].endswith(f"\n\n[{reference(1)}]")
    beside = (tmp_path / "proposals.references.csv").read_text(encoding="utf-8").splitlines()
    assert beside[1] == f"2;{reference(1)};'=Idea número 1"
    assert sorted(each.name for each in tmp_path.iterdir() if "store" not in each.name) == [
        "proposals.csv",
        "proposals.references.csv",
    ]
    assert logged(made, "proposals_exported") == [{"format": "decidim", "count": 3, "process": ""}]


def test_for_everyone_there_is_no_person_in_it_and_no_formula(made: Store) -> None:
    told = run("export", "proposals", "--csv", "--process", "mercat")
    rows = list(csv.DictReader(io.StringIO(told.stdout, newline=""), delimiter=";"))
    assert [(row["reference"], row["title/ca"], row["title/en"]) for row in rows] == [
        (reference(1), "'=Idea número 1", ""),
        (reference(2), "", "'=Idea número 2"),
    ]
    assert (rows[0]["votes"], rows[0]["follows_count"], rows[0]["state"]) == ("1", "1", "not_answered")
    plain = json.loads(run("export", "proposals", "--json").stdout)
    assert [each["reference"] for each in plain] == [reference(number) for number in (1, 2, 3)]
    assert plain[0]["title"] == {"ca": "=Idea número 1", "en": None}
    for words in (told.stdout, json.dumps(plain)):
        assert "Canaria" not in words
        assert str(AUTHOR) not in words


@pytest.mark.parametrize("options", [[], ["--csv", "--json"], ["--decidim", "0.29"], ["--csv", "--process", "none"]])
@on_sqlite
def test_what_cannot_be_exported_is_wrong_usage(made: Store, options: list[str]) -> None:
    assert run("export", "proposals", *options).exit_code == 2


@on_sqlite
def test_a_file_that_cannot_be_written_is_a_problem(made: Store, tmp_path: Path) -> None:
    assert run("export", "proposals", "--json", "-o", tmp_path / "none" / "x.json").exit_code == 1


def answers_file(folder: Path, *rows: str) -> Path:
    file = folder / "answers.csv"
    file.write_text("\n".join(("reference;state;answer/ca;answer/en", *rows, "")), encoding="utf-8")
    return file


def told(store: Store) -> int:
    return store.run(TOWN, lambda db: db.count(select(Happening)))


def test_answers_are_published_once_and_followers_told_once(made: Store, tmp_path: Path) -> None:
    file = answers_file(tmp_path, f"{reference(1)};accepted;Sí.;Yes.", f"{reference(2)};rejected;No.;")
    dry = run("import", "answers", file, "--dry-run")
    assert (dry.exit_code, "2 published" in dry.stdout, told(made)) == (0, True, 0)
    done = run("import", "answers", file, "--by", "Mireia")
    assert (done.exit_code, f"{reference(1)} is accepted now." in done.stdout, told(made)) == (0, True, 2)
    again = run("import", "answers", file)
    assert (again.exit_code, "0 published, 2 as they were" in again.stdout, told(made)) == (0, True, 2)
    file = answers_file(tmp_path, f"{reference(1)};accepted;Sí.;Yes.", f"{reference(2)};rejected;No, encara.;")
    assert "1 published, 1 as they were" in run("import", "answers", file).stdout
    assert logged(made, "answers_imported") == [{"count": 2}, {"count": 1}]
    one = made.run(TOWN, lambda db: db.one(Proposal, 1).answer)
    assert one == {"ca": "Sí.", "en": "Yes."}


@on_sqlite
def test_nothing_is_published_where_one_row_is_wrong(made: Store, tmp_path: Path) -> None:
    wrong = (f"{reference(2)};perhaps;Sí.;", f"{reference(4)};accepted;Sí.;")
    file = answers_file(tmp_path, f"{reference(1)};accepted;Sí.;Yes.", *wrong)
    refused = run("import", "answers", file)
    assert refused.exit_code == 1
    assert f"{file}:3: `perhaps` is not a state here (one of: evaluating, accepted, rejected)" in refused.stderr
    assert f"{file}:4: there is no proposal '{reference(4)}'" in refused.stderr
    assert told(made) == 0
    assert run("import", "answers", tmp_path / "none.csv").exit_code == 2


@on_sqlite
def test_what_went_to_decidim_comes_back_from_decidim(made: Store, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    run("export", "proposals", "--decidim", "0.30", "-o", file)
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline=""), delimiter=";"))
    back = io.StringIO()
    writer = csv.DictWriter(back, ["id", *rows[0], "state", "answer/ca"], delimiter=";")
    writer.writeheader()
    writer.writerows(
        {"id": 70 + place, **row, "state": "accepted", "answer/ca": "Sí."} for place, row in enumerate(rows)
    )
    file.write_text(back.getvalue(), encoding="utf-8")
    done = run("import", "answers", file)
    assert (done.exit_code, "3 published" in done.stdout) == (0, True), done.output


@on_sqlite
def test_the_log_is_listed_exported_and_verified(made: Store, tmp_path: Path) -> None:
    run("export", "proposals", "--json")
    listed = json.loads(run("audit", "list", "--json").stdout)
    assert listed[-1]["action"] == "proposals_exported"
    assert "proposals_exported" in run("audit", "list", "--limit", "1").stdout
    file = tmp_path / "audit.csv"
    assert run("audit", "export", "--csv", "-o", file).exit_code == 0
    assert file.read_text(encoding="utf-8").startswith("at;actor;action;subject;detail;id\n")
    verified = run("audit", "verify")
    assert verified.exit_code == 0
    assert "not sealed yet, since" in verified.stdout
    assert run("audit", "verify", "--tenant", TOWN, "--head", "f" * 64).exit_code == 1
    assert run("audit", "verify", "--head", "f" * 64).exit_code == 2
    assert run("audit", "verify", "--tenant", "nowhere").exit_code == 1
    assert json.loads(run("audit", "verify", "--json").stdout)[TOWN]["unsealed"] > 1


def test_a_purge_tells_what_would_go_and_then_does_it(made: Store) -> None:
    old = NOW - timedelta(days=400)
    made.run(TOWN, lambda db: db.add(Claim(channel="x", external_id="1", received_at=old)))
    assert json.loads(run("purge", "--dry-run", "--json").stdout)[TOWN]["claims"] == 1
    assert "claims" in run("purge", "--dry-run").stdout
    assert json.loads(run("purge", "--json").stdout)[TOWN]["claims"] == 1
    assert json.loads(run("purge", "--dry-run", "--json").stdout)[TOWN]["claims"] == 0
    assert logged(made, "purged") == [{"claims": 1}]


def test_help_is_there() -> None:
    for command in (("audit", "verify"), ("export", "proposals"), ("import", "answers"), ("purge",)):
        assert run(*command, "--help").exit_code == 0
