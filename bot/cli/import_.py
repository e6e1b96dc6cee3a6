"""`participabot import`: what was decided elsewhere, brought to the citizens' channel."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bot.answer_file import Answer, Broken, Fault, Ours, Record, answers_in, records_in
from bot.cli.folder import err, out, problem, usage
from bot.cli.served import By, DryRun, Which, actor, only_town
from bot.cli.store import store_without_addresses
from bot.cli.turns import in_one_turn, stretches
from flows.participation.proposals import publish_answer
from flows.participation.tenant import Town
from storage.audit import record
from storage.database import Db, Store
from storage.proposals import Proposal, proposal_of_reference, readable_proposals

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


def _publish(store: Store, town: Town, given: list[Answer], by: str, dry_run: bool) -> list[str]:
    """What was new, a line each."""
    now = datetime.now(UTC)

    def publish(db: Db) -> list[str]:
        lines: list[str] = []
        for answer in given:
            proposal = proposal_of_reference(db, answer.reference)
            if proposal is not None and _is_published(proposal, answer):
                continue
            publish_answer(db, answer.reference, answer.state, answer.words, now=now, actor=by)
            lines.append(f"{answer.reference} is {answer.state} now.")
        if lines:
            record(db, by, "answers_imported", "answers", now, {"count": len(lines)})
        return lines

    return in_one_turn(store, town.id, publish, is_dry=dry_run)


def _is_published(proposal: Proposal, answer: Answer) -> bool:
    is_same = proposal.state == answer.state and proposal.answer == answer.words
    return is_same and proposal.state_published_at is not None


def _records(file: Path) -> Iterator[Record]:
    try:
        data = file.read_bytes()
    except OSError as failure:
        usage(f"{file} cannot be read: {failure.strerror}.")
    return records_in(data)


def _stop(file: Path, faults: list[Fault]) -> None:
    for fault in faults:
        err.print(Text(f"{file}:{fault.line}: {fault.what} ({fault.hint})"))
    problem("Nothing was published.")
