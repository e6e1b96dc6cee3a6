"""Look around: processes and organs of participation, what each is, and the lists of what was made there."""

from flows import card, waiting
from flows.participation.debates import standing_of, visible_debates
from flows.participation.meetings import coming, visible_meetings
from flows.participation.process import Process, Standing
from flows.participation.published import shown_surveys
from flows.participation.refusal import Reason, Refused
from flows.participation.results import visible_results
from flows.participation.returns import has_returned, returned_after
from flows.participation.spaces import by_standing, possible_in, visible_process, visible_processes
from flows.participation.surveys import answered_among
from flows.return_report import ReturnReport
from flows.step import Ask, Choice, Goto, Move, Say
from flows.turn import Turn
from storage.proposals import count_in_process, latest_in_process

_LISTED = 60


def start(turn: Turn) -> Move:
    """All processes: open ones first, then those to come, then those that ended."""
    processes = by_standing(visible_processes(turn.db, turn.town), turn.now)
    if not processes:
        return Say(turn.t("The town has not published any process yet."), then="leave")
    choices = [
        Choice(f"process:{each.slug}", card.label(turn.words(each.title), card.standing(turn, each)))
        for each in processes
    ]
    count = turn.tn("{count} process. Which one?", "{count} processes. Which one?", len(processes))
    return Ask(count, title=turn.t("Processes"), choices=choices, then="chosen")


def chosen(turn: Turn) -> Move:
    """On to the one chosen."""
    return card.go(turn, "start")


def process(turn: Turn) -> Move:
    """One process, and what can be done in it."""
    found = visible_process(turn.db, turn.town, turn.argument)
    slug = found.slug
    possible = possible_in(found, turn.town, turn.now)
    choices = []
    if possible is not None and possible.can_propose:
        choices.append(Choice(f"propose.start|{slug}", turn.t("Make a proposal")))
    else:
        choices += waiting.why_not_propose(turn, found)
    answered = answered_among(turn, [possible] if possible is not None else [])
    for survey in possible.surveys if possible is not None else ():
        if survey.slug in answered:
            continue
        words = turn.t("Answer: {survey}", survey=turn.words(survey.title))
        choices.append(Choice(f"respond.start|{survey.slug}", card.label(words)))
    choices += _results(turn, found)
    if count := count_in_process(turn.db, slug):
        words = turn.tn("Read {count} proposal", "Read {count} proposals", count)
        choices.append(Choice(f"proposals:{slug}", words))
    choices += _around(turn, slug)
    choices += [
        card.follow_choice(turn, f"process:{slug}"),
        *_returned(turn, found),
        Choice("start", turn.t("All processes")),
        card.to_menu(turn),
    ]
    return Ask(
        card.process_text(turn, found, answered), title=turn.words(found.title), choices=choices, then=f"act:{slug}"
    )


def _results(turn: Turn, process: Process) -> list[Choice]:
    """Of its surveys, those that show what was answered."""
    asked = {slug for phase in process.phases for slug in phase.surveys}
    return [
        Choice(f"reveal.start|{each.slug}", card.label(turn.t("Results: {title}", title=turn.words(each.title))))
        for each in shown_surveys(turn.db, turn.town)
        if each.slug in asked
    ]


def _around(turn: Turn, slug: str) -> list[Choice]:
    """Its debates and meetings, those not over, and what came of it."""
    debates = [one for one in visible_debates(turn.db, turn.town) if one.process == slug]
    meetings = [one for one in coming(visible_meetings(turn.db, turn.town), turn.now) if one.process == slug]
    choices = [
        Choice(f"debate.show:{one.slug}", card.label(turn.t("Debate: {title}", title=turn.words(one.title))))
        for one in debates
        if standing_of(one, turn.now) is not Standing.CLOSED
    ]
    choices += [
        Choice(
            f"meeting.show:{one.slug}",
            card.label(turn.t("Meeting: {title}", title=turn.words(one.title)), turn.day(one.starts_at)),
        )
        for one in meetings
    ]
    if results := visible_results(turn.db, turn.town, slug):
        words = card.label(turn.t("What is being carried out"), str(len(results)))
        choices.append(Choice(f"result.of:{slug}", words))
    return choices


def act(turn: Turn) -> Move:
    """On to what was chosen on a process's card."""
    return card.go(turn, f"process:{turn.argument}")


def proposals(turn: Turn) -> Move:
    """The proposals of a process, the newest first."""
    found = visible_process(turn.db, turn.town, turn.argument)
    choices = [
        Choice(f"read.proposal:{each.reference}", card.label(each.title))
        for each in latest_in_process(turn.db, found.slug, _LISTED)
    ]
    title = turn.t("Proposals: {process}", process=turn.words(found.title))
    if not choices:
        return Say(turn.t("There are no proposals yet."), then=f"process:{found.slug}")
    return Ask(turn.t("The newest come first. Which one?"), title=title, choices=choices, then=f"pick:{found.slug}")


def returned(turn: Turn) -> Move:
    """The return report of a process: each proposal with what the town says of it, the first come first."""
    found = visible_process(turn.db, turn.town, turn.argument)
    if not has_returned(found, turn.now):
        return Goto(f"process:{found.slug}")
    listed, _ = returned_after(turn.db, turn.town, found, 0, turn.now)
    told = ReturnReport(turn.town, found, listed, turn.language, turn.now)
    choices = [Choice(f"read.life:{row.reference}", card.label(row.title, told.state(row.state))) for row in listed]
    return Ask(
        f"{told.counted()} {turn.t('Which answer do you want to read?')}",
        title=turn.t("What came of it: {process}", process=turn.words(found.title)),
        choices=(*choices, card.process_choice(turn, found.slug), card.to_menu(turn)),
        then=f"pick_returned:{found.slug}",
    )


def pick_returned(turn: Turn) -> Move:
    """On to the answer chosen."""
    return card.go(turn, f"returned:{turn.argument}")


def _returned(turn: Turn, process: Process) -> list[Choice]:
    if not has_returned(process, turn.now) or not count_in_process(turn.db, process.slug):
        return []
    return [Choice(f"returned:{process.slug}", turn.t("Each proposal and its answer"))]


def pick(turn: Turn) -> Move:
    """On to the proposal chosen."""
    return card.go(turn, f"proposals:{turn.argument}")


def organs(turn: Turn) -> Move:
    """All organs of participation."""
    found = turn.town.assemblies
    if not found:
        return Say(turn.t("The town has not published any council or body yet."), then="leave")
    choices = [Choice(f"organ:{each.slug}", card.label(turn.words(each.title))) for each in found]
    text = turn.t("These people advise the town hall. Which one do you want to know?")
    return Ask(text, title=turn.t("Councils and other bodies"), choices=choices, then="pick_organ")


def pick_organ(turn: Turn) -> Move:
    """On to the organ chosen."""
    return card.go(turn, "organs")


def organ(turn: Turn) -> Move:
    """One organ of participation."""
    found = turn.town.assembly(turn.argument)
    if found is None:
        raise Refused(Reason.SPACE_UNKNOWN)
    choices = [
        card.follow_choice(turn, f"assembly:{found.slug}"),
        Choice("organs", turn.t("All bodies")),
        card.to_menu(turn),
    ]
    text = card.organ_text(turn, found)
    return Ask(text, title=turn.words(found.title), choices=choices, then=f"leave_organ:{found.slug}")


def leave_organ(turn: Turn) -> Move:
    """On to what was chosen on an organ's card."""
    return card.go(turn, f"organ:{turn.argument}")


def leave(turn: Turn) -> Move:
    """Nothing to see here."""
    return Goto("menu.start")
