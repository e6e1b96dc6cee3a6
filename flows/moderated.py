"""What moderation says to the one concerned, and offers on a card: report it, or ask for another look."""

from collections.abc import Mapping

from flows.participation.moderation import Ground, State, Verdict, name_of
from flows.step import Choice
from flows.text import cut
from flows.turn import Turn
from storage.comments import Comment
from storage.moderation import Item, Moderation, Report
from storage.proposals import UNREAD

_TITLE_MOST = 80


def title(item: Item) -> str:
    """What an item is called in a sentence."""
    return cut(item.body if isinstance(item, Comment) else item.title, _TITLE_MOST)


def ground(turn: Turn, ground: str) -> str:
    """A ground as the end of a sentence; the town's own words as they are."""
    match ground:
        case Ground.SPAM:
            return turn.t("it is advertising, or the same thing over and over")
        case Ground.OFFENSIVE:
            return turn.t("it insults, threatens or attacks somebody")
        case Ground.DOES_NOT_BELONG:
            return turn.t("it does not belong here")
        case _:
            return ground


def choices(turn: Turn, item: Item) -> list[Choice]:
    """Report it; or, of one's own that was hidden, ask for another look. Nothing that would be refused."""
    name = name_of(item)
    if isinstance(item, Comment) and item.deleted_at is not None:
        return []
    if item.author_id != turn.participant_id:
        if turn.db.find(Report, name, turn.participant_id) is not None:
            return []
        return [Choice(f"report.start|{name}", turn.t("Report it"), ("denuncia", "denunciar", "report"))]
    row = turn.db.find(Moderation, name) if item.hidden_at is not None else None
    if row is None or row.state == State.WAITING or row.appealed_at is not None:
        return []
    return [Choice(f"appeal.start|{name}", turn.t("Ask for another look"), ("recorre", "recurrir", "appeal"))]


def note(turn: Turn, item: Item) -> str:
    """Above something hidden, for its author alone: since when, why, and how to have it looked at again."""
    if item.hidden_at is None:
        return ""
    if item.hidden_reason == UNREAD:
        return turn.t("Only you can read this for now: the town reads it before it is published.")
    row = turn.db.find(Moderation, name_of(item))
    day = turn.day(item.hidden_at)
    parts = [turn.t("Only you can read this. It has been hidden since {day}.", day=day), *_why(turn, row)]
    if row is not None and row.appealed_at is not None:
        asked = turn.day(row.appealed_at)
        parts.append(turn.t("You asked for another look on {day}. The answer will come here.", day=asked))
    else:
        parts.append(_redress(turn))
    return " ".join(parts)


def told(turn: Turn, verdict: Verdict, item: Item | None, row: Moderation | None) -> str:
    """What the author of an item, or a person who was blocked, is told of a decision, with its reasons and redress."""
    values = {"town": turn.words(turn.town.name)}
    if item is not None:
        values |= {"title": title(item), "reference": item.reference}
    if good := _good_news(turn, verdict, values):
        return good
    said = _bad_news(turn, verdict, State(row.state) if row is not None else None, values)
    return "\n\n".join(part for part in (said, " ".join(_why(turn, row)), _redress(turn)) if part)


def _good_news(turn: Turn, verdict: Verdict, values: Mapping[str, str]) -> str:
    match verdict:
        case Verdict.KEPT:
            return turn.t("{town} has looked at “{title}” ({reference}): everybody can read it again.", **values)
        case Verdict.PASSED:
            return turn.t("{town} has read “{title}” ({reference}), and it is published now. Thank you!", **values)
        case Verdict.REVERTED:
            return turn.t("{town} has put “{title}” ({reference}) back as it was.", **values)
        case Verdict.UNBLOCKED:
            return turn.t("{town} lets you write here again.", **values)
        case _:
            return ""


def _bad_news(turn: Turn, verdict: Verdict, state: State | None, values: Mapping[str, str]) -> str:
    if verdict is Verdict.BLOCKED:
        return turn.t("{town} no longer lets you write here. You can go on reading everything.", **values)
    if verdict is Verdict.REDACTED:
        return turn.t(
            "{town} has taken something out of “{title}” ({reference}), which you published."
            " Everything else can still be read.",
            **values,
        )
    if state is State.HIDDEN:
        return turn.t(
            "“{title}” ({reference}), which you published, is hidden for now: several people have reported it."
            " That was done automatically. A person of the town will read it and decide.",
            **values,
        )
    if state is State.REFUSED:
        return turn.t("{town} has read “{title}” ({reference}), which you sent, and does not publish it.", **values)
    return turn.t("{town} has hidden “{title}” ({reference}), which you published.", **values)


def _why(turn: Turn, row: Moderation | None) -> list[str]:
    """The ground, where it is written, and the town's own words."""
    if row is None or not row.ground:
        return []
    rule = turn.t("The rule is in the terms of use, version {version}.", version=turn.town.terms.version)
    why = turn.t("Why: {ground}.", ground=ground(turn, row.ground))
    return [why, rule, *([turn.words(row.reason)] if row.reason else [])]


def _redress(turn: Turn) -> str:
    return turn.t("If you do not agree, write APPEAL: a person of the town will look at it again.")
