"""`participabot answer`: the town's answer to a proposal."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.text import Text
from sqlmodel import col, select

from bot.cli.folder import err, out, problem, usage
from bot.cli.store import operator, store_without_addresses
from bot.config.load import load_revision
from bot.config.tenant_id import is_tenant_id
from flows.participation.proposals import ANSWERED_STATES, publish_answer
from flows.participation.refusal import Reason, Refused
from flows.participation.tenant import Town
from flows.participation.writing import one_line
from storage.database import Db, Store
from storage.follows import Follow
from storage.proposals import Proposal
from storage.tenants import Revision, Tenant

_WHY = {
    Reason.PROPOSAL_UNKNOWN: "There is no such proposal; it may have been withdrawn.",
    Reason.ANSWER_EMPTY: "The answer has no words: give at least one --text.",
}


class _NotMeant(Exception):
    """Ends a dry run's turn, so that nothing of it is kept."""


def answer(
    reference: Annotated[str, typer.Argument(help="The proposal's reference, e.g. VIL-PROP-2026-11-0042.")],
    state: Annotated[str, typer.Option(help=f"One of: {', '.join(ANSWERED_STATES)}.")],
    text: Annotated[list[str], typer.Option(help="The answer in one language, e.g. ca='Sí, ho farem.'. Repeatable.")],
    tenant: Annotated[str | None, typer.Option("--tenant", "-t", help="The town, where two have it.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who answers; kept in the audit log.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be told; change nothing.")] = False,
) -> None:
    """Publish the town's answer; the author and whoever follows the proposal are told, each in their language."""
    if state not in ANSWERED_STATES:
        usage(f"--state is one of: {', '.join(ANSWERED_STATES)}.")
    words = _words(text)
    actor = f"staff:{by.strip()[:100]}" if by and by.strip() else operator()
    wanted = one_line(reference).upper()
    with store_without_addresses() as store:
        town = _town(store, wanted, tenant)
        _check_languages(town, words)
        shown: list[str] = []

        def publish(db: Db) -> None:
            proposal = publish_answer(db, town, wanted, state, words, now=datetime.now(UTC), actor=actor)
            followers = db.all(select(Follow.participant_id).where(Follow.subject == f"proposal:{proposal.reference}"))
            told = len({*followers, *([proposal.author_id] if proposal.author_id else ())})
            shown[:] = [f"“{proposal.title}” is {state} now.", f"To be told: {told}."]
            if dry_run:
                raise _NotMeant

        try:
            store.run(town.id, publish)
        except _NotMeant:
            out.print("A dry run: nothing was changed.")
        except Refused as refused:
            problem(_WHY.get(refused.reason, str(refused.reason)))
    for line in shown:
        out.print(Text(line))


def _words(texts: Sequence[str]) -> dict[str, str]:
    words: dict[str, str] = {}
    for one in texts:
        language, is_there, text = one.partition("=")
        if not is_there or not text.strip():
            usage(f"--text is a language and the words, such as ca='Sí, ho farem.', not {one[:40]!r}.")
        if language in words:
            usage(f"--text {language} is given twice.")
        words[language] = text
    return words


def _town(store: Store, reference: str, tenant: str | None) -> Town:
    of_reference = select(Proposal.tenant_id).where(Proposal.reference == reference)
    if tenant is not None and not is_tenant_id(tenant):
        problem(f"There is no town {tenant} that is served.")
    found = [tenant] if tenant else sorted(store.run_no_tenant(lambda db: db.all(of_reference)))
    if not found:
        problem(f"There is no proposal {reference}.")
    if len(found) > 1:
        usage(f"Several towns have a proposal {reference}: choose with --tenant {' or '.join(found)}.")
    tenant_id = found[0]

    def archive(db: Db) -> bytes | None:
        served = db.first(select(Tenant).where(col(Tenant.tenant_id) == tenant_id))
        return db.one(Revision, served.revision).files if served and served.revision else None

    files = store.run(tenant_id, archive)
    if files is None:
        problem(f"There is no town {tenant_id} that is served.")
    return load_revision(tenant_id, files).town


def _check_languages(town: Town, words: dict[str, str]) -> None:
    unknown = sorted(words.keys() - set(town.languages))
    if unknown:
        usage(f"{town.id} does not speak {', '.join(unknown)}; it speaks {', '.join(town.languages)}.")
    missing = [language for language in town.languages if language not in words]
    if missing:
        err.print(f"Without words in {', '.join(missing)}: who reads that gets another language.", style="yellow")
