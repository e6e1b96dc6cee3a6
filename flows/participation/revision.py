"""A revision of a survey as it is stored: plain values, the same for the same questions whatever their order of keys.

Dates, terms and who may answer are not part of it: they change without changing what was answered.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from flows.participation.process import Place
from flows.participation.survey import Condition, ConditionType, Option, Picture, Question, Survey, Type
from flows.participation.words import Words

Content: TypeAlias = Mapping[str, object]
_FIRST_CHARACTERS = 200
"""Of an answer in words, in the first releases, which stored no limit for a choice either."""


class _Option(msgspec.Struct):
    slug: str
    name: Words
    free_text: bool = False


class _Condition(msgspec.Struct):
    question: str
    test: ConditionType
    option: str = ""
    pattern: Words = {}
    mandatory: bool = False


class _Picture(msgspec.Struct):
    name: str
    media_type: str
    alt: Words
    hash: str


class _Question(msgspec.Struct):
    slug: str
    text: Words
    options: list[_Option] = []
    rows: list[_Option] = []
    type: Type | None = None
    mandatory: bool = True
    max_choices: int = 0
    max_characters: int = _FIRST_CHARACTERS
    max_files: int = 1
    conditions: list[_Condition] = []
    help: Words = {}
    picture: _Picture | None = None


class _Content(msgspec.Struct):
    title: Words
    introduction: Words = {}
    questions: list[_Question] = []


def content_of(title: Words, introduction: Words, questions: tuple[Question, ...]) -> Content:
    """What a survey asks, as plain values."""
    return {"title": dict(title), "introduction": dict(introduction), "questions": [_plain(each) for each in questions]}


def hash_of(content: Content) -> str:
    """SHA-256 (hex) of the content."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def survey_of(slug: str, code: str, revision: str, content: Content) -> Survey:
    """A stored revision as a survey; what it takes to answer it now is the town's to say."""
    kept = msgspec.convert(content, _Content)
    questions = tuple(_question(each) for each in kept.questions)
    return Survey(slug, code, revision, kept.title, kept.introduction, questions, content=content)


def _plain(question: Question) -> dict[str, object]:
    """Only what differs from the default, so that a new kind of field does not change every hash."""
    plain: dict[str, object] = {
        "slug": question.slug,
        "text": dict(question.text),
        "type": question.type.value,
        "mandatory": question.is_mandatory,
    }
    if question.options:
        plain["options"] = [
            {"slug": each.slug, "name": dict(each.name), **({"free_text": True} if each.is_free else {})}
            for each in question.options
        ]
    if question.rows:
        plain["rows"] = [{"slug": each.slug, "name": dict(each.name)} for each in question.rows]
    if question.conditions:
        plain["conditions"] = [_plain_condition(each) for each in question.conditions]
    if picture := question.picture:
        alt = dict(picture.alt)
        plain["picture"] = {"name": picture.name, "media_type": picture.media_type, "alt": alt, "hash": picture.hash}
    numbers = {"max_choices": question.max_choices, "help": dict(question.help)}
    if question.type is not Type.FILES:
        numbers["max_characters"] = question.max_characters
    else:
        numbers["max_files"] = question.most_files
    return plain | {name: value for name, value in numbers.items() if value}


def _plain_condition(condition: Condition) -> dict[str, object]:
    plain: dict[str, object] = {"question": condition.question, "test": condition.test.value}
    if condition.option:
        plain["option"] = condition.option
    if condition.pattern:
        plain["pattern"] = dict(condition.pattern)
    return plain | ({"mandatory": True} if condition.is_mandatory else {})


def _question(kept: _Question) -> Question:
    picture = kept.picture
    return Question(
        slug=kept.slug,
        text=kept.text,
        type=kept.type or (Type.SINGLE_OPTION if kept.options else Type.SHORT_ANSWER),
        options=tuple(Option(each.slug, each.name, each.free_text) for each in kept.options),
        rows=tuple(Place(each.slug, each.name) for each in kept.rows),
        is_mandatory=kept.mandatory,
        max_choices=kept.max_choices,
        max_characters=kept.max_characters,
        most_files=kept.max_files,
        conditions=tuple(
            Condition(each.question, each.test, each.option, each.pattern, each.mandatory) for each in kept.conditions
        ),
        help=kept.help,
        picture=Picture(picture.name, picture.media_type, picture.alt, picture.hash) if picture else None,
    )
