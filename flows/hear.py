"""What the town may tell of, unasked: topic by topic, on the channel on which it is asked. A step's argument is a topic
as `OptIn.topic` names it: its slug, or "area:" and the slug of a part of the town."""

from collections.abc import Mapping

from flows import card
from flows.keywords import Command, word_of
from flows.participation import consent
from flows.participation.refusal import Reason, Refused
from flows.reached import channel_name
from flows.step import Ask, Choice, Goto, Move, Say
from flows.turn import Turn
from storage.opt_ins import AREA


def start(turn: Turn) -> Move:
    """Every topic and part of the town, and whether the person hears of it here."""
    names = _names(turn)
    if not names:
        return Say(turn.t("This town tells nothing but news of what you follow."), then="leave")
    wanted = consent.topics_here(turn)
    choices = [
        Choice(f"topic:{key}", card.label(name, turn.t("yes") if key in wanted else turn.t("no")))
        for key, name in names.items()
    ]
    text = turn.t(
        "{town} can tell you here of these things, of each only if you want. Which one do you want to change?",
        town=turn.words(turn.town.name),
    )
    brief = turn.t("What shall I tell you of? Choose one to change it.")
    return Ask(text, brief=brief, choices=(*choices, card.to_menu(turn)), then="chosen")


def chosen(turn: Turn) -> Move:
    """On to what was chosen."""
    return card.go(turn, "start")


def of(turn: Turn) -> Move:
    """Led here by a link or its word: about a topic."""
    return Goto(f"topic:{turn.about}")


def topic(turn: Turn) -> Move:
    """May the town write of this one, here? Nobody is asked before they have said that they are old enough."""
    name = _name(turn)
    if consent.missing(turn, needs_name=False) in (consent.Missing.AGE, consent.Missing.TERMS):
        return Goto("join.start", about=f"hear.of|{turn.argument}")
    found = turn.town.topic(turn.argument)
    values = {"town": turn.words(turn.town.name), "topic": name}
    parts = [
        turn.t("May {town} write to you here of “{topic}”?", **values),
        turn.words(found.description) if found else turn.t("You hear what concerns that part of the town."),
        turn.tn(
            "At most {count} message in {days} days.",
            "At most {count} messages in {days} days.",
            found.most,
            days=found.within.days,
        )
        if found and found.most
        else "",
        turn.t("You can change this at any time: write {word}.", word=word_of(Command.TOPICS, turn.language)),
    ]
    return Ask(
        " ".join(part for part in parts if part),
        brief=turn.t("May I write to you here of “{topic}”? You can change it at any time.", **values),
        choices=(
            Choice("yes", turn.t("Yes, tell me"), ("sí", "si", "yes")),
            Choice("no", turn.t("No, thank you"), ("no",)),
        ),
        then=f"said:{turn.argument}",
    )


def said(turn: Turn) -> Move:
    """Keep the yes or the no, with its proof."""
    name, wants = _name(turn), turn.answers.pop(f"topic:{turn.argument}", "") == "yes"
    consent.choose_topic(turn, turn.argument, wants, turn.asked)
    if not wants:
        return Say(turn.t("Done: I will not write to you here of “{topic}”.", topic=name), then="start")
    return Say(turn.t("Done: I will write to you here of “{topic}”.", topic=name), then="start")


def out(turn: Turn) -> Move:
    """About a topic: no more of it, at once. What they hear elsewhere is told, not ended."""
    turn.argument = turn.about
    name = _name(turn)
    consent.choose_topic(turn, turn.about, False, "")
    done = turn.t("Done: I will not write to you here of “{topic}”.", topic=name)
    if elsewhere := consent.channels_of_topic(turn, turn.about):
        channels = ", ".join(channel_name(turn, channel) for channel in elsewhere)
        done += " " + turn.t("You still hear of it by {channels}.", channels=channels)
    return Say(done, then="leave")


def leave(turn: Turn) -> Move:
    """What there is besides."""
    return Goto("menu.start")


def _names(turn: Turn) -> Mapping[str, str]:
    topics = {topic.slug: turn.words(topic.name) for topic in turn.town.topics}
    return topics | {f"{AREA}{area.slug}": turn.words(area.name) for area in turn.town.areas}


def _name(turn: Turn) -> str:
    name = _names(turn).get(turn.argument)
    if name is None:
        raise Refused(Reason.SPACE_UNKNOWN)
    return name
