"""The one ticket that a command is about: found, acted on in one transaction, and what the citizen gets of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple, NoReturn, TypeAlias

from rich.text import Text
from sqlmodel import select

from bot.bindings import bound_to
from bot.cli.folder import current_settings, err, out, problem
from bot.cli.keys import installation_keys
from bot.cli.served import actor, town_having
from bot.cli.store import store_without_addresses
from bot.cli.turns import in_one_turn
from bot.cli.window import Window, window_of
from bot.desk import Desk, live_address
from flows.participation.refusal import Reason, Refused
from flows.participation.tenant import Town
from flows.participation.writing import one_line
from storage.attachments import Attachment, attachments_of
from storage.database import Db, Store
from storage.tickets import Ticket, TicketMessage, messages_of, ticket_of_code

_WHY = {
    Reason.TICKET_UNKNOWN: "There is no ticket {code}; the citizen may have asked to be forgotten.",
    Reason.TICKET_CLOSED: "It is closed already.",
    Reason.CITIZEN_STOPPED: "The citizen has said STOP or is gone: nobody can take the conversation.",
    Reason.TICKET_TAKEN: "Somebody writes to the citizen about {code}: release that first.",
    Reason.TICKET_NOT_TAKEN: "Nobody has taken it: the citizen talks to the bot.",
    Reason.ANSWER_EMPTY: "The answer has no words.",
}


class Deed(NamedTuple):
    """What a command does: its rules, and from the desk the words for the citizen."""

    db: Db
    town: Town
    code: str
    now: datetime
    actor: str
    window: Window = Window()

    def desk(self, ticket: Ticket) -> Desk:
        """Where the citizen is told."""
        return Desk(self.db, self.town, ticket, self.now, self.window.admits)


Act: TypeAlias = Callable[[Deed], str]
"""Returns the lane by which the citizen is told, or "" where nothing can be sent."""


class _Unsaid(Exception):
    """Ends the turn of a deed that is nothing without its words."""


def act_on(
    code: str,
    tenant: str | None,
    by: str | None,
    act: Act,
    what: str,
    *,
    is_dry: bool,
    takes: bool = False,
    must_say: bool = False,
) -> None:
    """Do it in one transaction, and say whether `what` it sends can be sent; where it `must_say`, nothing else is."""
    wanted = one_line(code).upper()
    with store_without_addresses() as store:
        town = _town_of(store, tenant, wanted)
        if takes:
            _check_talks_here(store, town, wanted)

        now = datetime.now(UTC)
        window = window_of(store, town, wanted, now)

        def work(db: Db) -> str:
            lane = act(Deed(db, town, wanted, now, actor(by), window))
            if must_say and window.has_refused:
                raise _Unsaid
            return lane

        try:
            lane = in_one_turn(store, town.id, work, is_dry=is_dry)
        except Refused as refused:
            _explain(refused, wanted)
        except _Unsaid:
            problem(f"{what} cannot be sent: {window.why}. Nothing was done.")
    if lane:
        out.print(Text(f"{what}: sent by {lane.partition(':')[0]}."))
    elif window.has_refused:
        err.print(Text(f"{what}: not sent, for {window.why}."))
    else:
        err.print(Text(f"{what}: not sent, for the citizen has said STOP or is gone. The ticket keeps it."))


def read(code: str, tenant: str | None) -> tuple[Town, Ticket, list[TicketMessage], list[Attachment]]:
    """A ticket, all that was said about it, and the files sent with that."""
    wanted = one_line(code).upper()
    with store_without_addresses() as store:
        town = _town_of(store, tenant, wanted)
        ticket = store.run(town.id, lambda db: ticket_of_code(db, wanted))
        if ticket is None:
            problem(_WHY[Reason.TICKET_UNKNOWN].format(code=wanted))
        item, id = f"ticket:{ticket.code}", ticket.id
        return town, ticket, *store.run(town.id, lambda db: (list(messages_of(db, id)), attachments_of(db, item)))


def _town_of(store: Store, tenant: str | None, code: str) -> Town:
    return town_having(store, tenant, select(Ticket.tenant_id).where(Ticket.code == code), f"ticket {code}")


def _check_talks_here(store: Store, town: Town, code: str) -> None:
    """On an account that several towns share, the citizen may have gone on to another: nobody takes what is not here.

    Only their address says so; that is why this needs the keys, and nothing else of tickets does.
    """

    def address(db: Db) -> tuple[str, str, bytes] | None:
        ticket = ticket_of_code(db, code)
        found = live_address(db, ticket) if ticket is not None else None
        return (found.lane.partition(":")[2], found.channel, found.sealed) if found is not None else None

    owner, channel, sealed = store.run(town.id, address) or (town.id, "", b"")
    if owner == town.id:
        return
    keys = installation_keys(current_settings())
    hash = keys.address_hash(owner, channel, keys.unseal(town.id, sealed))
    if store.run(owner, lambda db: bound_to(db, channel, hash)) != town.id:
        problem("The citizen talks to another town now. `participabot tickets answer` reaches them all the same.")


def _explain(refused: Refused, code: str) -> NoReturn:
    facts = {"code": code, **refused.facts}
    problem(_WHY.get(refused.reason, str(refused.reason)).format(**facts))
