"""`participabot moderate`: what was reported or waits to be read, and what the people of the town decide about it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, TypeAlias

import typer
from rich.text import Text
from sqlmodel import select

from bot.cli.folder import AsJson, out, problem, usage
from bot.cli.moderation_shown import facts_of, lines_of, print_facts, print_lines
from bot.cli.served import By, DryRun, Which, actor, only_town, town_having
from bot.cli.store import store_without_addresses
from bot.cli.texts import check_languages, words_of
from bot.cli.turns import in_one_turn
from flows.participation import blocks, moderation, redaction
from flows.participation.moderation import Ground, NotDone
from flows.participation.tenant import Town
from flows.participation.writing import one_line
from storage.comments import Comment
from storage.database import Db, Store
from storage.proposals import Proposal

app = typer.Typer(no_args_is_help=True)

ItemName: TypeAlias = Annotated[
    str, typer.Argument(metavar="ITEM", help="The reference of a proposal or comment, e.g. VIL-PROP-2026-11-0042.")
]
Reason: TypeAlias = Annotated[Ground, typer.Option("--reason", help="Why; the author is told, and which rule it is.")]
Texts: TypeAlias = Annotated[
    list[str] | None, typer.Option("--text", help="More about why, in one language: ca='…'. Repeatable.")
]
Decide: TypeAlias = Callable[[Db, Town, str, datetime, str], object]


@app.command("list")
def list_items(
    tenant: Which = None,
    as_json: AsJson = False,
    is_whole: Annotated[bool, typer.Option("--all", help="What was decided, too.")] = False,
) -> None:
    """What waits for a decision, the oldest first: reported, hidden by reports, to be read first, appealed."""
    with store_without_addresses() as store:
        town = only_town(store, tenant)
        lines = store.run(town.id, lambda db: lines_of(db, is_whole=is_whole))
    print_lines(lines, as_json=as_json)


@app.command()
def show(item: ItemName, tenant: Which = None, as_json: AsJson = False) -> None:
    """One item: its words, why it was reported, what was decided, its attachments and how it read before."""
    name = _named(item)
    with store_without_addresses() as store:
        town = _town_of(store, tenant, name)
        facts = store.run(town.id, lambda db: facts_of(db, name))
    if facts is None:
        problem(f"There is no {_reference(name)}.")
    print_facts(facts, as_json=as_json)


@app.command()
def hide(
    item: ItemName, reason: Reason, text: Texts = None, tenant: Which = None, by: By = None, dry_run: DryRun = False
) -> None:
    """Nobody but its author reads it any more; after an appeal, it stays so."""
    words = words_of(text or [])

    def decide(db: Db, town: Town, name: str, now: datetime, who: str) -> None:
        moderation.hide(db, name, reason, _checked(town, words), now=now, actor=who)

    _decide(item, tenant, by, dry_run, "is hidden now", decide)


@app.command()
def keep(item: ItemName, tenant: Which = None, by: By = None, dry_run: DryRun = False) -> None:
    """It may stand: everybody reads it, and the reports until now no longer count."""
    _decide(item, tenant, by, dry_run, "can be read by everybody", _plainly(moderation.keep))


@app.command()
def publish(item: ItemName, tenant: Which = None, by: By = None, dry_run: DryRun = False) -> None:
    """It was read first, and is published now."""
    _decide(item, tenant, by, dry_run, "is published now", _plainly(moderation.publish))


@app.command()
def redact(
    item: ItemName,
    reason: Reason,
    words: Annotated[str, typer.Option(help="What to take out, wherever it stands: […] stands there then.")] = "",
    attachment: Annotated[int, typer.Option(help="The photo or document to show no longer; 1 is the first.")] = 0,
    text: Texts = None,
    tenant: Which = None,
    by: By = None,
    dry_run: DryRun = False,
) -> None:
    """Take words or one attachment out; how it read before is kept, and `revert` puts it back."""
    if bool(words) == bool(attachment):
        usage("Say either --words or --attachment.")
    told = words_of(text or [])

    def decide(db: Db, town: Town, name: str, now: datetime, who: str) -> None:
        told_of = _checked(town, told)
        if words:
            redaction.redact_words(db, name, words, reason, told_of, now=now, actor=who)
        else:
            redaction.redact_attachment(db, name, attachment, reason, told_of, now=now, actor=who)

    _decide(item, tenant, by, dry_run, "is redacted", decide)


@app.command()
def revert(
    item: ItemName,
    to: Annotated[int, typer.Option(help="The version to go back to, as `show` numbers them. Default: the last.")] = 0,
    tenant: Which = None,
    by: By = None,
    dry_run: DryRun = False,
) -> None:
    """As it was before its last change; what it is now is kept as a version too."""

    def decide(db: Db, _: Town, name: str, now: datetime, who: str) -> None:
        redaction.revert(db, name, to, now=now, actor=who)

    _decide(item, tenant, by, dry_run, "is as it was before", decide)


@app.command()
def block(
    item: ItemName, reason: Reason, text: Texts = None, tenant: Which = None, by: By = None, dry_run: DryRun = False
) -> None:
    """Its author can read and no longer write, until `unblock`."""
    words = words_of(text or [])

    def decide(db: Db, town: Town, name: str, now: datetime, who: str) -> None:
        blocks.block(db, town, name, reason, _checked(town, words), now=now, actor=who)

    _decide(item, tenant, by, dry_run, "has an author who can no longer write", decide)


@app.command()
def unblock(item: ItemName, tenant: Which = None, by: By = None, dry_run: DryRun = False) -> None:
    """Its author can write again."""
    _decide(item, tenant, by, dry_run, "has an author who can write again", _plainly(blocks.unblock))


def _plainly(decision: Callable[..., object]) -> Decide:
    return lambda db, _town, name, now, who: decision(db, name, now=now, actor=who)


def _decide(item: str, tenant: str | None, by: str | None, dry_run: bool, outcome: str, decide: Decide) -> None:
    name = _named(item)
    with store_without_addresses() as store:
        town = _town_of(store, tenant, name)

        def work(db: Db) -> None:
            decide(db, town, name, datetime.now(UTC), actor(by))

        try:
            in_one_turn(store, town.id, work, is_dry=dry_run)
        except NotDone as reason:
            problem(str(reason).replace(name, _reference(name)))
    out.print(Text(f"{_reference(name)} {outcome}. Its author is told."))


def _checked(town: Town, words: Mapping[str, str]) -> Mapping[str, str]:
    if words:
        check_languages(town, words)
    return words


def _named(item: str) -> str:
    """What a reference is called in the store."""
    reference = one_line(item).rpartition(":")[2].upper()
    kind = next((kind for mark, kind in (("-COM-", "comment"), ("-PROP-", "proposal")) if mark in reference), "")
    if not kind:
        usage(f"{item[:60]!r} is no reference, such as VIL-PROP-2026-11-0042 or VIL-COM-2026-11-0042.")
    return f"{kind}:{reference}"


def _reference(name: str) -> str:
    return name.partition(":")[2]


def _town_of(store: Store, tenant: str | None, name: str) -> Town:
    kind, _, reference = name.partition(":")
    proposals = select(Proposal.tenant_id).where(Proposal.reference == reference)
    comments = select(Comment.tenant_id).where(Comment.reference == reference)
    return town_having(store, tenant, comments if kind == "comment" else proposals, f"{kind} {reference}")
