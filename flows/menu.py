"""What is open now in this town, and everything that can be done. One message."""

from collections.abc import Collection
from datetime import timedelta

from flows import card, thread
from flows.participation.debates import standing_of, visible_debates
from flows.participation.meetings import coming, visible_meetings
from flows.participation.process import Standing
from flows.participation.results import visible_results
from flows.participation.spaces import Possible, possible_now, visible_processes
from flows.participation.surveys import answered_among
from flows.participation.words import Words
from flows.step import Ask, Choice, Goto, Move
from flows.text import capital, cut
from flows.turn import Turn

_LINES = 5
_MOST = 9
_DEBATES = 2
_SOON = timedelta(days=31)
_BUTTON_MOST = 40
"""A longer label makes a list of all choices where there are buttons."""


def start(turn: Turn) -> Move:
    """The menu; on the platform itself, the towns. On a shared account every message names the town anyway."""
    if turn.platform is not None and turn.platform.id == turn.town.id:
        return Goto("town.start")
    possible = possible_now(turn.db, turn.town, turn.now)
    answered = answered_among(turn, possible)
    return Ask(
        _what_is_open(turn, possible, answered),
        title="" if turn.platform is not None else turn.words(turn.town.name),
        brief=_how_much(turn, possible),
        choices=_fitted(turn, [*_drafts(turn, possible, answered), *_verbs(turn, possible, answered)]),
        then="chosen",
    )


def chosen(turn: Turn) -> Move:
    """On to what was chosen. The answer is taken, so that who comes back from there finds the menu."""
    return card.go(turn, "start")


def settings(turn: Turn) -> Move:
    """Language, privacy, another town: what a long menu has no room for."""
    return Ask(
        turn.t("What do you want to change or read?"), choices=(*_settings(turn), card.to_menu(turn)), then="settled"
    )


def settled(turn: Turn) -> Move:
    """On to what was chosen."""
    return card.go(turn, "settings")


def see(turn: Turn) -> Move:
    """What is looked at less often, kind by kind."""
    choices = [*_kinds(turn).values(), card.to_menu(turn)]
    return Ask(turn.t("What do you want to see?"), choices=choices, then="seen")


def seen(turn: Turn) -> Move:
    """On to the kind chosen."""
    return card.go(turn, "see")


def _kinds(turn: Turn) -> dict[str, Choice]:
    """What the town has besides processes, by the word that names it in a row of several."""
    debates = visible_debates(turn.db, turn.town)
    meetings = visible_meetings(turn.db, turn.town)
    results = visible_results(turn.db, turn.town)
    kinds: dict[str, Choice] = {}
    also: tuple[str, ...]
    if debates:
        also = ("debats", "debates", "debate")
        kinds[turn.t("debates")] = Choice("debate.start", turn.t("Debates"), also)
    if meetings:
        also = ("reunions", "reuniones")
        kinds[turn.t("meetings")] = Choice("meeting.start", turn.t("Meetings"), also)
    if results:
        kinds[turn.t("results")] = Choice("result.start", turn.t("Where is it? What the town carries out"))
    if turn.town.assemblies:
        also = ("òrgans", "órganos", "bodies")
        kinds[turn.t("bodies")] = Choice("browse.organs", turn.t("Councils and other bodies"), also)
    return kinds


def _what_is_open(turn: Turn, possible: list[Possible], answered: Collection[str]) -> str:
    if not possible:
        nothing = turn.t("Nothing is open for taking part today.")
        return "\n".join([nothing, *_what_comes(turn), *_debates(turn), *_next_meeting(turn)])
    lines = [turn.t("Open now:")]
    for each in possible[:_LINES]:
        title = turn.words(each.process.title)
        line = f"• {title}: {card.deadline(turn, each.phase)}. {card.acts(turn, each, answered)}"
        lines.append(line.rstrip())
    if more := len(possible) - _LINES:
        lines += [turn.tn("And {count} more process.", "And {count} more processes.", more)] if more > 0 else []
    return "\n".join([*lines, *_debates(turn), *_next_meeting(turn)])


def _how_much(turn: Turn, possible: list[Possible]) -> str:
    if not possible:
        return "\n".join([turn.t("Nothing is open for taking part today."), *_what_comes(turn)])
    return turn.tn("{count} process is open.", "{count} processes are open.", len(possible))


def _debates(turn: Turn) -> list[str]:
    debates = visible_debates(turn.db, turn.town)
    titles = [turn.words(each.title) for each in debates if standing_of(each, turn.now) is Standing.OPEN]
    return [turn.t("• Debate: {title}", title=title) for title in titles[:_DEBATES]]


def _next_meeting(turn: Turn) -> list[str]:
    ahead = coming(visible_meetings(turn.db, turn.town), turn.now)[:1]
    return [
        turn.t("• Meeting: {title}, {day}", title=turn.words(each.title), day=turn.day(each.starts_at))
        for each in ahead
        if each.starts_at - turn.now < _SOON
    ]


def _what_comes(turn: Turn) -> list[str]:
    coming = []
    for process in visible_processes(turn.db, turn.town):
        phase = process.next_phase(turn.now)
        if process.standing_at(turn.now) is not Standing.CLOSED and phase is not None and phase.starts_at is not None:
            coming.append((phase.starts_at, turn.words(process.title)))
    return [
        turn.t("“{process}” opens on {day}.", process=title, day=turn.day(day)) for day, title in sorted(coming)[:2]
    ]


def _drafts(turn: Turn, possible: list[Possible], answered: Collection[str]) -> list[Choice]:
    """What was begun and can be gone on with today."""
    processes = {each.process.slug: each.process for each in possible if each.can_propose}
    surveys = {survey.slug: survey for each in possible for survey in each.surveys if survey.slug not in answered}
    choices = []
    for flow, about in turn.drafts:
        if flow == "propose" and about in processes:
            choices.append(Choice(f"propose.start|{about}", _go_on(turn, processes[about].title)))
        if flow == "respond" and about in surveys:
            choices.append(Choice(f"respond.start|{about}", _go_on(turn, surveys[about].title)))
        if flow == "comment" and (topic := thread.open_topic(turn, about)) is not None:
            choices.append(Choice(f"comment.start|{about}", _go_on(turn, topic.title)))
    return choices


def _go_on(turn: Turn, title: str | Words) -> str:
    title = title if isinstance(title, str) else turn.words(title)
    return cut(turn.t("Go on: {title}", title=title), _BUTTON_MOST)


def _verbs(turn: Turn, possible: list[Possible], answered: Collection[str]) -> list[Choice]:
    choices: list[Choice] = []
    also: tuple[str, ...]
    if any(each.can_propose for each in possible):
        also = ("proposa", "proposta", "proponer", "propuesta", "propose", "proposal")
        choices.append(Choice("propose.start", turn.t("Make a proposal"), also, brief=turn.t("Propose")))
    if any(each.can_support for each in possible):
        also = ("dona suport", "apoyar", "support")
        choices.append(Choice("support.start", turn.t("Support proposals"), also, brief=turn.t("Support")))
    if any(survey.slug not in answered for each in possible for survey in each.surveys):
        also = ("respon", "enquesta", "responder", "encuesta", "survey", "answer")
        choices.append(Choice("respond.start", turn.t("Answer a survey"), also, brief=turn.t("Survey")))
    also = ("processos", "procesos", "processes")
    choices.append(Choice("browse.start", turn.t("See the processes"), also, brief=turn.t("Processes")))
    kinds = _kinds(turn)
    if len(kinds) > 1:
        every = tuple(word for kind in kinds.values() for word in kind.also)
        words = cut(capital(", ".join(kinds)), _BUTTON_MOST)
        choices.append(Choice("see", words, every, brief=turn.t("Other things")))
    else:
        choices += kinds.values()
    also = ("meu", "mío", "mine")
    choices.append(Choice("mine.start", turn.t("My proposals and what I follow"), also, brief=turn.t("My things")))
    return choices


def _fitted(turn: Turn, verbs: list[Choice]) -> list[Choice]:
    """All of it on one screen of a simple phone: with many verbs the settings stand apart."""
    settings, help = _settings(turn), Choice("help.start", turn.t("Help"))
    if len(verbs) + len(settings) + 1 <= _MOST:
        return [*verbs, *settings, help]
    also = tuple(word for setting in settings for word in setting.also)
    words, brief = turn.t("Language, privacy and more"), turn.t("Language and privacy")
    return [*verbs, Choice("settings", words, also, brief=brief), help]


def _settings(turn: Turn) -> list[Choice]:
    choices: list[Choice] = []
    if len(turn.town.languages) > 1:
        choices.append(Choice("language.start", turn.t("Change language")))
    elif turn.town.has_easy:
        choices.append(Choice("easy.start", turn.t("Plain language")))
    choices.append(Choice("privacy.start", turn.t("Privacy and terms of use"), brief=turn.t("Privacy")))
    if turn.platform is not None:
        choices.append(Choice("town.change", turn.t("Change town")))
    return choices
