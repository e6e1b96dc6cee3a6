"""A Flow Results package (FLOIP 1.0.0-rc1): a descriptor, and a line of seven values for every answer.

What is published names nobody: contact and session are numbers of this file alone, and a time is a day.
"""

import csv
import io
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from bot.results.gather import Answered
from bot.results.records import Records
from flows.participation.answers import choices_in
from flows.participation.survey import WRITTEN, Question, Type, items_of
from storage.responses import Counted

VERSION = "1.0.0-rc1"
FIELDS = (
    ("timestamp", "datetime"),
    ("row_id", "string"),
    ("contact_id", "string"),
    ("session_id", "string"),
    ("question_id", "string"),
    ("response", "any"),
    ("response_metadata", "object"),
)
_SEVERAL = frozenset({Type.MULTIPLE_OPTION, Type.MATRIX_MULTIPLE, Type.SORTING})
_DAY = 10


def package(records: Records, now: datetime, data: str) -> str:
    """`datapackage.json`; `data` is the name of the file with the answers."""
    survey, told = records.survey, records.told
    written = now.isoformat(timespec="seconds")
    resource = {
        "name": f"{survey.slug}-data",
        "path": data,
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "language": told.language,
            "fields": [{"name": name, "title": name, "type": type} for name, type in FIELDS],
            "questions": dict(_questions(records)),
        },
    }
    descriptor = {
        "profile": "flow-results-package",
        "name": survey.slug,
        "flow_results_specification_version": VERSION,
        "created": written,
        "modified": written,
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"participabot:{survey.code}:{survey.hash}")),
        "title": told.title,
        "resources": [resource],
    }
    return json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n"


def lines(records: Records, responses: Iterable[Answered]) -> Iterator[str]:
    """The answers, as CSV without a header."""
    shown = records.shown()
    for place, (response, answers) in enumerate(responses, 1):
        if answers is None:
            continue
        for number, (key, question) in enumerate(_answered(records, answers), 1):
            value = _value(records, question, key, answers[key], shown)
            if value is None:
                continue
            yield _row([*_own(records, response, place, number), key, value, "{}"])


def _questions(records: Records) -> Iterator[tuple[str, dict[str, object]]]:
    told = records.told
    for question in records.questions:
        for item in items_of(question):
            label = told.words(question.text)
            if item.row:
                label = f"{label} {told.words(item.row.name)}"
            yield item.key, {"label": label, "type": _type(question), "type_options": _options(records, question)}


def _type(question: Question) -> str:
    if question.type in WRITTEN:
        return "text"
    if question.type is Type.FILES:
        return "open"
    return "select_many" if question.type in _SEVERAL else "select_one"


def _options(records: Records, question: Question) -> dict[str, object]:
    if not question.options:
        return {}
    names = {option.slug: records.told.words(option.name) for option in question.options}
    options: dict[str, object] = {"choices": [*names], "choice_labels": names}
    return options | ({"ordered": True} if question.type is Type.SORTING else {})


def _answered(records: Records, answers: Mapping[str, str]) -> Iterator[tuple[str, Question]]:
    for question in records.questions:
        yield from ((item.key, question) for item in items_of(question) if answers.get(item.key))


def _value(
    records: Records, question: Question, key: str, answer: str, shown: Mapping[str, frozenset[str]] | None
) -> str | None:
    if question.type in WRITTEN or question.type is Type.FILES:
        return answer if records.is_internal else None
    options = choices_in(answer).options
    if shown is not None:
        told = shown.get(key, frozenset())
        if question.type is Type.SORTING and not {*options} <= told:
            return None
        options = tuple(slug for slug in options if slug in told)
    if not options:
        return None
    return json.dumps([*options]) if question.type in _SEVERAL else options[0]


def _own(records: Records, response: Counted, place: int, number: int) -> list[str]:
    moment = response.submitted_at.astimezone(records.told.zone)
    contact = str(response.id) if records.is_internal else str(place)
    at = moment.isoformat(timespec="seconds") if records.is_internal else f"{moment.isoformat()[:_DAY]}T00:00:00Z"
    return [at, f"{contact}-{number}", contact, contact]


def _row(values: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(values)
    return written.getvalue()
