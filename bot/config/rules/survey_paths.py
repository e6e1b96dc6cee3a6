"""Questions that nobody can reach, and conditions that can never hold: every way through that matters is tried.

Of a question that others depend on only what they test counts: which of the options they name were chosen, which of
their patterns were found. All combinations of those are the ways.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, combinations, product

from bot.config.build.pen import Pen
from bot.config.build.survey import survey as built
from bot.config.finding import Finding
from bot.config.reading import Files
from bot.config.rules.survey import in_conditions
from bot.config.spot import Spot
from flows.participation.conditions import holds, shown
from flows.participation.survey import (
    CHOSEN,
    MATRICES,
    SILENT,
    WRITTEN,
    Condition,
    ConditionType,
    Question,
    Survey,
    Type,
)

_WAYS_MOST = 50_000
"""Beyond that nothing is said."""
_SUBSETS_OF = 6


def findings(files: Files) -> Iterator[Finding]:
    """What can never be, file by file, where the conditions are right as such."""
    if files.tenant is None or files.tenant.model is None:
        return
    pen = Pen(files.source.id, files.tenant.model)
    for read in files.surveys:
        if read.model is None or not any(question.show_if for question in read.model.questions):
            continue
        if next(in_conditions(read.spot), None) is None:
            yield from _survey(built(pen, read.slug, read.model, {}), read.spot)


def _survey(survey: Survey, spot: Spot) -> Iterator[Finding]:
    for question, here in zip(survey.questions, spot["questions"].items, strict=True):
        tried = ways(survey, question) if question.conditions else None
        if tried is None:
            continue
        ever = [False] * len(question.conditions)
        is_reached = False
        for answers in tried:
            asked = {one.slug: one for one in shown(survey, answers)}
            is_reached = is_reached or question.slug in asked
            held = (holds(one, asked.get(one.question), answers) for one in question.conditions)
            ever = [before or now for before, now in zip(ever, held, strict=True)]
        for condition, has_held in zip(here["show_if"].items, ever, strict=True):
            if not has_held:
                yield condition.warning("never_holds", "this condition can never hold", "see what it tests")
        if not is_reached:
            message = f"nobody can reach the question `{question.slug}`"
            yield here.warning("unreachable", message, "its conditions never hold together")


def ways(survey: Survey, question: Question) -> Iterator[dict[str, str]] | None:
    """Sets of answers that differ in what matters to this question; None where it is beyond trying."""
    matters = _tested(survey, question)
    tests = [one for each in (question, *matters) for one in each.conditions]
    domains = [_domain(each, [one for one in tests if one.question == each.slug]) for each in matters]
    count = 1
    for domain in domains:
        if domain is None:
            return None
        count *= len(domain)
    if count > _WAYS_MOST:
        return None
    return (_answers(matters, values) for values in product(*(domain or () for domain in domains)))


def _tested(survey: Survey, question: Question) -> list[Question]:
    """The questions whose answers decide whether this one is asked, in order."""
    wanted = {one.question for one in question.conditions}
    found: list[Question] = []
    for each in reversed(survey.questions):
        if each.slug in wanted and each.type not in SILENT:
            found.insert(0, each)
            wanted |= {one.question for one in each.conditions}
    return found


def _domain(question: Question, tests: Sequence[Condition]) -> list[str] | None:
    """Its answers that differ to the tests."""
    blank = [] if question.is_mandatory else [""]
    named = {one.option for one in tests if one.option}
    patterns = any(one.test is ConditionType.MATCH for one in tests)
    if question.type in WRITTEN:
        return None if patterns else [*blank, "words"]
    if question.type not in CHOSEN:
        return [*blank, "x"]
    if patterns and any(option.is_free for option in question.options):
        return None
    options = [option.slug for option in question.options]
    others = [slug for slug in options if slug not in named]
    telling = options if patterns else [*[slug for slug in options if slug in named], *others[:1]]
    if question.type is Type.SINGLE_OPTION:
        return [*blank, *telling]
    if len(telling) > _SUBSETS_OF:
        return None
    most = question.max_choices or len(telling)
    sets = chain.from_iterable(combinations(telling, size) for size in range(1, min(most, len(telling)) + 1))
    return [*blank, *(" ".join(each) for each in sets)]


def _answers(questions: Sequence[Question], values: Sequence[str]) -> dict[str, str]:
    answers: dict[str, str] = {}
    for question, value in zip(questions, values, strict=True):
        if question.type in MATRICES:
            answers |= {f"{question.slug}.{row.slug}": value for row in question.rows}
        else:
            answers[question.slug] = value
    return answers
