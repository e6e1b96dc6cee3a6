"""What people are told, unasked, of what they follow and of what is theirs: the words."""

from collections.abc import Sequence
from dataclasses import dataclass

from flows import card, thread
from flows.participation.links import link_code
from flows.participation.result import Result
from flows.participation.words import Words
from flows.text import cut
from flows.turn import Turn
from storage.comments import Comment
from storage.proposals import Proposal

_QUOTED = 300


@dataclass(frozen=True, slots=True)
class Told:
    """Paragraphs, which say what to write next, and for where there are buttons one that does it: a label, and the
    code of a deep link that it follows."""

    parts: tuple[str, ...]
    label: str = ""
    code: str = ""


def answered(turn: Turn, proposal: Proposal) -> Told:
    """The town has answered."""
    town, title = turn.words(turn.town.name), proposal.title
    values = {"town": town, "title": title, "reference": proposal.reference, "state": card.state(turn, proposal)}
    if proposal.author_id == turn.participant_id:
        news = turn.t("{town} has answered your proposal “{title}” ({reference}). It is {state}.", **values)
    else:
        news = turn.t("{town} has answered a proposal you follow, “{title}” ({reference}). It is {state}.", **values)
    return Told((news, turn.words(proposal.answer)))


def withdrawn(turn: Turn, proposal: Proposal) -> Told:
    """Its author has withdrawn it."""
    values = {"title": proposal.title, "reference": proposal.reference}
    return Told((turn.t("A proposal you follow, “{title}” ({reference}), was withdrawn by its author.", **values),))


def progressed(turn: Turn, result: Result) -> Told:
    """What the town carries out is further on."""
    town, title = turn.words(turn.town.name), turn.words(result.title)
    news = turn.t(
        "{town} tells how “{title}” is going: {status}.", town=town, title=title, status=_status(turn, result)
    )
    past = [one for one in result.timeline if one.at <= turn.now][-1:]
    lines = [turn.t("{day}: {milestone}", day=turn.day(one.at), milestone=turn.words(one.title)) for one in past]
    how = turn.t("To see it all, write RESULTS.")
    return Told((news, *lines, how), turn.t("See it"), link_code(turn.town, result.code))


def _status(turn: Turn, result: Result) -> str:
    return f"{turn.words(result.status)}, {turn.t('{percent} %', percent=result.progress)}"


def commented(turn: Turn, title: str | Words, said: Sequence[Comment], *, is_own: bool, is_answer: bool) -> Told:
    """Somebody has commented: one by one, or how many have and the last of them.

    `is_own`: on a proposal of the reader's. `is_answer`: to a comment of theirs.
    """
    newest, count = said[-1], len(said)
    values = {"author": thread.author_of(turn, newest), "title": title if isinstance(title, str) else turn.words(title)}
    if count > 1:
        news = turn.tn("{count} new comment on “{title}”.", "{count} new comments on “{title}”.", count, **values)
        news += " " + turn.t("The last one is by {author}:", **values)
    elif is_answer:
        news = turn.t("{author} has answered your comment on “{title}”:", **values)
    elif is_own:
        news = turn.t("{author} has commented on your proposal “{title}”:", **values)
    else:
        news = turn.t("{author} has commented on “{title}”, which you follow:", **values)
    words = thread.quoted(cut(newest.body, _QUOTED))
    if newest.side:
        words = f"{thread.side(turn, newest.side).capitalize()}.\n{words}"
    how = turn.t("To answer, write {reference}.", reference=newest.reference)
    return Told((f"{news}\n{words}", how), turn.t("Answer"), link_code(turn.town, f"c{newest.code}"))
