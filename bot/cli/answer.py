"""`participabot answer`: the town's answer to a proposal."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.text import Text
from sqlmodel import select

from bot.cli.folder import out, problem, usage
from bot.cli.served import By, DryRun, Which, actor, town_having
from bot.cli.store import store_without_addresses
from bot.cli.texts import check_languages, words_of
from bot.cli.turns import in_one_turn
from flows.participation.proposals import ANSWERED_STATES, publish_answer
from flows.participation.refusal import Reason, Refused
from flows.participation.writing import one_line
from storage.database import Db
from storage.follows import Follow
from storage.proposals import Proposal

_WHY = {
    Reason.PROPOSAL_UNKNOWN: "There is no such proposal that can be read; it may have been withdrawn or hidden.",
    Reason.ANSWER_EMPTY: "The answer has no words: give at least one --text.",
}


def answer(
    reference: Annotated[str, typer.Argument(help="The proposal's reference, e.g. VIL-PROP-2026-11-0042.")],
    state: Annotated[str, typer.Option(help=f"One of: {', '.join(ANSWERED_STATES)}.")],
    text: Annotated[list[str], typer.Option(help="The answer in one language, e.g. ca='Sí, ho farem.'. Repeatable.")],
    tenant: Which = None,
    by: By = None,
    dry_run: DryRun = False,
) -> None:
    """Publish the town's answer; the author and whoever follows the proposal are told, each in their language."""
    if state not in ANSWERED_STATES:
        usage(f"--state is one of: {', '.join(ANSWERED_STATES)}.")
    words = words_of(text)
    wanted = one_line(reference).upper()
    with store_without_addresses() as store:
        of_reference = select(Proposal.tenant_id).where(Proposal.reference == wanted)
        town = town_having(store, tenant, of_reference, f"proposal {wanted}")
        check_languages(town, words)

        def publish(db: Db) -> list[str]:
            proposal = publish_answer(db, wanted, state, words, now=datetime.now(UTC), actor=actor(by))
            followers = db.all(select(Follow.participant_id).where(Follow.subject == f"proposal:{proposal.reference}"))
            told = len({*followers, *([proposal.author_id] if proposal.author_id else ())})
            return [f"“{proposal.title}” is {state} now.", f"To be told: {told}."]

        try:
            shown = in_one_turn(store, town.id, publish, is_dry=dry_run)
        except Refused as refused:
            problem(_WHY.get(refused.reason, str(refused.reason)))
    for line in shown:
        out.print(Text(line))
