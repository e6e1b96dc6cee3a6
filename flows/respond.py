"""Answer a survey: one question at a time, a last look, and a receipt."""

from flows import card, survey_draft, survey_fields
from flows.explain import explain
from flows.participation import consent, surveys
from flows.participation.answers import needs_words
from flows.participation.attachments import handed_in
from flows.participation.conditions import asked
from flows.participation.published import shown_surveys
from flows.participation.refusal import Reason, Refused
from flows.participation.spaces import possible_now, process_of_survey
from flows.participation.survey import Item, Question, Survey, Type
from flows.step import Ask, Choice, Goto, Move, Say
from flows.survey_draft import REVISION, SENT, WORDS
from flows.survey_fields import QUESTION
from flows.text import cut
from flows.turn import Answered, Turn

_SEND = ("envia", "enviar", "send", "sí", "si", "yes")
_AGREE = ("accept", "accepto", "acepto", "sí", "si", "yes")
_NAMED_MOST = 60


def start(turn: Turn) -> Move:
    """The rules first, then what a person has to have said, then the survey. About a survey, or none yet."""
    if not turn.about:
        return Goto("choose")
    try:
        survey, process = surveys.check_may_answer(turn, turn.about)
    except Refused as refused:
        return _or_results(turn, refused)
    is_guest = survey.is_open_to_guests
    if consent.missing(turn, process.min_age, needs_name=False, is_guest=is_guest) is not None:
        return Goto("join.start", about=f"respond.start|{turn.about}")
    if surveys.response_to(turn, survey) is not None:
        return Goto("again")
    turn.answers[REVISION] = survey.hash
    then = "terms" if survey.terms else "next"
    return Say(turn.words(survey.introduction), title=turn.words(survey.title), then=then)


def results(turn: Turn) -> Move:
    """On to what the answers add up to."""
    return Goto("reveal.start", about=turn.about)


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


def again(turn: Turn) -> Move:
    """What was sent before is the draft to go on with."""
    current, _ = surveys.check_may_answer(turn, turn.about)
    response = surveys.response_to(turn, current)
    if response is None:
        return Goto("start")
    turn.answers[REVISION], turn.answers[SENT] = response.revision, response.receipt
    survey, tongue = survey_draft.begun(turn), survey_fields.tongue(turn)
    for item in asked(survey, response.answers):
        key, answer = survey_fields.step_of(item), response.answers.get(item.key, "")
        turn.answers[key] = answer
        label, told = cut(survey_fields.named(item, tongue), card.LABEL_MOST), survey_fields.shown(item, answer, tongue)
        turn.trail.append(Answered(key, label, told))
    sent = turn.t("You sent your answers on {on}. You can change them.", on=turn.day(response.submitted_at))
    return Say(sent, title=turn.words(survey.title), then="preview")


def terms(turn: Turn) -> Move:
    """The survey's own terms, right here."""
    choices = (Choice("yes", turn.t("I accept"), _AGREE), Choice("no", turn.t("I do not accept"), ("no",)))
    return Ask(
        turn.words(survey_draft.begun(turn).terms), title=turn.t("Before you begin"), choices=choices, then="termed"
    )


def termed(turn: Turn) -> Move:
    """A yes is kept with its proof; without it nothing is asked."""
    if turn.answers.get("terms") == "yes":
        consent.accept_survey_terms(turn, turn.about, turn.asked)
        return Goto("next")
    turn.answers.pop("terms", None)
    return Say(turn.t("That is fine: you can still read everything. Nothing was sent."), then="leave")


def next(turn: Turn) -> Move:
    """On to what is asked and not answered yet, past the words before it; then to the last look.

    The argument is an item that was passed over.
    """
    if turn.argument:
        turn.answers.setdefault(f"{QUESTION}{turn.argument}", "")
    survey = survey_draft.to_go_on(turn)
    if survey is None:
        return Goto("move")
    answers = survey_draft.answers(turn, survey)
    before: Item | None = None
    for item in asked(survey, answers):
        if survey_fields.step_of(item) not in turn.answers:
            return _on(turn, survey_draft.said_between(survey, answers, before, item), survey_fields.step_of(item))
        option = needs_words(item, answers.get(item.key, ""))
        if option and f"{WORDS}{item.key}.{option}" not in turn.answers:
            return Goto(f"{WORDS}{item.key}.{option}")
        before = item
    return _on(turn, survey_draft.said_between(survey, answers, before, None), "preview")


def question(turn: Turn) -> Move:
    """One question, its place among all, and how it is answered."""
    survey = survey_draft.to_go_on(turn)
    if survey is None:
        return Goto("move")
    answers, key = survey_draft.answers(turn, survey), turn.argument
    items = asked(survey, answers)
    place = {item.key: number for number, item in enumerate(items, 1)}.get(key)
    if place is None:
        return Goto("next")
    ahead = survey_draft.ahead(turn, survey, items[place - 1 :])
    asks = survey_fields.ask(survey, key, place, len(items), ahead, survey_fields.tongue(turn))
    return survey_fields.with_files(turn, asks) if asks.takes_files else asks


def words(turn: Turn) -> Move:
    """The words of a free option."""
    key, _, option = turn.argument.rpartition(".")
    item = survey_fields.item_at(survey_draft.begun(turn), key)
    return survey_fields.ask_words(item, option, survey_fields.tongue(turn)) if item else Goto("next")


def move(turn: Turn) -> Move:
    """The survey has changed and its file says how: what was answered goes on in it as far as it fits."""
    lost = survey_draft.move(turn)
    kept = turn.t("The town has changed this survey since you began. What you had answered still counts.")
    some = turn.tn(
        "The town has changed this survey since you began. {count} answer no longer fits, so I ask again.",
        "The town has changed this survey since you began. {count} answers no longer fit, so I ask again.",
        lost,
    )
    return Say(some if lost else kept, then="next")


def preview(turn: Turn) -> Move:
    """All answers before they are sent, and those that will not be."""
    survey, tongue = survey_draft.to_go_on(turn), survey_fields.tongue(turn)
    if survey is None:
        return Goto("move")
    answers = survey_draft.answers(turn, survey)
    told = [(item, _shown(turn, survey, item, answers)) for item in asked(survey, answers)]
    lines = [f"{number}. {survey_fields.named(item, tongue)}\n→ {each}" for number, (item, each) in enumerate(told, 1)]
    brief = [f"{number}. {each}" for number, (_, each) in enumerate(told, 1)]
    left_out = [cut(turn.words(each.text), _NAMED_MOST) for each in survey_draft.hidden(survey, answers)]
    if left_out:
        names = turn.catalogue.listed([f"“{name}”" for name in left_out])
        lines.append(turn.t("Not sent, since it is not asked any more: {questions}", questions=names))
        brief.append(turn.t("Not sent, since it is not asked any more: {questions}", questions=names))
    question, short = survey_fields.last_words(turn, survey_draft.current(turn))
    return Ask(
        "\n\n".join((*lines, question)),
        title=turn.t("Your answers"),
        brief="\n".join((short, *brief)),
        choices=card.last_look_choices(turn, Choice("send", turn.t("Send it"), _SEND, brief=turn.t("Send"))),
        then="decide",
    )


def decide(turn: Turn) -> Move:
    """The answer is taken, so that who comes back to the draft gets the last look again."""
    answer = turn.answers.pop("preview", "")
    if answer != "send":
        return card.after_last_look(answer, "preview")
    current = survey_draft.current(turn)
    min_age = process_of_survey(turn.db, turn.town, turn.about, turn.now).min_age
    if consent.missing(turn, min_age, needs_name=False, is_guest=current.is_open_to_guests) is not None:
        return Goto("join.start", about=f"respond.start|{turn.about}")
    if current.terms and not _has_agreed(turn):
        return Goto("terms")
    return Goto("submit")


def submit(turn: Turn) -> Move:
    """Hand it in, or say what is in the way and where to mend it."""
    survey = survey_draft.begun(turn)
    answers = survey_draft.answers(turn, survey)
    files = {
        item.key: handed_in(turn.answers, survey_fields.step_of(item))
        for item in asked(survey, answers)
        if item.question.type is Type.FILES
    }
    paces = {key.removeprefix(QUESTION): pace for key, pace in turn.paces.items() if key.startswith(QUESTION)}
    try:
        response = surveys.submit(turn, survey, answers, files, paces, _has_agreed(turn))
    except Refused as refused:
        slug = refused.facts.get("slug")
        return Say(explain(turn, refused), then=f"{QUESTION}{slug}" if slug else "leave")
    receipt = {"receipt": response.receipt}
    brief = turn.t("Sent. Thank you. Receipt: {receipt}.", **receipt)
    return Say(turn.t("Sent. Thank you! Your receipt is {receipt}.", **receipt), brief=brief, then="sent")


def sent(turn: Turn) -> Move:
    """Done: no draft is left."""
    return Goto("menu.start", dropped=True)


def leave(turn: Turn) -> Move:
    """Nothing to answer; what was written stays as a draft."""
    return Goto("menu.start")


def _or_results(turn: Turn, refused: Refused) -> Move:
    """Who cannot answer any more sees what the answers add up to, if that is shown."""
    is_over = refused.reason not in (Reason.SURVEY_UNKNOWN, Reason.SURVEY_NOT_BEGUN)
    if is_over and turn.about in {survey.slug for survey in shown_surveys(turn.db, turn.town)}:
        return Say(explain(turn, refused), then="results")
    raise refused


def _has_agreed(turn: Turn) -> bool:
    """To the survey's own terms: in this draft, or when the answers were first sent."""
    return turn.answers.get("terms") == "yes" or surveys.response_to(turn, survey_draft.current(turn)) is not None


def _on(turn: Turn, between: list[Question], step: str) -> Move:
    """On to a step, past the words before it."""
    if not between:
        return Goto(step)
    return Say("\n\n".join(turn.words(each.text) for each in between), then=step, opens=True)


def _shown(turn: Turn, survey: Survey, item: Item, answers: dict[str, str]) -> str:
    return survey_fields.shown(item, answers.get(item.key, ""), survey_fields.tongue(turn))
