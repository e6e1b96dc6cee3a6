"""How a process, an organ or a proposal is told: a card of a few lines, whole without following any link."""

from collections.abc import Collection
from datetime import timedelta

from flows import state_words
from flows.participation.assembly import Assembly
from flows.participation.follows import is_following
from flows.participation.process import Phase, Process, Standing
from flows.participation.spaces import Possible, possible_in
from flows.step import Choice, Goto, Move
from flows.text import NAMES, cut
from flows.turn import Turn
from storage.proposals import UNREAD, Proposal

LABEL_MOST = 64
_STEP = 10


def label(text: str, mark: str = "") -> str:
    """The label of a choice: its words, cut to leave room for the mark."""
    if not mark:
        return cut(text, LABEL_MOST)
    return f"{cut(text, LABEL_MOST - len(mark) - 3)} · {mark}"


def to_menu(turn: Turn) -> Choice:
    """Back to the menu."""
    return Choice("menu.start", turn.t("Menu"), brief="MENU")


def process_choice(turn: Turn, slug: str) -> Choice:
    """To the process that something is part of."""
    return Choice(f"browse.process:{slug}", turn.t("See the process"))


def follow_choice(turn: Turn, subject: str) -> Choice:
    """Follow, or no longer."""
    if is_following(turn, subject):
        also = ("deixa de seguir", "dejar de seguir", "unfollow")
        return Choice(f"follow.end|{subject}", turn.t("Stop following"), also)
    also = ("segueix", "seguir", "follow")
    return Choice(f"follow.start|{subject}", turn.t("Follow: tell me the news"), also, brief=turn.t("Follow"))


_PLACES = {
    "process": "browse.process",
    "assembly": "browse.organ",
    "debate": "debate.show",
    "proposal": "read.proposal",
    "comment": "listen.comment",
    "meeting": "meeting.show",
    "result": "result.show",
}


def place_of(subject: str) -> str:
    """The step that shows a subject, such as "proposal:<reference>" (as in `Follow.subject`)."""
    kind, _, name = subject.partition(":")
    return f"{_PLACES[kind]}:{name}"


def after(subject: str) -> str:
    """The step that goes on about a subject whose card was just read, without all of it once more."""
    kind, _, name = subject.partition(":")
    return f"read.short:{name}" if kind == "proposal" else place_of(subject)


def go(turn: Turn, asked: str) -> Move:
    """On to what was chosen, "flow.step|about". The answer is taken: who comes back finds the card again."""
    step, _, about = turn.answers.pop(asked, asked).partition("|")
    return Goto(step, about=about)


def official_page(turn: Turn, url: str) -> str:
    """Where it is published officially, on a line; empty where it is not."""
    return turn.t("Official page: {url}", url=url) if url else ""


def bar(progress: int) -> str:
    """How far something is, of 100, drawn with letters that every phone has: "[######----] 60 %"."""
    done = progress // _STEP
    return f"[{'#' * done}{'-' * (_STEP - done)}] {progress} %"


def last_look_choices(turn: Turn, hand_in: Choice) -> tuple[Choice, ...]:
    """Below something written, shown whole: hand it in, or one of what `after_last_look` knows."""
    return (
        hand_in,
        Choice("edit", turn.t("Change something"), brief=turn.t("Change or add")),
        Choice("later", turn.t("Leave it for later"), brief=turn.t("Later")),
        Choice("drop", turn.t("Throw it away"), brief=turn.t("Discard")),
    )


def may_add(turn: Turn) -> str:
    """Above something written, where each word costs."""
    return turn.t("Shall I publish it? To add to it: + and the text.")


_AFTER_LAST_LOOK = {"edit": "review.start", "later": "menu.start", "drop": "cancel.start"}


def after_last_look(answer: str, again: str) -> Goto:
    """Where an answer leads that is not to hand it in; without one, who comes back to a draft sees it `again`."""
    return Goto(_AFTER_LAST_LOOK.get(answer, again))


def language_choice(language: str) -> Choice:
    """A language, under its own name, its code and its English name."""
    also = {"ca": ("catalan", "catalán"), "es": ("spanish", "español", "castellà"), "en": ("inglés", "anglès")}
    return Choice(language, NAMES[language], (language, *also[language]))


def introduction(turn: Turn) -> str:
    """Who we are, and the short privacy notice."""
    town = turn.words(turn.town.name)
    hello = turn.t(
        "Hello! I am the automatic participation service of {town}. I am a program, not a person.", town=town
    )
    more = turn.t("To read all of it here, write PRIVACY.")
    return f"{hello}\n\n{turn.words(turn.town.privacy_short)} {more}"


def greeting(turn: Turn) -> str:
    """The same where each word costs, and the languages whose names can be written."""
    hello = turn.t("Hello, I am the program of {town} for taking part, not a person.", town=turn.words(turn.town.name))
    notice = turn.t("We keep your contact and what you write, only for that. Your rights: PRIVACY.")
    others = ", ".join(NAMES[each] for each in turn.town.languages if each != turn.language)
    more = turn.t("Other languages: {languages}.", languages=others) if others else ""
    return " ".join(part for part in (hello, notice, more) if part)


def deadline(turn: Turn, phase: Phase) -> str:
    """Until when a phase runs, as the end of a sentence."""
    if phase.ends_at is None:
        return turn.t("with no closing date")
    zone = turn.town.zone
    return turn.catalogue.deadline(phase.ends_at.astimezone(zone), turn.now.astimezone(zone))


def standing(turn: Turn, process: Process) -> str:
    """Where a process stands, in a word or two."""
    match process.standing_at(turn.now):
        case Standing.OPEN:
            return turn.t("open")
        case Standing.BETWEEN_PHASES:
            return turn.t("between phases")
        case Standing.UPCOMING:
            return turn.t("opens soon")
        case Standing.CLOSED:
            return turn.t("ended")


def acts(turn: Turn, possible: Possible, answered: Collection[str]) -> str:
    """What can be done now, and which surveys the person has answered; empty where there is neither."""
    titles = {survey.slug: turn.words(survey.title) for survey in possible.surveys}
    named = [turn.t("answer “{survey}”", survey=title) for slug, title in titles.items() if slug not in answered]
    if possible.can_propose:
        named.insert(0, turn.t("make proposals"))
    if possible.can_support:
        named.append(turn.t("support proposals"))
    if possible.can_comment:
        named.append(turn.t("comment"))
    sentences = [turn.t("You can: {acts}.", acts=", ".join(named))] if named else []
    sentences += [
        turn.t("You have answered “{survey}”.", survey=title) for slug, title in titles.items() if slug in answered
    ]
    return " ".join(sentences)


def process_text(turn: Turn, process: Process, answered: Collection[str]) -> str:
    """The card of a process: what it is, its phase and until when, what can be done, what came of it."""
    possible = possible_in(process, turn.town, turn.now)
    parts = [turn.words(process.subtitle), turn.words(process.description)]
    if possible is None:
        parts.append(resting(turn, process))
    else:
        phase = possible.phase
        now = turn.t("Now: “{phase}”, {deadline}.", phase=turn.words(phase.title), deadline=deadline(turn, phase))
        parts.append(" ".join(part for part in (now, turn.words(phase.description)) if part))
        can = acts(turn, possible, answered)
        parts.append(can or turn.t("In this phase there is nothing to send: you can read."))
        has_survey = any(survey.slug not in answered for survey in possible.surveys)
        if possible.can_propose or possible.can_comment or has_survey:
            ages = turn.t("For people aged {age} or over.", age=process.min_age)
            parts.append(f"{ages} {turn.words(process.min_age_reason)}".rstrip())
    if process.outcome is not None and process.outcome.published_at <= turn.now:
        day = turn.day(process.outcome.published_at)
        words = turn.words(process.outcome.summary)
        parts.append(turn.t("What came of it ({day}): {outcome}", day=day, outcome=words))
    parts.append(official_page(turn, process.outcome.official_url if process.outcome else process.official_url))
    return "\n\n".join(part for part in parts if part)


def organ_text(turn: Turn, organ: Assembly) -> str:
    """The card of an organ of participation."""
    parts = [
        turn.words(organ.purpose),
        turn.t("Who sits in it: {composition}", composition=turn.words(organ.composition)),
        turn.t("When it meets: {meets}", meets=turn.words(organ.meets)),
        official_page(turn, organ.official_url),
    ]
    return "\n\n".join(part for part in parts if part)


def state(turn: Turn, proposal: Proposal) -> str:
    """The state of a proposal as it has been published; of one's own that nobody else can read, that."""
    if proposal.hidden_at is not None:
        return turn.t("to be read by the town first") if proposal.hidden_reason == UNREAD else turn.t("hidden")
    return state_words.state_in(turn.catalogue, proposal.state if proposal.state_published_at is not None else "")


def resting(turn: Turn, process: Process) -> str:
    """Of a process in which nothing can be done now: when something can, or since when it is over."""
    upcoming = process.next_phase(turn.now)
    if upcoming is not None and upcoming.starts_at is not None:
        phase, day = turn.words(upcoming.title), turn.day(upcoming.starts_at)
        return turn.t("Nothing is open in it today. The phase “{phase}” opens on {day}.", phase=phase, day=day)
    ends = [phase.ends_at for phase in process.phases if phase.ends_at is not None]
    if not ends:
        return turn.t("It has ended.")
    return turn.t("It ended on {day}.", day=turn.day(max(ends) - timedelta(microseconds=1)))
