"""Answers on paper: all of a file or nothing, shown apart, and taken out again."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from storage.audit import Entry
from storage.batches import Batch
from storage.database import Store
from storage.keys import Keys
from storage.responses import Response
from tests.commands import run
from tests.crowd import TOWN

IMPORT = ("import", "responses")
OF = ("--survey", "mobilitat")
GOOD = {
    "date": "2026-11-20",
    "barri": "2",
    "mitjans": "1 5",
    "aparca": "garatge",
    "servei.bus": "Bé",
    "servei.tren": "regular",
    "servei.voreres": "3",
    "quan.feiners": "matí; tarda",
    "ordre": "2,1,3,4",
    "zona": "1",
    "edat": "2",
    "mes": "'=Més ombra",
}
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def write(path: Path, *rows: dict[str, str]) -> Path:
    columns = [*dict.fromkeys(name for row in rows for name in row)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(columns)
        writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return path


def stored(url: str, keys: Keys) -> list[Response]:
    store = Store(url, keys)
    try:
        return store.run(TOWN, lambda db: [*db.all(select(Response))])
    finally:
        store.close()


def test_paper_comes_in_is_shown_apart_and_goes_again(applied: str, keys: Keys, tmp_path: Path) -> None:
    file = write(tmp_path / "plaza.csv", *[GOOD] * 6)
    dry = run(*IMPORT, file, *OF, "--of-age", "--dry-run")
    assert "A dry run: 6 responses would come in from paper" in dry.stdout
    assert stored(applied, keys) == []

    came = run(*IMPORT, file, *OF, "--of-age", "--source", "assembly", "--by", "Ada")
    assert "6 responses came in from assembly, as batch " in came.stdout, came.output
    first = stored(applied, keys)[0]
    assert (first.source, first.channel, first.participant_id, first.is_registered) == ("assembly", "", None, False)
    assert first.answers["mitjans"] == "peu cotxe"
    assert first.answers["quan.feiners"] == "mati tarda"
    assert first.answers["mes"] == "=Més ombra"
    assert first.submitted_at.date().isoformat() == "2026-11-20"

    results: dict[str, Any] = json.loads(run("results", "mobilitat", "--json").stdout)
    assert (results["responses"], results["contacts"], results["sources"]) == (6, 0, {"assembly": 6})
    assert json.loads(run("dropoff", "mobilitat", "--json").stdout)["begun"] == 0

    again = run(*IMPORT, file, *OF, "--of-age")
    assert again.exit_code == 1
    assert "This very file came in before, as batch " in again.output

    (batch,) = json.loads(run(*IMPORT, *OF, "--list", "--json").stdout)
    assert (batch["count"], batch["operator"], batch["undone_at"]) == (6, "staff:Ada", None)
    undone = run(*IMPORT, *OF, "--undo", str(batch["id"]), "--by", "Eva")
    assert f"Batch {batch['id']} is undone: 6 responses are gone." in undone.stdout
    assert stored(applied, keys) == []
    assert run(*IMPORT, *OF, "--undo", str(batch["id"])).exit_code == 1
    assert run(*IMPORT, file, *OF, "--of-age").exit_code == 0, "once undone it may come in again"

    store = Store(applied, keys)
    acts = store.run(TOWN, lambda db: [(each.action, each.actor) for each in db.all(select(Entry))])
    count = store.run(TOWN, lambda db: len(db.all(select(Batch))))
    store.close()
    assert [each for each in acts if each[0].startswith("responses_")][:2] == [
        ("responses_imported", "staff:Ada"),
        ("responses_undone", "staff:Eva"),
    ]
    assert count == 2


@on_sqlite
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"barri": "9"}, ":2: barri: there is no option 9 (options: 1 centre, 2 estacio"),
        ({"barri": ""}, ":2: barri: has no answer, and the question needs one"),
        ({"barri": "1 2"}, ":2: barri: has several options, and only one can be chosen"),
        ({"barri": "Lluna"}, ":2: barri: `Lluna` is no option"),
        ({"mitjans": "1 2 3 4"}, ":2: mitjans: has too many options"),
        ({"mitjans": "1", "aparca": "garatge"}, ":2: aparca: is answered, and is not asked of who answered so before"),
        ({"ordre": "1,2"}, ":2: ordre: does not put all options in order"),
        ({"date": "2026-13-01"}, ":2: date: `2026-13-01` is not a date (write it as 2026-11-25)"),
        ({"date": "2199-01-01"}, ":2: date: 2199-01-01 is still to come"),
        ({"canviaria": "x" * 200, "aparca": "carrer"}, ":2: canviaria: is too long"),
        ({"foto": "a.jpg"}, ":1: there is no question `foto` (known: date, barri"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_nothing_comes_in(
    applied: str, keys: Keys, tmp_path: Path, changed: dict[str, str], expected: str
) -> None:
    file = write(tmp_path / "plaza.csv", GOOD | changed, GOOD)
    result = run(*IMPORT, file, *OF, "--of-age")
    assert result.exit_code == 1
    assert f"{file}{expected}" in " ".join(result.output.split()), result.output
    assert "Nothing was changed." in result.output
    assert stored(applied, keys) == []


@on_sqlite
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"barri;mes\n1;\xe9\n", ":2: this is not UTF-8 (save it as CSV in UTF-8)"),
        (b"", ":1: the file is empty"),
        (b"barri;mes\n1\n", ":2: 1 cells where the header has 2"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(applied: str, tmp_path: Path, data: bytes, expected: str) -> None:
    file = tmp_path / "plaza.csv"
    file.write_bytes(data)
    result = run(*IMPORT, file, *OF, "--of-age")
    assert result.exit_code == 1
    assert f"{file}{expected}" in " ".join(result.output.split())


@on_sqlite
def test_nobody_under_age_comes_in_by_paper(applied: str, tmp_path: Path) -> None:
    result = run(*IMPORT, write(tmp_path / "plaza.csv", GOOD), *OF)
    assert result.exit_code == 2
    assert "Did everybody on it say that they are 16 or over?" in " ".join(result.output.split())


@on_sqlite
def test_the_template_is_a_file_that_can_be_filled_in(applied: str) -> None:
    header = run(*IMPORT, *OF, "--template").stdout.strip().split(";")
    assert header[:4] == ["date", "barri", "mitjans", "aparca"]
    assert "servei.bus" in header
    assert "foto" not in header


@on_sqlite
def test_our_own_export_can_come_in(applied: str, keys: Keys, tmp_path: Path) -> None:
    """A matrix has one column there, so that is for surveys without one."""
    sheet = {"usaries": "1", "hora": "2", "dies": "1 3", "parada": "+Pont"}
    file = write(tmp_path / "bus.csv", sheet)
    came = run("import", "responses", file, "--survey", "bus-nit", "--of-age")
    assert came.exit_code == 0, came.output
    export = run("results", "bus-nit", "--csv", "--internal").stdout
    rows = [*csv.DictReader(io.StringIO(export, newline=""), delimiter=";")]
    numbered = {name: cell for name, cell in rows[0].items() if name[0].isdigit()}
    again = run("import", "responses", write(tmp_path / "again.csv", numbered), "--survey", "bus-nit", "--of-age")
    assert again.exit_code == 0, again.output
    one, other = (each.answers for each in stored(applied, keys))
    assert one == other
