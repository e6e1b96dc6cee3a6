"""FORGET: what goes and what stays, a code against accidents, and a farewell."""

import secrets

from flows.participation import forgetting
from flows.reply import fold
from flows.step import Ask, Choice, Goto, Move, Say
from flows.turn import Turn

_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""Without vowels, no code is a word or a keyword."""
_LENGTH = 4
_TRIES = 3


def start(turn: Turn) -> Move:
    """A code for this time only."""
    return Goto(f"code:{''.join(secrets.choice(_LETTERS) for _ in range(_LENGTH))}.0")


def code(turn: Turn) -> Move:
    """What goes and what stays; the code is to be typed."""
    wanted, _, wrong = turn.argument.partition(".")
    text = (
        turn.t("That is not the code. To be forgotten, write {code}.", code=wanted)
        if int(wrong)
        else "\n\n".join((*_told(turn), turn.t("To be forgotten, write this code: {code}", code=wanted)))
    )
    brief = "" if int(wrong) else " ".join((*_told_in_brief(turn), turn.t("Write {code}.", code=wanted)))
    return Ask(
        text,
        title="" if int(wrong) else turn.t("Forget me"),
        brief=brief,
        choices=(
            Choice("data", turn.t("Send me my data first")),
            Choice("keep", turn.t("No, keep everything"), ("no",)),
        ),
        check=_as_typed,
        then=f"typed:{turn.argument}",
    )


def typed(turn: Turn) -> Move:
    """Only the code itself forgets; at the third mistake nothing was meant."""
    wanted, _, wrong = turn.argument.partition(".")
    said = turn.answers.pop(f"code:{turn.argument}", "keep")
    if said == "data":
        return Goto("my_data.start", about="forget.start")
    if said == "keep":
        return Say(turn.t("Nothing was erased. All is as it was."), then="leave")
    if fold(said) == fold(wanted):
        return Goto("end")
    if int(wrong) + 1 == _TRIES:
        return Say(turn.t("That was not the code either. Nothing was erased: all is as it was."), then="leave")
    return Goto(f"code:{wanted}.{int(wrong) + 1}")


def end(turn: Turn) -> Move:
    """The farewell is the last thing they hear; it is deleted once it has left."""
    town = turn.words(turn.town.name)
    forgetting.forget(turn)
    return Say(
        turn.t(
            "Done: {town} has forgotten you, and this is the last message. Thank you for taking part. "
            "If you write again, we begin as strangers.",
            town=town,
        ),
        then="leave",
    )


def leave(turn: Turn) -> Move:
    """Back to the menu."""
    return Goto("menu.start")


def _as_typed(_turn: Turn, text: str) -> str:
    return text[: _LENGTH * 10]


def _told(turn: Turn) -> list[str]:
    town = turn.words(turn.town.name)
    days = turn.town.retention.blocked
    return [
        turn.t(
            "What goes at once: your name, your addresses, your consents, drafts, follows, reminders, reports and "
            "messages. Also your supports and survey answers while they can still change."
        ),
        turn.t(
            "What stays: your published proposals and comments, signed “a participant who has left”. "
            "Supports and answers of what has closed stay as numbers that lead to nobody."
        ),
        turn.tn(
            "By law {town} keeps a sealed copy for {count} day. Only a judge may open it. Then it is destroyed.",
            "By law {town} keeps a sealed copy for {count} days. Only a judge may open it. Then it is destroyed.",
            days,
            town=town,
        ),
        turn.t("This cannot be undone."),
    ]


def _told_in_brief(turn: Turn) -> list[str]:
    days = turn.town.retention.blocked
    return [
        turn.t("Your name, contact, consents, drafts, follows and messages are erased."),
        turn.t("What you published stays without your name."),
        turn.tn(
            "By law a sealed copy is kept for {count} day.", "By law a sealed copy is kept for {count} days.", days
        ),
        turn.t("This cannot be undone."),
    ]
