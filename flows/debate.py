"""Debates: a question of the town that people answer with comments."""

from flows import card
from flows import thread as threads
from flows.explain import explain
from flows.participation.debate import Debate
from flows.participation.debates import by_standing, check_can_speak, standing_of, visible_debate, visible_debates
from flows.participation.process import Standing
from flows.participation.refusal import Refused
from flows.step import Ask, Choice, Goto, Move, Say
from flows.turn import Turn
from storage.comments import tally_of


def start(turn: Turn) -> Move:
    """All debates: open ones first."""
    found = by_standing(visible_debates(turn.db, turn.town), turn.now)
    if not found:
        return Say(turn.t("The town has not opened any debate yet."), then="leave")
    choices = [Choice(f"show:{each.slug}", card.label(turn.words(each.title), _standing(turn, each))) for each in found]
    text = turn.tn("{count} debate. Which one?", "{count} debates. Which one?", len(found))
    return Ask(text, title=turn.t("Debates"), choices=(*choices, card.to_menu(turn)), then="chosen")


def chosen(turn: Turn) -> Move:
    """On to the one chosen."""
    return card.go(turn, "start")


def show(turn: Turn) -> Move:
    """One debate: the question, until when, who is for and against, and what the town concluded."""
    debate = visible_debate(turn.db, turn.town, turn.argument)
    subject = f"debate:{debate.slug}"
    choices = [
        *threads.comments_choice(turn, subject),
        card.follow_choice(turn, subject),
        Choice("start", turn.t("All the debates")),
        card.to_menu(turn),
    ]
    if debate.process:
        choices.insert(-2, card.process_choice(turn, debate.process))
    return Ask(_told(turn, debate), title=turn.words(debate.title), choices=choices, then=f"act:{debate.slug}")


def act(turn: Turn) -> Move:
    """On to what was chosen on the card."""
    return card.go(turn, f"show:{turn.argument}")


def leave(turn: Turn) -> Move:
    """No debate to see."""
    return Goto("menu.start")


def _told(turn: Turn, debate: Debate) -> str:
    tally = tally_of(turn.db, f"debate:{debate.slug}")
    parts = [turn.words(debate.description), turn.words(debate.instructions), _until(turn, debate)]
    parts.append(threads.told(turn, tally, has_sides=debate.has_sides))
    if debate.conclusions and debate.closed_at is not None and debate.closed_at <= turn.now:
        town, day = turn.words(turn.town.name), turn.day(debate.closed_at)
        words = turn.words(debate.conclusions)
        parts.append(turn.t("What {town} concluded ({day}): {words}", town=town, day=day, words=words))
    parts.append(card.official_page(turn, debate.official_url))
    return "\n\n".join(part for part in parts if part)


def _until(turn: Turn, debate: Debate) -> str:
    """Until when people speak, or why they cannot."""
    try:
        check_can_speak(debate, turn.now)
    except Refused as refused:
        return explain(turn, refused)
    if debate.ends_at is None:
        return turn.t("Open now: say what you think.")
    zone = turn.town.zone
    until = turn.catalogue.deadline(debate.ends_at.astimezone(zone), turn.now.astimezone(zone))
    return turn.t("Open now, {deadline}: say what you think.", deadline=until)


def _standing(turn: Turn, debate: Debate) -> str:
    match standing_of(debate, turn.now):
        case Standing.UPCOMING:
            return turn.t("opens soon")
        case Standing.CLOSED:
            return turn.t("ended")
        case _:
            return turn.t("open")
