"""Answers to an earlier revision of a survey, taken over into a later one: what its file maps, and what stayed."""

from collections.abc import Mapping

from flows.participation.answers import check, choices_in, kept
from flows.participation.refusal import Refused
from flows.participation.survey import SILENT, WRITTEN, Moved, Question, Survey, Type

_BY_WORDS = WRITTEN | {Type.FILES}


def map_from(survey: Survey, revision: str) -> Moved | None:
    """How answers of that revision go on in this one, if its file says so."""
    return next((moved for moved in survey.moved if revision.startswith(moved.revision)), None)


def moved(answers: Mapping[str, str], earlier: Survey, survey: Survey, by: Moved) -> tuple[dict[str, str], int]:
    """The answers (by item) as this survey takes them, and how many of them it does not."""
    taken: dict[str, str] = {}
    lost = 0
    for old in earlier.questions:
        new = survey.question(by.questions.get(old.slug, old.slug))
        for item in old.items:
            if not (answer := answers.get(item.key)):
                continue
            key = f"{new.slug}.{item.row.slug}" if new and item.row else new.slug if new else ""
            fitted = _fitted(answer, old, new, key, by) if new is not None and new.type not in SILENT else ""
            if fitted:
                taken[key] = fitted
            else:
                lost += 1
    return taken, lost


def _fitted(answer: str, old: Question, new: Question, key: str, by: Moved) -> str:
    if (old.type in _BY_WORDS) != (new.type in _BY_WORDS):
        return ""
    item = next((each for each in new.items if each.key == key), None)
    if item is None:
        return ""
    if new.type not in _BY_WORDS:
        options = by.options.get(new.slug, {})
        given = choices_in(answer)
        words = {options.get(slug, slug): text for slug, text in given.words.items()}
        answer = kept([options.get(slug, slug) for slug in given.options], words)
    try:
        return check(item, answer)
    except Refused:
        return ""
