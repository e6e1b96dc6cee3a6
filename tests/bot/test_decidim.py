"""The files that Decidim 0.30 reads and writes, byte by byte, and back again."""

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot import decidim
from bot.answer_file import Answer, Ours, answers_in
from bot.sheet import Broken, Fault, Record, as_written, harmless, records_in, sheet
from storage.proposals import Proposal
from tests.conftest import NOW
from tests.flows.hall import vilanova

FOLDER = Path(__file__).parent / "decidim"
TOWN = vilanova()


def proposal(number: int, title: str, body: str, place: str = "") -> Proposal:
    return Proposal(
        reference=f"VIL-PROP-2026-11-{number:04}",
        code=str(number),
        process="shade",
        phase="ideas",
        author_name="Marta",
        language="ca",
        title=title,
        body=body,
        place=place,
        published_at=NOW,
    )


OURS = (
    proposal(
        1, "Plàtans a la plaça Major", "No hi ha ombra al migdia.\n\nSis arbres; n'hi hauria prou.", "Plaça Major"
    ),
    proposal(2, 'El camí de "l\'Estany" i el riu', "=Calen llums, i un banc.\nPer seure-hi."),
    proposal(3, "Una font al parc del riu", "  Amb aigua\tfresca 💧 "),
)


def written(proposals: Iterable[Proposal] = OURS) -> str:
    rows = decidim.import_rows(TOWN, list(proposals), has_places=True)
    return sheet([decidim.import_columns(TOWN, has_places=True), *rows], decidim.SEPARATOR)


def read(text: str) -> list[dict[str, str]]:
    """As any reader of CSV would."""
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";", strict=True))


def test_the_import_file_is_this_byte_for_byte() -> None:
    assert written().encode() == (FOLDER / "import.csv").read_bytes()


def test_every_language_has_the_words_and_the_reference_is_the_last_line() -> None:
    rows = read(written())
    header = ["title/ca", "title/es", "title/en", "body/ca", "body/es", "body/en", "address"]
    assert list(rows[0]) == header
    for row, ours in zip(rows, OURS, strict=True):
        assert {row[f"title/{each}"] for each in TOWN.languages} == {ours.title}
        assert {row[f"body/{each}"] for each in TOWN.languages} == {f"{ours.body}\n\n[{ours.reference}]"}
        assert row["address"] == ours.place
        assert decidim.unmarked(row["body/ca"]) == (ours.body.rstrip(), ours.reference)


def test_without_places_there_is_no_address() -> None:
    assert decidim.import_columns(TOWN, has_places=False)[-1] == "body/en"
    assert len(next(decidim.import_rows(TOWN, OURS, has_places=False))) == 6


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("plain", "plain"),
        ("with, comma", "with, comma"),
        (" spaces ", " spaces "),
        ("semi;colon", '"semi;colon"'),
        ('a "quote"', '"a ""quote"""'),
        ("two\nlines", '"two\nlines"'),
        ("a\rreturn", '"a\rreturn"'),
        ("", '""'),
        (None, ""),
        ("'apostrophe", "'apostrophe"),
        ("=1+1", "=1+1"),
    ],
)
def test_cells_are_quoted_as_ruby_quotes_them(cell: str | None, expected: str) -> None:
    assert sheet([["x", cell]], ";") == f"x;{expected}\n"


@pytest.mark.parametrize("cell", ["=1+1", "+34", "-1", "@SUM(A1)", "＝1+1", "\t=1+1", "plain", "'quoted", "", "1=1"])
def test_no_cell_for_everyone_begins_a_formula(cell: str) -> None:
    assert not re.match(r"\s*[=+\-@＝]", harmless(cell))
    assert as_written(harmless(cell)) == cell


def answers(text: str, proposals: str = "") -> list[Answer | Fault | None]:
    ours = Ours(OURS)
    if proposals:
        ours.learn(records_in(proposals.encode()))
    return list(answers_in(records_in(text.encode()), TOWN, ours))


def first(number: int) -> str:
    return OURS[number - 1].reference


def test_decidims_export_is_matched_by_our_reference_and_by_the_same_words() -> None:
    data = (FOLDER / "export.csv").read_bytes()
    found = list(answers_in(records_in(data), TOWN, Ours(OURS)))
    assert found == [
        Answer(2, first(1), "accepted", {"ca": "Sí, ho farem.\n\nA la primavera.", "es": "Sí, lo haremos."}),
        Answer(9, first(3), "rejected", {"ca": "-No hi ha prou aigua."}),
        None,
        None,
        None,
    ]


def test_an_answers_file_is_matched_through_decidims_export() -> None:
    export = (FOLDER / "export.csv").read_text(encoding="utf-8")
    text = "id;state;answer/ca\n101;evaluating;Ho mirem.\n103;accepted;Sí\n"
    assert answers(text, export) == [Answer(2, first(1), "evaluating", {"ca": "Ho mirem."}), None]
    assert [fault.what for fault in answers(text) if isinstance(fault, Fault)] == [
        "nothing says which proposal the id 101 is",
        "nothing says which proposal the id 103 is",
    ]


def test_a_reference_of_decidims_own_is_never_taken_for_ours() -> None:
    header = "id;reference;title/ca;body/ca;state;answer/ca\n"
    assert answers(f"{header}7;{first(1)};Una altra idea;Que no és nostra;accepted;Sí\n") == [None]


def test_a_plain_file_says_our_references() -> None:
    text = f"reference,state,answer/es\n{first(2).lower()},accepted,Sí\nVIL-PROP-2026-11-9999,accepted,Sí\n"
    assert answers(text) == [
        Answer(2, first(2), "accepted", {"es": "Sí"}),
        Fault(3, "there is no proposal 'VIL-PROP-2026-11-9999'", "it may be withdrawn, or of another town"),
    ]


def test_the_same_words_twice_are_never_guessed() -> None:
    twins = [proposal(8, OURS[2].title, OURS[2].body), OURS[2]]
    row = {"id": "1", "title/ca": OURS[2].title, "body/ca": OURS[2].body, "state": "accepted", "answer/ca": "Sí"}
    (found,) = answers_in([Record(2, row)], TOWN, Ours(twins))
    assert isinstance(found, Fault)
    assert found.what == f"it may be any of {first(3)}, VIL-PROP-2026-11-0008"


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("{ref};maybe;Sí", "`maybe` is not a state here"),
        ("{ref};accepted;", "the answer has no words"),
        ("{ref};accepted;<p></p>", "the answer has no words"),
        ("{ref};accepted;Sí\n{ref};rejected;No", "VIL-PROP-2026-11-0001 is answered in line 2 already"),
    ],
)
def test_each_wrong_row_is_named(row: str, what: str) -> None:
    found = answers(f"reference;state;answer/ca\n{row.format(ref=first(1))}\n")
    assert [fault.what for fault in found if isinstance(fault, Fault)] == [what]


@pytest.mark.parametrize(
    ("data", "line", "what"),
    [
        (b"", 1, "the file is empty"),
        ("reference;state;answer/ca\nx;accepted;S\u00ed\n".encode("latin-1"), 2, "this is not UTF-8"),
        (b"reference;state;answer/ca\nx;accepted\n", 2, "2 cells where the header has 3"),
        (b'reference;state;answer/ca\nx;accepted;"S\n', 2, "this is not CSV"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(data: bytes, line: int, what: str) -> None:
    with pytest.raises(Broken) as broken:
        list(records_in(data))
    assert broken.value.fault.line == line
    assert broken.value.fault.what.startswith(what)


def test_a_file_without_the_columns_is_no_file_of_answers() -> None:
    assert [type(each) for each in answers("reference;status\nx;accepted\n")] == [Fault]
