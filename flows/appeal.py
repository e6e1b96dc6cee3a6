"""Ask a person of the town to look again at what was hidden, redacted or blocked. About an item, or nothing yet."""

from flows import moderated
from flows.explain import checked
from flows.participation import appeals
from flows.participation.tickets import check_text
from flows.step import Ask, Choice, Goto, Move, Say
from flows.text import cut
from flows.turn import Turn
from storage.moderation import Moderation, item_of

_LABEL_MOST = 60


def start(turn: Turn) -> Move:
    """On to the one decision there is, or the choice among several."""
    if turn.about:
        appeals.check_may_appeal(turn, turn.about)
        return Goto("words")
    match appeals.decided_about(turn):
        case []:
            raise appeals.nothing_left(turn)
        case [only]:
            return Goto("appeal.start", about=only.item)
        case _:
            return Goto("choose")


def choose(turn: Turn) -> Move:
    """Several decisions: which one?"""
    choices = [Choice(row.item, _label(turn, row)) for row in appeals.decided_about(turn)]
    choices.append(Choice("", turn.t("None of these")))
    return Ask(turn.t("About which of these?"), title=turn.t("Another look"), choices=choices, then="chosen")


def chosen(turn: Turn) -> Move:
    """On to the one chosen."""
    name = turn.answers.pop("choose", "")
    return Goto("appeal.start", about=name) if name else Goto("menu.start", dropped=True)


def words(turn: Turn) -> Move:
    """Why they do not agree, in their own words."""
    decision = appeals.check_may_appeal(turn, turn.about)
    question = turn.t("Why should a person of the town look at it again? Write it in your own words.")
    text = f"{_label(turn, decision)}\n\n{question}"
    return Ask(text, title=turn.t("Another look"), label=turn.t("Why"), check=checked(check_text), then="confirm")


def confirm(turn: Turn) -> Move:
    """A last look at it."""
    appeals.check_may_appeal(turn, turn.about)
    text = turn.t("I will send this:\n\n{words}\n\nShall I?", words=turn.answers.get("words", ""))
    send = Choice("yes", turn.t("Send it"), ("sí", "si", "yes", "envia", "enviar", "send"))
    edit = Choice("edit", turn.t("Write it again"))
    brief = turn.t("Shall I send it? To add to it: + and the text.") + "\n" + turn.answers.get("words", "")
    return Ask(
        text,
        brief=brief,
        adds_to="words",
        choices=(send, edit, Choice("no", turn.t("No, go back"), ("no",))),
        then="send",
    )


def send(turn: Turn) -> Move:
    """Send it, or not."""
    match turn.answers.pop("confirm", ""):
        case "edit":
            return Goto("words")
        case "yes":
            ticket = appeals.appeal(turn, turn.about, turn.answers["words"])
            said = turn.t(
                "Sent. Its code is {code}. A person will look at it, and the answer will come here.", code=ticket.code
            )
            return Say(said, then="leave")
        case _:
            return Say(turn.t("All right: nothing was sent."), then="leave")


def leave(turn: Turn) -> Move:
    """Done."""
    return Goto("menu.start", dropped=True)


def _label(turn: Turn, decision: Moderation) -> str:
    item = item_of(turn.db, decision.item) if not decision.item.startswith("participant:") else None
    return cut(moderated.title(item) if item is not None else turn.t("Why you cannot write here"), _LABEL_MOST)
