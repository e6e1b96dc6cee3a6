"""A Flow Results package (FLOIP 1.0.0-rc1): a descriptor, and an array of seven values for every answer.

What is published names nobody: contact and session are numbers of this file alone, and a time is a day.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TypeAlias

from bot.results.gather import Answered
from bot.results.records import Records
from flows.participation.answers import options_in
from flows.participation.survey import Item, Question, Type
from flows.participation.tally import is_open_ended
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
_ISO_639_3 = {"ca": "cat", "es": "spa", "en": "eng"}
_DAY = 10
_Said: TypeAlias = tuple[object, dict[str, str]]


def package(records: Records, now: datetime, data: str) -> str:
    """`datapackage.json`; `data` is the name of the file with the answers."""
    survey, told = records.survey, records.told
    written = now.isoformat(timespec="seconds")
    resource = {
        "name": f"{survey.slug}-data",
        "path": data,
        "mediatype": "application/json",
        "encoding": "utf-8",
        "schema": {
            "language": _ISO_639_3[told.language],
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
        "id": _id(records),
        "title": told.title,
        "resources": [resource],
    }
    return json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n"


def pieces(records: Records, responses: Iterable[Answered]) -> Iterator[str]:
    """The answers, a JSON array of rows in pieces: those of a response together, none where nothing is published."""
    values = {item.key: _value(records, item) for question in records.questions for item in question.items}
    glue = "[\n"
    for place, (response, answers) in enumerate(responses, 1):
        if answers is None:
            continue
        at, contact = _own(records, response, place)
        given = [
            (key, said)
            for key, value in values.items()
            if (answer := answers.get(key)) and (said := value(answer, response)) is not None
        ]
        rows = (
            json.dumps((at, f"{contact}-{number}", contact, contact, key, *said), ensure_ascii=False)
            for number, (key, said) in enumerate(given, 1)
        )
        if given:
            yield glue + ",\n".join(rows)
            glue = ",\n"
    yield "[]\n" if glue == "[\n" else "\n]\n"


def _id(records: Records) -> str:
    """A UUID of the form that the specification asks for; the same for the same survey, revision and reader."""
    of = f"{records.survey.code} {records.survey.hash} {records.is_internal}"
    return str(uuid.UUID(bytes=hashlib.sha256(of.encode()).digest()[:16], version=4))


def _questions(records: Records) -> Iterator[tuple[str, dict[str, object]]]:
    told = records.told
    for question in records.questions:
        for item in question.items:
            label = told.words(question.text)
            if item.row:
                label = f"{label} {told.words(item.row.name)}"
            yield item.key, {"label": label, "type": _type(question), "type_options": _options(records, question)}


def _type(question: Question) -> str:
    if is_open_ended(question):
        return "text"
    return "select_many" if question.type in _SEVERAL else "select_one"


def _options(records: Records, question: Question) -> dict[str, object]:
    if not question.options:
        return {}
    names = {option.slug: records.told.words(option.name) for option in question.options}
    options: dict[str, object] = {"choices": [*names], "choice_labels": names}
    return options | ({"ordered": True} if question.type is Type.SORTING else {})


def _value(records: Records, item: Item) -> Callable[[str, Counted], _Said | None]:
    """Puts an answer as it is written, and what is known of it; None where it is not published."""
    question, shown = item.question, records.shown()
    if is_open_ended(question):
        return _told if records.is_internal else lambda answer, response: None
    told = {option.slug for option in question.options} if shown is None else shown.get(item.key, frozenset())
    is_several, is_sorted = question.type in _SEVERAL, question.type is Type.SORTING

    def value(answer: str, _: Counted) -> _Said | None:
        given = options_in(answer)
        options = [slug for slug in given if slug in told]
        if not options or (is_sorted and len(options) < len(given)):
            return None
        return (options if is_several else options[0], {})

    return value


def _told(answer: str, response: Counted) -> _Said:
    """Words, in the language of the conversation; of files their names."""
    language = _ISO_639_3.get(response.language)
    return answer, {"language": language} if language else {}


def _own(records: Records, response: Counted, place: int) -> tuple[str, str]:
    """When, and of whom."""
    moment = response.submitted_at.astimezone(records.told.zone)
    if records.is_internal:
        return moment.isoformat(timespec="seconds"), str(response.id)
    return f"{moment.isoformat()[:_DAY]}T00:00:00+00:00", str(place)
