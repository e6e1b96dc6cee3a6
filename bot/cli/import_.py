"""`participabot import`: what was decided elsewhere, brought to the citizens' channel."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from bot.answer_file import Answer, Ours, answers_in
from bot.cli.folder import AsJson, current_settings, err, out, print_json, problem, usage
from bot.cli.keys import installation_keys
from bot.cli.list_file import hashes_in, replace_list
from bot.cli.paper import SOURCES, bring_in, undo
from bot.cli.served import By, DryRun, Which, actor, only_town
from bot.cli.store import store_without_addresses
from bot.cli.surveys import survey_named
from bot.cli.turns import in_one_turn, stretches
from bot.config.kinds import is_slug
from bot.response_file import Sheet, sheets_in, template
from bot.sheet import Broken, Fault, Record, records_in, sheet
from flows.participation.proposals import is_answered_so, publish_answer
from flows.participation.survey import Survey
from flows.participation.tenant import Town
from storage.audit import record
from storage.batches import Batch, batches_of
from storage.database import Db, Store
from storage.proposals import proposal_of_reference, readable_proposals

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def import_() -> None:
    """What was decided elsewhere, brought to the citizens' channel."""


@app.command()
def answers(
    file: Annotated[
        Path, typer.Argument(help="CSV: Decidim's export of proposals, its answers file, or reference;state;answer/ca.")
    ],
    proposals: Annotated[
        Path | None, typer.Option(help="Decidim's export of proposals, where the file only has Decidim's ids.")
    ] = None,
    tenant: Which = None,
    by: By = None,
    dry_run: DryRun = False,
) -> None:
    """Publish the town's answers from a file; authors and followers are told.

    All of it is checked before anything is written. An answer that is published already is left as it is, and nobody
    is told twice.
    """
    with store_without_addresses() as store:
        town = only_town(store, tenant)
        ours = Ours(chain.from_iterable(stretches(store, town.id, readable_proposals)))
        try:
            if proposals is not None:
                ours.learn(_records(proposals))
            found = list(answers_in(_records(file), town, ours))
        except Broken as broken:
            _stop(file, [broken.fault])
        faults = [each for each in found if isinstance(each, Fault)]
        if faults:
            _stop(file, faults)
        given = [each for each in found if isinstance(each, Answer)]
        published = _publish(store, town, given, actor(by), dry_run)
    for line in published:
        out.print(Text(line))
    unchanged, passed = len(given) - len(published), len(found) - len(given)
    out.print(
        f"{len(published)} published, {unchanged} as they were, {passed} passed over (not ours, or not answered)."
    )


@app.command("list")
def list_(
    name: Annotated[str, typer.Argument(help="As `audience.listed` of a broadcast calls it.")],
    file: Annotated[Path, typer.Argument(help="A phone number or email a line; # begins a remark.")],
    tenant: Which = None,
    by: By = None,
    dry_run: DryRun = False,
) -> None:
    """Keep a list of people for broadcasts, in place of the one of this name.

    Only hashes of the addresses are kept. Whoever is on it and has not asked for the topic still hears nothing.
    """
    if not is_slug(name):
        usage("A list has a short name: a-z, 0-9 and -, for example veins-del-mercat.")
    keys = installation_keys(current_settings())
    with store_without_addresses() as store:
        town = only_town(store, tenant)
        hashes, now = hashes_in(file, keys, town.id), datetime.now(UTC)

        def work(db: Db) -> int:
            record(db, actor(by), "list_imported", f"list:{name}", now, {"addresses": len(hashes)})
            return replace_list(db, name, hashes)

        known = in_one_turn(store, town.id, work, is_dry=dry_run)
    out.print(f"{name}: {len(hashes)} addresses, {known} of them of people the town knows.")


@app.command()
def responses(
    file: Annotated[
        Path | None, typer.Argument(help="CSV with a row for each sheet; --template prints its header.")
    ] = None,
    survey: Annotated[str, typer.Option(help="The survey that they answer.")] = "",
    source: Annotated[str, typer.Option(help="paper, assembly or counter; results name it.")] = "paper",
    of_age: Annotated[
        bool, typer.Option("--of-age", help="Everybody on it said that they are old enough; else nothing comes in.")
    ] = False,
    as_template: Annotated[bool, typer.Option("--template", help="Print the header of such a file.")] = False,
    undo_batch: Annotated[int, typer.Option("--undo", help="Take this batch out again.")] = 0,
    show: Annotated[bool, typer.Option("--list", help="What has come in, batch by batch.")] = False,
    as_json: AsJson = False,
    tenant: Which = None,
    by: By = None,
    dry_run: DryRun = False,
) -> None:
    """Bring in answers that were given on paper or in an assembly; results show them apart.

    All of it is checked before anything is written, and a batch can be undone.
    """
    now = datetime.now(UTC)
    with store_without_addresses() as store:
        town, asked = survey_named(store, tenant, survey)
        if as_template:
            typer.echo(sheet([template(asked)], ";"), nl=False)
        elif show:
            _show_batches(store, town, asked, as_json)
        elif undo_batch:
            gone = undo(store, town.id, undo_batch, actor(by), now)
            out.print(f"Batch {undo_batch} is undone: {gone} responses are gone.")
        elif file is None:
            usage("Name a file, or one of --template, --list and --undo.")
        elif not of_age:
            age = max([town.minimum_age, *(process.min_age for process in town.asking(asked.slug))])
            usage(f"Did everybody on it say that they are {age} or over? Then say so with --of-age.")
        elif source not in SOURCES:
            usage(f"--source is one of {', '.join(SOURCES)}.")
        else:
            _bring_in(store, town, asked, file, source, actor(by), dry_run, now)


def _bring_in(
    store: Store, town: Town, survey: Survey, file: Path, source: str, by: str, dry_run: bool, now: datetime
) -> None:
    try:
        found = list(sheets_in(_records(file), survey, town.zone, now))
    except Broken as broken:
        _stop(file, [broken.fault])
    faults = [each for each in found if isinstance(each, Fault)]
    if faults:
        _stop(file, faults)
    sheets = [each for each in found if isinstance(each, Sheet)]
    if dry_run:
        out.print(f"A dry run: {len(sheets)} responses would come in from {source}; nothing was changed.")
        return
    batch = Batch(
        survey=survey.slug,
        source=source,
        operator=by,
        file_hash=hashlib.sha256(file.read_bytes()).hexdigest(),
        count=len(sheets),
        imported_at=now,
    )
    number = bring_in(store, town.id, batch, survey, sheets)
    out.print(f"{len(sheets)} responses came in from {source}, as batch {number}. To undo: --undo {number}")


def _show_batches(store: Store, town: Town, survey: Survey, as_json: bool) -> None:
    batches = store.run(town.id, lambda db: [each.model_dump(mode="json") for each in batches_of(db, survey.slug)])
    if as_json:
        print_json(batches)
        return
    table = Table("batch", "source", "responses", "by", "came in", "undone", box=None, pad_edge=False)
    for each in batches:
        undone = str(each["undone_at"] or "")
        cells = (each["id"], each["source"], each["count"], each["operator"], each["imported_at"], undone)
        table.add_row(*(str(cell) for cell in cells))
    out.print(table)


def _publish(store: Store, town: Town, given: list[Answer], by: str, dry_run: bool) -> list[str]:
    """What was new, a line each."""
    now = datetime.now(UTC)

    def publish(db: Db) -> list[str]:
        lines: list[str] = []
        for answer in given:
            proposal = proposal_of_reference(db, answer.reference)
            if proposal is not None and is_answered_so(proposal, answer.state, answer.words):
                continue
            publish_answer(db, answer.reference, answer.state, answer.words, now=now, actor=by)
            lines.append(f"{answer.reference} is {answer.state} now.")
        if lines:
            record(db, by, "answers_imported", "answers", now, {"count": len(lines)})
        return lines

    return in_one_turn(store, town.id, publish, is_dry=dry_run)


def _records(file: Path) -> Iterator[Record]:
    try:
        data = file.read_bytes()
    except OSError as failure:
        usage(f"{file} cannot be read: {failure.strerror}.")
    return records_in(data)


def _stop(file: Path, faults: list[Fault]) -> None:
    for fault in faults:
        err.print(Text(f"{file}:{fault.line}: {fault.what} ({fault.hint})"))
    problem("Nothing was changed.")
