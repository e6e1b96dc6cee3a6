"""Results in a terminal, as data, as a page and as pictures: the same numbers, none of a small group, nothing run."""

import csv
import html
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

import pytest
from jsonschema import Draft202012Validator
from PIL import Image
from python_calamine import CalamineWorkbook
from sqlmodel import select

from bot.cli.sample import EXAMPLES
from bot.config.load import load
from bot.config.source import read_folder
from flows.participation.answers import choices_in
from flows.participation.survey import SILENT, Survey
from storage.audit import Entry
from storage.database import Store
from storage.keys import Keys
from storage.responses import Response
from tests.commands import printed, run
from tests.conftest import NOW
from tests.crowd import CROWD, TOWN, add
from tests.towns import ZONE

SLUG, MANY = "mobilitat", 240
SCHEMA = json.loads(Path(__file__).with_name("flow-results.schema.json").read_text("utf-8"))
TRICKS = ("=1+1", "+34 600 000 000", "-2+3", "@SUM(A1)", "\t=1", "＝1", "one;two", 'a "quoted" word', "<b>bold</b>")
FORMULA = ("=", "+", "-", "@", "\t", "＝")
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Made(NamedTuple):
    """A store with the town, its survey, and all responses to it."""

    store: Store
    survey: Survey
    responses: list[Response]


def shown(*arguments: str | Path) -> str:
    return printed("results", SLUG, *arguments)


@pytest.fixture
def made(applied: str, keys: Keys) -> Iterator[Made]:
    """Some of the crowd's words are what a spreadsheet would run; one option of the first question has three people."""
    survey = load(read_folder(EXAMPLES / "tenants" / TOWN)).town.survey(SLUG)
    assert survey is not None
    responses = [*CROWD.responses(survey, NOW, MANY)]
    few = [each for each in responses if each.answers["barri"] == "masies"]
    for each in few[3:]:
        each.answers["barri"] = "centre"
    for place, words in enumerate(TRICKS):
        responses[place].answers["mes"] = words
    store = Store(applied, keys)
    store.run(TOWN, partial(add, responses=responses))
    yield Made(store, survey, responses)
    store.close()


def counted(made: Made, key: str) -> Counter[str]:
    """Of an item, how often each option was chosen."""
    answers = (each.answers[key] for each in made.responses if key in each.answers)
    return Counter(option for answer in answers for option in choices_in(answer).options)


def rows_of(text: str) -> list[list[str]]:
    return [*csv.reader(io.StringIO(text, newline=""), delimiter=";")]


def test_json_says_what_was_answered_and_hides_small_groups(made: Made) -> None:
    results: dict[str, Any] = json.loads(shown("--json"))
    assert (results["responses"], results["contacts"]) == (MANY, MANY)
    assert results["verified"] == sum(each.is_verified for each in made.responses)
    assert results["channels"] == Counter(each.channel for each in made.responses)
    for figure in results["figures"]:
        whole = counted(made, figure["slug"])
        for line in figure.get("lines", ()) if figure["type"] != "sorting" else ():
            assert line["count"] in (None, whole[line["slug"]])
        for row in figure.get("rows", ()):
            of_row = counted(made, f"{figure['slug']}.{row['slug']}")
            assert all(line["count"] in (None, of_row[line["slug"]]) for line in row["lines"])
    first = {line["slug"]: line["count"] for line in results["figures"][0]["lines"]}
    assert counted(made, "barri")["masies"] == 3
    assert first["masies"] is None
    assert sum(count is None for count in first.values()) == 2, "a single hidden number could be told from the rest"
    assert not any(trick in shown("--json") for trick in TRICKS)


@on_sqlite
def test_the_terminal_shows_bars_and_what_the_numbers_are_not(made: Made) -> None:
    said = shown("--language", "en")
    assert f"{MANY} answers, from " in said
    assert re.search(r"Centre +█+.* \d+ +\d+ %", said)
    for words in ("This is participation, not a referendum.", "not a random sample", "Verified / contacts", "Revision"):
        assert words in said, words


def test_csv_has_a_row_a_response_and_no_formula(made: Made) -> None:
    public, internal = rows_of(shown("--csv")), rows_of(shown("--csv", "--internal"))
    asking = [question.slug for question in made.survey.questions if question.type not in SILENT]
    assert len(public) == len(internal) == 1 + MANY
    assert (len(public[0]), len(internal[0])) == (3 + len(asking), 6 + len(asking))
    assert public[0][3] == "1. On vius?"
    column = 6 + asking.index("mes")
    written = {row[column] for row in internal[1:]}
    for words in TRICKS:
        assert (f"'{words}" if words.startswith(FORMULA) else words) in written
    assert not [cell for row in (*public, *internal) for cell in row if cell.startswith(FORMULA)]
    assert not any(trick in cell for row in public[1:] for cell in row for trick in TRICKS)
    assert {row[1] for row in public[1:]} == {
        each.submitted_at.astimezone(ZONE).date().isoformat() for each in made.responses
    }
    barri = Counter(row[3] for row in public[1:])
    assert barri["Centre"] == counted(made, "barri")["centre"]
    assert "Masies" not in barri
    assert barri["(no es publica)"] >= 5


@on_sqlite
def test_a_workbook_holds_the_same_cells(made: Made, tmp_path: Path) -> None:
    shown("--xlsx", "--internal", "--output", tmp_path / "answers.xlsx")
    table = rows_of(shown("--csv", "--internal"))
    sheet = CalamineWorkbook.from_path(str(tmp_path / "answers.xlsx")).get_sheet_by_index(0).to_python()
    plain = [[cell[1:] if re.match("'[=+@\t＝-]", cell) else cell for cell in row] for row in table]
    assert [[str(cell) for cell in row] for row in sheet] == plain


@pytest.mark.parametrize("of", ["", "--internal"])
def test_flow_results_are_valid_against_their_schema(made: Made, tmp_path: Path, of: str) -> None:
    output = tmp_path / "mobilitat.zip"
    shown("--flow-results", "--language", "en", *filter(None, [of]), "--output", output)
    with ZipFile(output) as package:
        descriptor: dict[str, Any] = json.loads(package.read("datapackage.json"))
        resource = descriptor["resources"][0]
        rows: list[list[Any]] = json.loads(package.read(resource["path"]))
    Draft202012Validator(SCHEMA).validate(descriptor)
    Draft202012Validator({**SCHEMA["$defs"]["rows"], "$defs": SCHEMA["$defs"]}).validate(rows)
    assert len({row[1] for row in rows}) == len(rows)
    assert len({row[2] for row in rows}) == MANY
    questions = resource["schema"]["questions"]
    for _, _, _, _, key, response, _ in rows:
        match questions[key]["type"]:
            case "select_one":
                assert response in questions[key]["type_options"]["choices"]
            case "select_many":
                assert {*response} <= {*questions[key]["type_options"]["choices"]}
            case kind:
                assert (kind, of) == ("text", "--internal")
    told = Counter(response for row in rows if row[4] == "barri" for response in [row[5]])
    few = told.pop("masies", 0)
    assert few == (3 if of else 0)
    assert all(count == counted(made, "barri")[option] for option, count in told.items())
    if not of:
        assert {row[0][10:] for row in rows} == {"T00:00:00+00:00"}


@on_sqlite
def test_a_package_of_nothing_is_a_package(made: Made, tmp_path: Path) -> None:
    output = tmp_path / "none.zip"
    shown("--flow-results", "--source", "counter", "--output", output)
    with ZipFile(output) as package:
        assert json.loads(package.read("data.json")) == []


@on_sqlite
@pytest.mark.parametrize("language", ["ca", "es", "en"])
def test_the_report_is_one_page_with_every_number_in_a_table(made: Made, tmp_path: Path, language: str) -> None:
    shown("--html", "--language", language, "--output", tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text("utf-8")
    assert f'<html lang="{language}"' in page
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="(?!#|data:)[^"]*//', page), "something is fetched from elsewhere"
    results: dict[str, Any] = json.loads(shown("--json"))
    flat = html.unescape(re.sub(r"<[^>]+>|\s+", " ", page))
    for figure in results["figures"]:
        assert figure["text"][language] in flat
        for line in figure.get("lines", ()):
            assert line["name"][language] in flat
            assert line["count"] is None or str(line["count"]) in flat
    assert page.count("<table") >= sum(bool(figure.get("lines")) for figure in results["figures"])
    assert not any(html.escape(trick) in page for trick in TRICKS)


@on_sqlite
def test_every_chart_is_a_picture_with_its_words_beside_it(made: Made, tmp_path: Path) -> None:
    shown("--png", "--language", "es", "--output", tmp_path / "charts")
    pictures = sorted((tmp_path / "charts").glob("*.png"))
    assert tmp_path / "charts" / "mobilitat.es.png" in pictures
    for picture in pictures:
        with Image.open(picture) as image:
            assert image.format == "PNG"
            assert min(image.size) > 300
    words = (tmp_path / "charts" / "mobilitat-01-barri.es.txt").read_text("utf-8")
    assert re.fullmatch(r"¿Dónde vives\? (\w[^%]+ \d+ %, )+\w[^%]+ \d+ %\.\n", words)
    assert len([*(tmp_path / "charts").glob("*.txt")]) == len(pictures) - 1


@on_sqlite
def test_what_was_taken_out_is_on_record(made: Made, tmp_path: Path) -> None:
    shown("--csv", "--internal", "--by", "Ada", "--output", tmp_path / "answers.csv")
    taken = [each for each in made.store.run(TOWN, lambda db: db.all(select(Entry))) if "export" in each.action]
    assert [each.actor for each in taken] == ["staff:Ada"]
    assert taken[0].detail["count"] == MANY
    assert taken[0].detail["internal"] is True


@on_sqlite
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--csv", "--json"], "Choose one of --json, --csv"),
        (["--xlsx"], "--xlsx needs --output"),
        (["--json", "--internal"], "--internal goes with"),
        (["--revision", "ffff"], "No one revision of mobilitat begins with ffff"),
        (["--language", "fr"], "--language is one of ca, es, en"),
        (["--tenant", "nowhere"], "nowhere"),
    ],
)
def test_what_cannot_be_is_said(made: Made, arguments: list[str], expected: str) -> None:
    result = run("results", SLUG, *arguments)
    assert result.exit_code != 0
    assert expected in " ".join(result.output.split())


@on_sqlite
def test_an_unknown_survey_is_met_with_those_there_are(made: Made) -> None:
    result = run("results", "mobilidad")
    assert result.exit_code == 1
    assert "There is no survey mobilidad; there are:" in " ".join(result.output.split())
