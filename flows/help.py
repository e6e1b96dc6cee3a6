"""What can be written at any moment, and how to reach a person of the town."""

from flows.attendance import hours, presence
from flows.participation.hours import is_attended
from flows.step import RESUME, Ask, Choice, Goto, Move, Say
from flows.turn import Turn
from storage.tickets import open_tickets_of


def start(turn: Turn) -> Move:
    """The town's own help, its support card, and the words that always work.

    The platform takes no messages: its people are called.
    """
    if turn.platform is not None and turn.platform.id == turn.town.id:
        return Say(_text(turn), brief=_brief(turn), then="resume")
    if is_attended(turn.town, turn.now):
        more = turn.t("Call them, or write to them here: they answer today.")
    else:
        more = turn.t("Leave a message here: they answer when they are back.")
    return Ask(
        _text(turn, more),
        brief=_brief(turn),
        choices=(
            Choice("write.start", turn.t("Leave a message"), ("missatge", "mensaje", "message")),
            *(
                Choice(f"write.shown:{ticket.code}", turn.t("My message {code}", code=ticket.code))
                for ticket in open_tickets_of(turn.db, turn.participant_id)
            ),
            Choice("resume", turn.t("Go on"), ("continua", "continuar", "continue", "no")),
        ),
        then="chosen",
        passes_on=True,
    )


def chosen(turn: Turn) -> Move:
    """To a person, or back to the question."""
    return Goto(turn.answers.get("start", "resume"))


def resume(turn: Turn) -> Move:
    """Back to the question that was open."""
    return Goto(RESUME)


def _text(turn: Turn, more: str = "") -> str:
    support = turn.town.support
    person = turn.t(
        "People of {town}: {phone}, {email}", town=turn.words(turn.town.name), phone=support.phone, email=support.email
    )
    words = turn.t("You can always write: MENU, BACK, EDIT, CANCEL, LANGUAGE, PERSON, HELP or STOP.")
    card = "\n".join((person, " ".join(part for part in (hours(turn), presence(turn), more) if part)))
    if turn.town.has_easy:
        words += " " + turn.t("For plain language, write EASY.")
    return "\n\n".join(part for part in (turn.words(turn.town.help), card, words) if part)


def _brief(turn: Turn) -> str:
    """Where each word costs: whom to call, the words, then the town's own help."""
    person = turn.t("{town}: {phone}.", town=turn.words(turn.town.name), phone=turn.town.support.phone)
    words = turn.t("Words you can write: MENU, BACK, EDIT, CANCEL, LANGUAGE, PERSON, STOP.")
    return "\n\n".join(part for part in (f"{person} {words}", turn.words(turn.town.help)) if part)
