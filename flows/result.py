"""Where is it? What the town carries out, how far it is, and what has happened so far."""

from collections.abc import Sequence
from datetime import timedelta

from flows import card
from flows.participation.follows import shown_proposal
from flows.participation.published import shown_surveys
from flows.participation.refusal import Refused
from flows.participation.result import Result
from flows.participation.results import visible_result, visible_results
from flows.participation.spaces import visible_process
from flows.step import Ask, Choice, Goto, Move, Say
from flows.text import capital
from flows.turn import Turn

_PROPOSALS = 10


def start(turn: Turn) -> Move:
    """All of it: what is under way first, then what surveys add up to."""
    results, surveys = visible_results(turn.db, turn.town), shown_surveys(turn.db, turn.town)
    if surveys and not results:
        return Goto("reveal.choose")
    more = [
        Choice(f"reveal.start|{each.slug}", card.label(turn.t("Results: {title}", title=turn.words(each.title))))
        for each in surveys
    ]
    return _listed(turn, results, then="chosen", more=more)


def chosen(turn: Turn) -> Move:
    """On to the one chosen."""
    return card.go(turn, "start")


def of(turn: Turn) -> Move:
    """What came of one process. Its argument is the process."""
    process = visible_process(turn.db, turn.town, turn.argument)
    return _listed(turn, visible_results(turn.db, turn.town, process.slug), then=f"pick:{process.slug}")


def pick(turn: Turn) -> Move:
    """On to the one chosen."""
    return card.go(turn, f"of:{turn.argument}")


def show(turn: Turn) -> Move:
    """One result: what it is, how far, what happened when, and the proposals it comes from."""
    result = visible_result(turn.db, turn.town, turn.argument)
    choices = [*_proposals(turn, result), card.follow_choice(turn, f"result:{result.slug}")]
    if result.process:
        choices.append(card.process_choice(turn, result.process))
    if len(turn.town.results) > 1:
        choices.append(Choice("start", turn.t("All the results")))
    choices.append(card.to_menu(turn))
    return Ask(_told(turn, result), title=turn.words(result.title), choices=choices, then=f"act:{result.slug}")


def act(turn: Turn) -> Move:
    """On to what was chosen on the card."""
    return card.go(turn, f"show:{turn.argument}")


def leave(turn: Turn) -> Move:
    """Nothing to see yet."""
    return Goto("menu.start")


def _listed(turn: Turn, results: list[Result], then: str, more: Sequence[Choice] = ()) -> Move:
    if not results:
        return Say(turn.t("The town has not published any result yet."), then="leave")
    choices = [
        Choice(f"show:{each.slug}", card.label(turn.words(each.title), turn.t("{percent} %", percent=each.progress)))
        for each in results
    ]
    text = turn.tn(
        "{count} thing that the town carries out. Which one?",
        "{count} things that the town carries out. Which one?",
        len(results),
    )
    return Ask(text, title=turn.t("Where is it?"), choices=(*choices, *more, card.to_menu(turn)), then=then)


def _told(turn: Turn, result: Result) -> str:
    parts = [turn.words(result.description), f"{turn.words(result.status)}\n{card.bar(result.progress)}"]
    lines = [
        turn.t("{day}: {milestone}", day=capital(turn.day(one.at)), milestone=_sentence(turn.words(one.title)))
        + f" {turn.words(one.description)}".rstrip()
        for one in result.timeline
        if one.at <= turn.now
    ]
    parts.append("\n".join(lines))
    ahead = [one for one in result.timeline if one.at > turn.now]
    if ahead:
        day, milestone = turn.day(ahead[0].at), turn.words(ahead[0].title)
        parts.append(turn.t("Next, on {day}: {milestone}", day=day, milestone=_sentence(milestone)))
    if result.ends_at is not None and result.ends_at > turn.now:
        parts.append(turn.t("It should be done by {day}.", day=turn.day(result.ends_at - timedelta(microseconds=1))))
    parts.append(card.official_page(turn, result.official_url))
    return "\n\n".join(part for part in parts if part)


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def _proposals(turn: Turn, result: Result) -> list[Choice]:
    """The proposals it comes from, those that can be read."""
    choices = []
    for reference in result.proposals[:_PROPOSALS]:
        try:
            proposal = shown_proposal(turn, reference)
        except Refused:
            continue
        words = turn.t("It comes from: {title}", title=proposal.title)
        choices.append(Choice(f"read.proposal:{reference}", card.label(words)))
    return choices
