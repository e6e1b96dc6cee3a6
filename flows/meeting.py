"""Meetings: when and where people meet, and a file that puts it in one's calendar."""

from flows import card
from flows.invitation import invitation, when, where
from flows.participation.meeting import Meeting
from flows.participation.meetings import coming, past, visible_meeting, visible_meetings
from flows.step import Ask, Choice, Goto, Move, Say
from flows.text import capital
from flows.turn import Turn


def start(turn: Turn) -> Move:
    """Those to come, the next first; those that were, apart."""
    visible = visible_meetings(turn.db, turn.town)
    ahead, before = coming(visible, turn.now), past(visible, turn.now)
    if not visible:
        return Say(turn.t("The town has not called any meeting yet."), then="leave")
    if not ahead:
        return Goto("earlier")
    choices = [_choice(turn, each) for each in ahead]
    if before:
        choices.append(Choice("earlier", turn.t("Earlier meetings")))
    text = turn.tn("{count} meeting to come. Which one?", "{count} meetings to come. Which one?", len(ahead))
    return Ask(text, title=turn.t("Meetings"), choices=(*choices, card.to_menu(turn)), then="chosen")


def chosen(turn: Turn) -> Move:
    """On to what was chosen."""
    return card.go(turn, "start")


def earlier(turn: Turn) -> Move:
    """Those that were, the last first."""
    found = past(visible_meetings(turn.db, turn.town), turn.now)
    if not found:
        return Goto("start")
    choices = [*(_choice(turn, each) for each in found), card.to_menu(turn)]
    return Ask(turn.t("These meetings are over."), title=turn.t("Earlier meetings"), choices=choices, then="recalled")


def recalled(turn: Turn) -> Move:
    """On to the one chosen."""
    return card.go(turn, "earlier")


def show(turn: Turn) -> Move:
    """One meeting: all there is to know, so that nobody needs the file or the page."""
    meeting = visible_meeting(turn.db, turn.town, turn.argument)
    choices = []
    if meeting.ends_at > turn.now:
        also = ("calendari", "calendario", "calendar", "agenda")
        choices.append(Choice(f"calendar:{meeting.slug}", turn.t("Put it in my calendar"), also))
    choices.append(card.follow_choice(turn, f"meeting:{meeting.slug}"))
    if meeting.process:
        choices.append(card.process_choice(turn, meeting.process))
    choices += [Choice("start", turn.t("All the meetings")), card.to_menu(turn)]
    return Ask(_told(turn, meeting), title=turn.words(meeting.title), choices=choices, then=f"act:{meeting.slug}")


def act(turn: Turn) -> Move:
    """On to what was chosen on the card."""
    return card.go(turn, f"show:{turn.argument}")


def calendar(turn: Turn) -> Move:
    """The file; the words below it hold all that the file does."""
    meeting = visible_meeting(turn.db, turn.town, turn.argument)
    words = turn.t("Open the file to put it in your calendar: {when}.", when=when(turn, meeting))
    place = "\n".join(where(turn, meeting))
    return Say(f"{words}\n{place}", files=(invitation(turn, meeting),), then=f"show:{meeting.slug}")


def leave(turn: Turn) -> Move:
    """Nothing to see yet."""
    return Goto("menu.start")


def _choice(turn: Turn, meeting: Meeting) -> Choice:
    return Choice(f"show:{meeting.slug}", card.label(turn.words(meeting.title), turn.day(meeting.starts_at)))


def _told(turn: Turn, meeting: Meeting) -> str:
    facts = [capital(when(turn, meeting)) + ".", *where(turn, meeting)]
    if meeting.ends_at <= turn.now:
        facts.insert(0, turn.t("It is over."))
    elif meeting.starts_at <= turn.now:
        facts.insert(0, turn.t("It is going on now."))
    parts = (turn.words(meeting.description), "\n".join(facts), card.official_page(turn, meeting.official_url))
    return "\n\n".join(part for part in parts if part)
