"""`participabot results`: what a survey's answers add up to, for eyes, programs, presses and pages."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

import typer
import xlsxwriter
from rich.progress import track

from bot.cli.folder import AsJson, err, out, print_json, problem, usage
from bot.cli.served import By, Which, actor
from bot.cli.store import store_without_addresses
from bot.cli.surveys import Language, spoken, survey_named
from bot.cli.whole_file import write_bytes, write_pieces, write_whole
from bot.results import flow_results, gather
from bot.results.bars import bars
from bot.results.drawing import charted
from bot.results.records import Records
from bot.results.report import report
from bot.sheet import harmless, sheet
from flows.counted import Told
from flows.participation.figures import plain, publishable
from flows.participation.survey import Survey
from flows.participation.tally import tally
from flows.participation.tenant import Town
from flows.participation.words import words_in
from storage.audit import record
from storage.database import Store

_DATA = "data.json"


class Wanted(NamedTuple):
    """One form of the results, and where it goes."""

    form: str
    output: Path | None
    language: str
    is_internal: bool
    by: str | None
    source: str


def results(
    name: Annotated[str, typer.Argument(help="The survey, as its file is called.")],
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="A row for each response, a column for each question.")] = False,
    as_xlsx: Annotated[bool, typer.Option("--xlsx", help="The same as a workbook; needs --output.")] = False,
    as_flow: Annotated[bool, typer.Option("--flow-results", help="A FLOIP package (.zip); needs --output.")] = False,
    as_html: Annotated[bool, typer.Option("--html", help="One page to publish or print; needs --output.")] = False,
    as_png: Annotated[bool, typer.Option("--png", help="A chart for each question, into the folder --output.")] = False,
    language: Language = "",
    revision: Annotated[str, typer.Option(help="An earlier revision, by how its hash begins.")] = "",
    internal: Annotated[
        bool,
        typer.Option("--internal", help="With words, hours and small groups: never to be published."),
    ] = False,
    source: Annotated[str, typer.Option(help="Only from: conversation, paper, assembly or counter.")] = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where to write; else it is printed.")] = None,
    tenant: Which = None,
    by: By = None,
) -> None:
    """Show what the answers to a survey add up to.

    No group of fewer than five is shown, nor what would tell it, and nothing that was written, unless --internal.
    """
    forms = {"json": as_json, "csv": as_csv, "xlsx": as_xlsx, "flow-results": as_flow, "html": as_html, "png": as_png}
    chosen = [form for form, is_chosen in forms.items() if is_chosen] or ["terminal"]
    if len(chosen) > 1:
        usage(f"Choose one of {', '.join(f'--{form}' for form in chosen)}.")
    if chosen[0] in ("xlsx", "flow-results", "html", "png") and output is None:
        usage(f"--{chosen[0]} needs --output.")
    if internal and chosen[0] not in ("csv", "xlsx", "flow-results"):
        usage("--internal goes with --csv, --xlsx or --flow-results.")
    with store_without_addresses() as store:
        town, current = survey_named(store, tenant, name)
        survey = _of_revision(store, town, current, revision)
        _write(store, town, survey, Wanted(chosen[0], output, spoken(language, town), internal, by, source))


def _of_revision(store: Store, town: Town, survey: Survey, revision: str) -> Survey:
    found = store.run(town.id, lambda db: gather.revision(db, survey, revision))
    if found is None:
        hashes = store.run(town.id, lambda db: gather.hashes(db, survey))
        problem(f"No one revision of {survey.slug} begins with {revision}; there are: {', '.join(hashes)}.")
    return found


def _write(store: Store, town: Town, survey: Survey, wanted: Wanted) -> None:
    now = datetime.now(UTC)
    added_up = tally(survey, _responses(store, town, survey, wanted.source))
    language = wanted.language
    told = Told(
        publishable(added_up, now), language, town.language, town.zone, words_in(town.name, language, town.language)
    )
    records = Records(survey, told, wanted.is_internal)
    path = wanted.output
    match wanted.form:
        case "terminal":
            out.print(bars(told))
        case "json" if path is None:
            print_json(plain(told.results))
        case "json" if path is not None:
            write_whole(path, json.dumps(plain(told.results), ensure_ascii=False, indent=2) + "\n")
        case "html" if path is not None:
            write_whole(path, report(told))
        case "png" if path is not None:
            _save_charts(path, told)
        case _:
            _save_records(store, town, records, wanted, now)
    if path is not None:
        err.print(f"{added_up.responses} responses in {path}.")


def _responses(store: Store, town: Town, survey: Survey, source: str) -> Iterator[gather.Answered]:
    return (each for each in gather.responses(store, town.id, survey) if source in ("", each[0].source))


def _save_charts(folder: Path, told: Told) -> None:
    """Each with its sentence beside it, for who cannot see it; and all of them in one."""
    chart: Callable[..., bytes] = import_module("bot.results.chart").chart  # Slow to import: here it is wanted.
    folder.mkdir(parents=True, exist_ok=True)
    figures = charted(told.results)
    for figure in track(figures, "Drawing", console=err, transient=True):
        name = folder / f"{told.results.survey}-{figure.number:02}-{figure.slug}.{told.language}.png"
        write_bytes(name, chart(told, figure.slug))
        write_whole(name.with_suffix(".txt"), told.sentence(figure) + "\n")
    if figures:
        write_bytes(folder / f"{told.results.survey}.{told.language}.png", chart(told))


def _save_records(store: Store, town: Town, records: Records, wanted: Wanted, now: datetime) -> None:
    survey = records.survey
    count = _FORMS[wanted.form](records, _responses(store, town, survey, wanted.source), wanted, now)
    detail = {"format": wanted.form, "count": count, "internal": wanted.is_internal, "revision": survey.hash}
    subject = f"survey:{survey.slug}"
    store.run(town.id, lambda db: record(db, actor(wanted.by), "responses_exported", subject, now, detail))


def _csv(records: Records, responses: Iterator[gather.Answered], wanted: Wanted, _: datetime) -> int:
    count = 0

    def lines() -> Iterator[str]:
        nonlocal count
        yield sheet([[harmless(cell) for cell in records.header()]], ";")
        for row in records.rows(responses):
            count += 1
            yield sheet([[harmless(cell) for cell in row]], ";")

    if wanted.output is None:
        for line in lines():
            typer.echo(line, nl=False)
    else:
        write_pieces(wanted.output, (line.encode() for line in lines()))
    return count


def _xlsx(records: Records, responses: Iterator[gather.Answered], wanted: Wanted, _: datetime) -> int:
    count = 0
    with xlsxwriter.Workbook(wanted.output, {"constant_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(records.survey.slug[:31])
        page.freeze_panes(1, 0)
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for column, cell in enumerate(records.header()):
            page.write_string(0, column, cell, bold)
        for count, row in enumerate(records.rows(responses), 1):
            for column, cell in enumerate(row):
                page.write_string(count, column, cell)
    return count


def _flow_results(records: Records, responses: Iterator[gather.Answered], wanted: Wanted, now: datetime) -> int:
    with ZipFile(wanted.output or _DATA, "w", ZIP_DEFLATED) as package:
        package.writestr("datapackage.json", flow_results.package(records, now, _DATA))
        with package.open(_DATA, "w") as data:
            return sum(data.write(piece.encode()) > 0 for piece in flow_results.pieces(records, responses)) - 1


_FORMS: dict[str, Callable[[Records, Iterator[gather.Answered], Wanted, datetime], int]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "flow-results": _flow_results,
}
