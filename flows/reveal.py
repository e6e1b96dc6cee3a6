"""What a survey's answers add up to, for whoever asks: the sentence and the picture. About a survey, or none yet."""

from flows import card
from flows.counted import Told
from flows.participation.figures import Figure, Results
from flows.participation.published import published, shown_surveys
from flows.participation.survey import Survey
from flows.step import Ask, Choice, File, Goto, Move, Say
from flows.turn import Turn

_FIGURES = 6
_BRIEF_FIGURES = 1


def start(turn: Turn) -> Move:
    """The numbers in words, and all of them in a picture."""
    if not turn.about:
        return Goto("choose")
    survey = turn.town.survey(turn.about)
    found = published(turn.db, survey) if survey is not None else None
    if survey is None or found is None:
        return Say(turn.t("There are no results of that survey to show yet."), then="leave")
    told = Told(found.results, turn.language, turn.town.language, turn.town.zone, turn.words(turn.town.name))
    chart = found.chart(turn.language)
    files = (File(chart.name, chart.media_type, content_id=chart.id),) if chart is not None else ()
    brief = "\n".join((told.received(), _caution(told), *_sentences(told, found.results, _BRIEF_FIGURES)))
    text = "\n\n".join((told.received(), *_sentences(told, found.results, _FIGURES), _end(told, found.results)))
    return Say(
        text, title=_title(turn, survey), brief=f"{brief}\n{_caution(told)}", files=files, then="leave", opens=True
    )


def choose(turn: Turn) -> Move:
    """Which survey, where several have results."""
    surveys = shown_surveys(turn.db, turn.town)
    if not surveys:
        return Say(turn.t("No survey has results to show yet."), then="leave")
    if len(surveys) == 1:
        return Goto("reveal.start", about=surveys[0].slug)
    choices = [Choice(survey.slug, card.label(turn.words(survey.title))) for survey in surveys]
    return Ask(turn.t("The results of which survey?"), choices=choices, then="chosen")


def chosen(turn: Turn) -> Move:
    """On with the survey chosen."""
    about = turn.answers.pop("choose", "")
    return Goto("reveal.start", about=about) if about else Goto("choose")


def leave(turn: Turn) -> Move:
    """Nothing more about it."""
    return Goto("menu.start")


def _title(turn: Turn, survey: Survey) -> str:
    return turn.t("Results: {title}", title=turn.words(survey.title))


def _sentences(told: Told, results: Results, most: int) -> list[str]:
    return [told.sentence(figure) for figure in _told(results)[:most]]


def _told(results: Results) -> list[Figure]:
    """Those that have numbers to tell."""
    if results.is_hidden:
        return []
    return [each for each in results.figures if not each.is_hidden and not each.is_open_ended and each.answered]


def _caution(told: Told) -> str:
    return next(iter(told.cautions()))


def _end(told: Told, results: Results) -> str:
    """What is left out here, and what the numbers are not."""
    lines = [] if results.is_hidden else [told.contacts()]
    left = len(_told(results)) - _FIGURES
    if left > 0:
        more = told.ours.translate_number(
            "{count} more question is in the picture.", "{count} more questions are in the picture.", left, {}
        )
        lines.insert(0, more)
    return "\n".join((*lines, *told.cautions()))
