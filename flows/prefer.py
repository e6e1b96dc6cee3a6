"""How often news comes, channel by channel, and at which hours it never does. A step's argument is the channel."""

from collections.abc import Mapping

from flows import card, permission
from flows.explain import checked
from flows.participation import consent, preferences
from flows.reached import channel_name
from flows.step import Ask, Choice, Goto, Move, Say
from flows.turn import Turn
from storage.belongings import belongings
from storage.digests import Pace, Preference
from storage.participants import Address


def start(turn: Turn) -> Move:
    """Every channel on which the person is reached, and how often; who wants no news at all is asked that first."""
    if turn.participant.wants_updates is not True:
        return Goto("allow")
    channels = _channels(turn)
    if len(channels) == 1:
        return Goto(f"channel:{channels[0]}")
    chosen = preferences.chosen_by(turn.db, turn.participant_id)
    choices = [
        Choice(f"channel:{each}", card.label(channel_name(turn, each), _told(turn, chosen, each))) for each in channels
    ]
    text = turn.t("News comes by the channel you wrote from last, as often as you want there.")
    question = turn.t("Which one do you want to change?")
    return Ask(f"{text} {question}", brief=question, choices=(*choices, card.to_menu(turn)), then="chosen")


def chosen(turn: Turn) -> Move:
    """On to what was chosen."""
    return card.go(turn, "start")


def allow(turn: Turn) -> Move:
    """No news is wanted so far."""
    if consent.missing(turn, needs_name=False) in (consent.Missing.AGE, consent.Missing.TERMS):
        return Goto("join.start", about="prefer.start")
    question = turn.t("May I write to you here with news of what you follow?")
    return permission.ask(turn, question, question, then="allowed")


def allowed(turn: Turn) -> Move:
    """Keep a yes."""
    return permission.keep(turn)


def add(turn: Turn) -> Move:
    """On to how often."""
    return Goto("start")


def shown(turn: Turn) -> Move:
    """Back to what there is."""
    return Goto("menu.start")


def channel(turn: Turn) -> Move:
    """How often, on this channel?"""
    if turn.argument not in _channels(turn):
        return Goto("start")
    names = _names(turn)
    chosen = preferences.chosen_by(turn.db, turn.participant_id)
    pace = preferences.pace_on(chosen, turn.argument)
    choices = [
        Choice(f"pace:{each}", card.label(names[each], turn.t("now") if each is pace else ""), _ALSO[each])
        for each in Pace
    ]
    quiet = Choice("quiet", turn.t("Never at these hours: {hours}", hours=_hours(turn, chosen.get(turn.argument))))
    text = turn.t("How often shall I write to you by {channel}?", channel=channel_name(turn, turn.argument))
    told = turn.t("What would come too late otherwise comes at once.")
    return Ask(
        f"{text} {told}", brief=text, choices=(*choices, quiet, card.to_menu(turn)), then=f"paced:{turn.argument}"
    )


def paced(turn: Turn) -> Move:
    """Keep how often, or go on to the hours."""
    value = turn.answers.pop(f"channel:{turn.argument}", "")
    step, _, pace = value.partition(":")
    if step == "quiet":
        return Goto(f"quiet:{turn.argument}")
    if step != "pace":
        return Goto(value or "start")
    preferences.choose_pace(turn, turn.argument, Pace(pace))
    name = channel_name(turn, turn.argument)
    if Pace(pace) is Pace.NEVER:
        return Say(turn.t("Done: I will send you no news by {channel}.", channel=name), then="shown")
    return Say(turn.t("Done, by {channel}: {pace}.", channel=name, pace=_names(turn)[Pace(pace)]), then="shown")


def quiet(turn: Turn) -> Move:
    """At which hours never?"""
    question = turn.t("Between which hours shall I not write to you? For example 22-8.")
    return Ask(
        question,
        check=checked(_check_hours),
        choices=(Choice("none", turn.t("Only at the town's own quiet hours"), ("cap", "ninguna", "none")),),
        then=f"quieted:{turn.argument}",
    )


def quieted(turn: Turn) -> Move:
    """Keep the hours."""
    said = turn.answers.pop(f"quiet:{turn.argument}", "none")
    hours = None if said == "none" else preferences.hours_in(said)
    preferences.choose_quiet(turn, turn.argument, hours)
    name = channel_name(turn, turn.argument)
    if hours is None:
        return Say(turn.t("Done: by {channel} only the town's own quiet hours hold.", channel=name), then="shown")
    kept = preferences.chosen_by(turn.db, turn.participant_id)[turn.argument]
    done = turn.t(
        "Done: I will not write to you by {channel} at these hours: {hours}.", channel=name, hours=_hours(turn, kept)
    )
    return Say(done, then="shown")


_ALSO: Mapping[Pace, tuple[str, ...]] = {
    Pace.AT_ONCE: ("a l'instant", "al momento", "at once"),
    Pace.DAILY: ("cada dia", "cada día", "daily"),
    Pace.WEEKLY: ("cada setmana", "cada semana", "weekly"),
    Pace.NEVER: ("mai", "nunca", "never"),
}


def _check_hours(text: str) -> str:
    preferences.hours_in(text)
    return text


def _channels(turn: Turn) -> list[str]:
    """Where the person is reached, this channel first."""
    theirs = {each.channel for each in belongings(turn.db, Address, turn.participant_id) if each.stopped_at is None}
    return sorted(theirs | {turn.channel}, key=lambda each: (each != turn.channel, each))


def _names(turn: Turn) -> Mapping[Pace, str]:
    digests = turn.town.digests
    clock, day = f"{digests.at:%H:%M}", turn.catalogue.weekdays([digests.weekday])[0]
    return {
        Pace.AT_ONCE: turn.t("At once, as it happens"),
        Pace.DAILY: turn.t("Together, once a day at {time}", time=clock),
        Pace.WEEKLY: turn.t("Together, once a week: {day} at {time}", day=day, time=clock),
        Pace.NEVER: turn.t("No news here"),
    }


def _told(turn: Turn, chosen: Mapping[str, Preference], channel: str) -> str:
    match preferences.pace_on(chosen, channel):
        case Pace.AT_ONCE:
            return turn.t("at once")
        case Pace.DAILY:
            return turn.t("once a day")
        case Pace.WEEKLY:
            return turn.t("once a week")
        case Pace.NEVER:
            return turn.t("no news")


def _hours(turn: Turn, preference: Preference | None) -> str:
    if preference is None or preference.quiet_from is None or preference.quiet_to is None:
        return turn.t("the town's")
    begins, ends = (f"{minute // 60}:{minute % 60:02}" for minute in (preference.quiet_from, preference.quiet_to))
    return f"{begins}–{ends}"
