"""Answer a survey: one question at a time, a last look, and a receipt."""

from functools import lru_cache

from flows import card
from flows.explain import checked, explain
from flows.participation import consent, surveys
from flows.participation.refusal import Reason, Refused
from flows.participation.spaces import check_can_answer, offers_survey, possible_now, process_of_survey
from flows.participation.survey import Question, Survey
from flows.participation.words import words_in
from flows.step import Ask, Choice, Goto, Move, Say
from flows.text import catalogue, cut
from flows.turn import Turn

_SHOWN_LENGTH = 80
_SEND = ("envia", "enviar", "send", "sí", "si", "yes")


def start(turn: Turn) -> Move:
    """The rules first, then what a person has to have said, then the survey. About a survey, or none yet."""
    if not turn.about:
        return Goto("choose")
    survey, process = surveys.check_may_answer(turn, turn.about)
    if consent.missing(turn, process.min_age, needs_name=False) is not None:
        return Goto("join.start", about=f"respond.start|{turn.about}")
    if not survey.questions:
        raise Refused(Reason.SURVEY_UNKNOWN)
    return Say(turn.words(survey.introduction), title=turn.words(survey.title), then=_step_of(survey.questions[0]))


def choose(turn: Turn) -> Move:
    """Which survey, where several are open and not answered yet."""
    possible = possible_now(turn.db, turn.town, turn.now)
    answered = surveys.answered_among(turn, possible)
    waiting = [survey for each in possible for survey in each.surveys if survey.slug not in answered]
    if not waiting:
        return Say(turn.t("No survey is waiting for your answer today."), then="leave")
    if len(waiting) == 1:
        return Goto("respond.start", about=waiting[0].slug)
    choices = [Choice(survey.slug, card.label(turn.words(survey.title))) for survey in waiting]
    return Ask(turn.t("Which survey do you want to answer?"), choices=choices, then="chosen")


def chosen(turn: Turn) -> Move:
    """On with the survey chosen."""
    about = turn.answers.pop("choose", "")
    return Goto("respond.start", about=about) if about else Goto("choose")


def question(turn: Turn) -> Move:
    """One question, its place among all, and how it is answered."""
    return _asked(_survey(turn), turn.argument, turn.language, turn.town.language) or Goto("preview")


@lru_cache(maxsize=4096)
def _asked(survey: Survey, slug: str, language: str, default: str) -> Ask | None:
    """The question as everybody is asked it, in one language."""
    found = next((each for each in survey.questions if each.slug == slug), None)
    if found is None:
        return None
    ours = catalogue(language)
    number, total = survey.questions.index(found) + 1, len(survey.questions)
    text = words_in(found.text, language, default)
    choices = [Choice(option.slug, card.label(words_in(option.name, language, default))) for option in found.options]
    if not found.options:
        most = {"most": found.max_characters}
        text += "\n" + ours.translate("Write your answer, {most} characters at most.", most)
    if not found.is_mandatory:
        also = ("salta", "saltar", "skip")
        choices.append(Choice("", ours.translate("Skip this question", {}), also, brief=ours.translate("Skip", {})))
    return Ask(
        text,
        title=ours.translate("Question {number} of {total}", {"number": number, "total": total}),
        brief=words_in(found.text, language, default),
        number=number,
        ahead=tuple(_step_of(each) for each in survey.questions[number:]),
        label=cut(words_in(found.text, language, default), card.LABEL_MOST),
        choices=tuple(choices),
        check=None if found.options else checked(lambda answer: surveys.check_text(answer, found)),
        then="preview" if number == total else _step_of(survey.questions[number]),
    )


def preview(turn: Turn) -> Move:
    """All answers before they are sent."""
    survey = _survey(turn)
    lines = [
        f"{number}. {turn.words(each.text)}\n→ {_shown(turn, each)}" for number, each in enumerate(survey.questions, 1)
    ]
    lines.append(turn.t("Shall I send it? You answer once, and what is published is only added up."))
    answers = (f"{number}. {_shown(turn, each)}" for number, each in enumerate(survey.questions, 1))
    return Ask(
        "\n\n".join(lines),
        title=turn.t("Your answers"),
        brief="\n".join((turn.t("Shall I send it? You answer once."), *answers)),
        choices=card.last_look_choices(turn, Choice("send", turn.t("Send it"), _SEND, brief=turn.t("Send"))),
        then="decide",
    )


def decide(turn: Turn) -> Move:
    """The answer is taken, so that who comes back to the draft gets the last look again."""
    answer = turn.answers.pop("preview", "")
    if answer != "send":
        return card.after_last_look(answer, "preview")
    if consent.missing(turn, _min_age(turn), needs_name=False) is not None:
        return Goto("join.start", about=f"respond.start|{turn.about}")
    return Goto("submit")


def submit(turn: Turn) -> Move:
    """Hand it in, or say what is in the way and where to mend it."""
    answers = {each.slug: turn.answers.get(_step_of(each), "") for each in _survey(turn).questions}
    try:
        response = surveys.submit(turn, turn.about, answers)
    except Refused as refused:
        slug = refused.facts.get("slug")
        return Say(explain(turn, refused), then=f"question:{slug}" if slug else "leave")
    receipt = {"receipt": response.receipt}
    brief = turn.t("Sent. Thank you. Receipt: {receipt}.", **receipt)
    return Say(turn.t("Sent. Thank you! Your receipt is {receipt}.", **receipt), brief=brief, then="sent")


def sent(turn: Turn) -> Move:
    """Done: no draft is left."""
    return Goto("menu.start", dropped=True)


def leave(turn: Turn) -> Move:
    """Nothing to answer; what was written stays as a draft."""
    return Goto("menu.start")


def _survey(turn: Turn) -> Survey:
    """Asked at every question: whoever comes back weeks later is told at once that the time is over."""
    survey = turn.town.survey(turn.about)
    if survey is None:
        raise Refused(Reason.SURVEY_UNKNOWN)
    if not any(offers_survey(process.phase_at(turn.now), survey.slug) for process in turn.town.asking(survey.slug)):
        check_can_answer(process_of_survey(turn.db, turn.town, survey.slug, turn.now), survey.slug, turn.now)
    return survey


def _min_age(turn: Turn) -> int:
    return process_of_survey(turn.db, turn.town, turn.about, turn.now).min_age


def _step_of(question: Question) -> str:
    return f"question:{question.slug}"


def _shown(turn: Turn, question: Question) -> str:
    answer = turn.answers.get(_step_of(question), "")
    if not answer:
        return turn.t("(no answer)")
    named = next((turn.words(option.name) for option in question.options if option.slug == answer), answer)
    return cut(named, _SHOWN_LENGTH) if question.options else named
