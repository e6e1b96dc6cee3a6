"""`participabot dropoff`: where people stop in a survey."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.table import Table

from bot.cli.folder import AsJson, err, out, print_json
from bot.cli.served import Which
from bot.cli.store import store_without_addresses
from bot.cli.surveys import Language, spoken, survey_named
from bot.cli.whole_file import write_whole
from bot.results import gather
from bot.results.dropoff import Draft, DropOff, Step, drafts_in, drop_off
from bot.results.report import stops
from bot.session import load_session
from flows.participation.words import words_in
from flows.survey_fields import Tongue
from storage.database import Db, Store
from storage.participants import sessions_after


def dropoff(
    name: Annotated[str, typer.Argument(help="The survey, as its file is called.")],
    as_json: AsJson = False,
    html: Annotated[Path | None, typer.Option("--html", help="Write it as a page to this file.")] = None,
    language: Language = "",
    tenant: Which = None,
) -> None:
    """Show where people stop: of each question how many saw it, answered it, stumbled and went no further.

    Who has said nothing for a day has abandoned it; whoever comes back is counted as going on again.
    """
    now = datetime.now(UTC)
    with store_without_addresses() as store:
        town, survey = survey_named(store, tenant, name)
        responses = gather.paced(store, town.id, survey)
        found = drop_off(survey, responses, _drafts(store, town.id, survey.slug), now)
    tongue = Tongue(spoken(language, town), town.language)
    if html is not None:
        rows = [(_name(each, tongue), _cells(each)) for each in found.steps]
        write_whole(html, stops(tongue.language, tongue.words(survey.title), _summary(found, tongue), rows))
        err.print(f"{found.begun} who began, in {html}.")
    elif as_json:
        print_json(msgspec.to_builtins(found))
    else:
        out.print(_summary(found, tongue))
        out.print(_table(found, tongue))


def _drafts(store: Store, tenant_id: str, survey: str) -> Iterator[Draft]:
    def some(db: Db, after: int) -> list[tuple[int, list[Draft]]]:
        return [
            (row.participant_id, [*drafts_in(load_session(row.state), survey, row.updated_at)])
            for row in sessions_after(db, after)
        ]

    after = 0
    while found := store.run(tenant_id, partial(some, after=after)):
        for _, drafts in found:
            yield from drafts
        after = found[-1][0]


def _summary(found: DropOff, tongue: Tongue) -> str:
    values = {"begun": found.begun, "finished": found.finished, "way": found.under_way, "abandoned": found.abandoned}
    return tongue.ours.translate(
        "{begun} began: {finished} finished, {way} are under way, {abandoned} went no further.", values
    )


def _table(found: DropOff, tongue: Tongue) -> Table:
    t = tongue.ours.translate
    table = Table(t("Question", {}), box=None, pad_edge=False)
    for name in ("Shown", "Answered", "Invalid", "Abandoned", "Seconds"):
        table.add_column(t(name, {}), justify="right")
    for step in found.steps:
        table.add_row(_name(step, tongue), *_cells(step))
    return table


def _name(step: Step, tongue: Tongue) -> str:
    row = words_in(step.row, tongue.language, tongue.default)
    return f"{tongue.words(step.text)} {row}".rstrip()


def _cells(step: Step) -> list[str]:
    counts = (step.shown, step.answered, step.invalid, step.abandoned)
    return [*(str(count) for count in counts), "" if step.seconds is None else f"{step.seconds:g}"]
