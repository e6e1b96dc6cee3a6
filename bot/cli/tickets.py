"""`participabot tickets`: what citizens have asked the people of the town, and their answers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import Annotated, TypeAlias

import typer
from msgspec import Struct, to_builtins
from rich.text import Text
from sqlmodel import col, select

from bot.cli.folder import AsJson, current_settings, err, out, print_json, usage
from bot.cli.one_ticket import Deed, act_on, read
from bot.cli.served import DryRun, Which, only_town
from bot.cli.store import store_without_addresses
from flows.participation import tickets
from flows.participation.attachments import KINDS, VOICES
from flows.participation.hours import attended_between
from flows.participation.tenant import Town
from flows.participation.writing import one_line
from flows.text import cut
from storage.attachments import Attachment
from storage.database import Db
from storage.files import Files
from storage.tickets import CITIZEN, Ticket, TicketState, messages_of, open_tickets

app = typer.Typer(no_args_is_help=True)

Code: TypeAlias = Annotated[str, typer.Argument(help="The ticket's code, e.g. VIL-TIC-7K3F.")]
Name: TypeAlias = Annotated[
    str | None, typer.Option("--by", help="Who writes: the citizen reads it, and the audit log keeps it.")
]

_CLOSED_SHOWN = 200
_WORDS_SHOWN = 60
_NAME_MOST = 60


class Line(Struct, frozen=True):
    """One ticket of the list."""

    code: str
    state: str
    taken_by: str
    about: str
    channel: str
    opened_at: str
    waiting_minutes: int | None
    """Since the first words that nobody has answered, while somebody was there; None where none wait."""
    messages: int
    words: str
    """The last that the citizen said, cut."""


@app.command("list")
def list_tickets(
    tenant: Which = None,
    as_json: AsJson = False,
    is_whole: Annotated[bool, typer.Option("--all", help="The closed ones too.")] = False,
) -> None:
    """The tickets of a town: first what has waited longest, counting only the hours in which somebody is there."""
    with store_without_addresses() as store:
        town = only_town(store, tenant)
        lines = store.run(town.id, lambda db: _lines(db, town, is_whole, datetime.now(UTC)))
    if as_json:
        print_json(to_builtins(lines))
    elif not lines:
        err.print("There are no tickets." if is_whole else "There are no open tickets.")
    else:
        for line in lines:
            out.print(Text(_said(line)))


@app.command()
def show(
    code: Code,
    tenant: Which = None,
    folder: Annotated[
        Path | None, typer.Option("--files", help="Write the photos, documents and voice notes to this folder.")
    ] = None,
) -> None:
    """The whole conversation of a ticket, and what was sent with it."""
    town, ticket, said, files = read(code, tenant)
    owner = f" by {ticket.taken_by or 'somebody'}" if ticket.state is TicketState.TAKEN else ""
    about = f", about {ticket.about}" if ticket.about else ""
    out.print(Text(f"{ticket.code}: {ticket.state}{owner}, on {ticket.channel}{about}", style="bold"))
    for each in said:
        who = "citizen" if each.author == CITIZEN else each.author.removeprefix("staff:")
        out.print(Text(f"{each.said_at.astimezone(town.zone):%Y-%m-%d %H:%M}  {who}: {each.text}"))
    for number, file in enumerate(files, 1):
        out.print(Text(f"{number}. {file.name} ({file.media_type}, {-(-file.size // 1024)} KB, {file.state})"))
    if folder is not None:
        _write(town, ticket, files, folder)


@app.command()
def answer(
    code: Code,
    text: Annotated[str, typer.Option(help="The answer, in the citizen's language.")],
    closes: Annotated[bool, typer.Option("--close", help="Close the ticket with it.")] = False,
    takes: Annotated[bool, typer.Option("--take", help="Own the conversation from now on.")] = False,
    tenant: Which = None,
    by: Name = None,
    dry_run: DryRun = False,
) -> None:
    """Bring an answer back on the citizen's channel. Without --take the citizen goes on talking to the bot."""
    if takes and closes:
        usage("A ticket is closed, or taken to go on with it: not both.")

    def act(deed: Deed) -> str:
        if takes:
            _take(deed, by)
        ticket = tickets.answer(deed.db, deed.code, text, now=deed.now, actor=deed.actor)
        lane = deed.desk(ticket).answer(text.strip(), is_last=closes)
        if closes:
            _, was_taken = tickets.close(deed.db, deed.code, now=deed.now, actor=deed.actor)
            if was_taken:
                deed.desk(ticket).handed_back()
        return lane

    act_on(code, tenant, by, act, "The answer", is_dry=dry_run, takes=takes, must_say=True)


@app.command()
def take(code: Code, tenant: Which = None, by: Name = None, dry_run: DryRun = False) -> None:
    """Own the conversation: the bot is silent, and what the citizen writes reaches the ticket."""
    what = "The notice that a person writes from now on"
    act_on(code, tenant, by, lambda deed: _take(deed, by), what, is_dry=dry_run, takes=True, must_say=True)


@app.command()
def release(code: Code, tenant: Which = None, by: Name = None, dry_run: DryRun = False) -> None:
    """Hand the conversation back to the bot; the ticket stays open."""

    def act(deed: Deed) -> str:
        return deed.desk(tickets.release(deed.db, deed.code, now=deed.now, actor=deed.actor)).handed_back()

    act_on(code, tenant, by, act, "The notice that the bot is back", is_dry=dry_run)


@app.command()
def close(code: Code, tenant: Which = None, by: Name = None, dry_run: DryRun = False) -> None:
    """The matter is done; a conversation that was owned is the bot's again."""

    def act(deed: Deed) -> str:
        ticket, was_taken = tickets.close(deed.db, deed.code, now=deed.now, actor=deed.actor)
        return deed.desk(ticket).handed_back() if was_taken else deed.desk(ticket).closed()

    act_on(code, tenant, by, act, "The notice that it is closed", is_dry=dry_run)


def _write(town: Town, ticket: Ticket, files: Sequence[Attachment], folder: Path) -> None:
    kept = Files(current_settings().media)
    folder.mkdir(parents=True, exist_ok=True)
    for number, file in enumerate(files, 1):
        if data := kept.read(town.id, file.id):
            path = folder / f"{ticket.code}-{number}.{(KINDS | VOICES)[file.media_type]}"
            path.write_bytes(data)
            err.print(f"Written: {path}")


def _take(deed: Deed, by: str | None) -> str:
    name = cut(one_line(by or ""), _NAME_MOST)
    return deed.desk(tickets.take(deed.db, deed.code, name, now=deed.now, actor=deed.actor)).taken()


def _lines(db: Db, town: Town, is_whole: bool, now: datetime) -> list[Line]:
    lines = [_line(db, town, ticket, now) for ticket in open_tickets(db)]
    lines.sort(key=lambda line: -1 if line.waiting_minutes is None else line.waiting_minutes, reverse=True)
    if is_whole:
        is_closed = col(Ticket.closed_at).is_not(None)
        closed: Sequence[Ticket] = db.all(
            select(Ticket).where(is_closed).order_by(col(Ticket.closed_at).desc()).limit(_CLOSED_SHOWN)
        )
        lines += [_line(db, town, ticket, now) for ticket in closed]
    return lines


def _line(db: Db, town: Town, ticket: Ticket, now: datetime) -> Line:
    said = messages_of(db, ticket.id)
    unanswered = list(takewhile(lambda each: each.author == CITIZEN, reversed(said)))
    waits = bool(unanswered) and ticket.closed_at is None
    minutes = attended_between(town, unanswered[-1].said_at, now).total_seconds() // 60 if waits else None
    return Line(
        code=ticket.code,
        state=ticket.state,
        taken_by=ticket.taken_by,
        about=ticket.about,
        channel=ticket.channel,
        opened_at=ticket.opened_at.isoformat(),
        waiting_minutes=None if minutes is None else int(minutes),
        messages=len(said),
        words=cut(next((each.text for each in reversed(said) if each.author == CITIZEN), ""), _WORDS_SHOWN),
    )


def _said(line: Line) -> str:
    owner = f" by {line.taken_by}" if line.taken_by else ""
    if line.state == TicketState.CLOSED:
        waits = ""
    elif line.waiting_minutes is None:
        waits = ", answered"
    else:
        waits = f", waits {line.waiting_minutes // 60} h {line.waiting_minutes % 60:02} min"
    return f"{line.code}  {line.state}{owner}{waits}  {line.words}"
