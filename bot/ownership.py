"""While a person of the town owns the conversation: what comes in reaches their ticket, and what ends it."""

from datetime import datetime

from bot.links import followed
from bot.question import read_press
from bot.session import load_session
from channels.message import Inbound, Kind
from flows.in_person import turned_back
from flows.keywords import Command, command_in, is_way_back
from flows.participation.tickets import go_back, hear
from flows.text import catalogue
from storage.callers import Caller
from storage.database import Db

_TO_BOT = (Command.STOP, Command.STOP_ALL, Command.RESTART, Command.MY_DATA, Command.FORGET, Command.NOT_ME)
"""Silence, and one's rights, are asked of the bot: no person has to be found first."""
_NEVER_REACH = (Kind.BLOCK, Kind.UNBLOCK, Kind.EDIT)


def is_over(caller: Caller, inbound: Inbound) -> bool:
    """The citizen turns from the person to the bot: by a keyword of `_TO_BOT` or MENU, a link, or by blocking us.

    A greeting, which shows the menu at any other time, is said to the person.
    """
    if caller.ticket_id is None:
        return False
    if inbound.kind is Kind.TEXT:
        return command_in(inbound.text) in _TO_BOT or is_way_back(inbound.text)
    return inbound.kind is Kind.BLOCK or followed(inbound) is not None


def back_to_bot(db: Db, caller: Caller, language: str, now: datetime) -> str:
    """Hand the conversation back; what is said of it before the bot speaks again."""
    code = go_back(db, caller.participant_id, now=now)
    return turned_back(catalogue(language), code) if code else ""


def reaches_person(db: Db, caller: Caller, inbound: Inbound, now: datetime) -> bool:
    """Whether a person owns the conversation, and so has got what came in. Nothing is answered."""
    if caller.ticket_id is None or inbound.kind in _NEVER_REACH:
        return False
    if hear(db, caller.ticket_id, _told(caller, inbound), now):
        return True
    go_back(db, caller.participant_id, now=now)
    return False


def keeps_for_person(db: Db, caller: Caller, inbound: Inbound, now: datetime) -> bool:
    """As `reaches_person`, for what the bot cannot take up, after a bug or in a flood: the words as they came."""
    if caller.ticket_id is None or is_over(caller, inbound):
        return False
    return hear(db, caller.ticket_id, inbound.text, now)


def _told(caller: Caller, inbound: Inbound) -> str:
    """What the citizen did, in words: a press as the label pressed, a file by its name."""
    match inbound.kind:
        case Kind.PRESS:
            prompt = load_session(caller.state).prompt
            pressed = read_press(inbound.text, prompt)
            if prompt is None or pressed is None or pressed.choice is None:
                return "[a button of an earlier message]"
            return f"[{prompt.choices[pressed.choice].label}]"
        case Kind.MEDIA:
            names = ", ".join(file.name for file in inbound.files)
            return f"{inbound.text}\n[file: {names or 'not kept'}]".strip()
        case _:
            return inbound.text
