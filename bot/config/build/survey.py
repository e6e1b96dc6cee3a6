"""A survey as the rules see it, with the content that its hash is of."""

import hashlib
from collections.abc import Mapping
from pathlib import PurePosixPath

from bot.config.build.pen import Pen
from bot.config.files.survey import ConditionPart, MovedPart, PicturePart, QuestionPart, SurveyFile
from flows.participation.revision import content_of, hash_of
from flows.participation.survey import (
    WRITTEN,
    Condition,
    ConditionType,
    Moved,
    Option,
    Picture,
    Question,
    Survey,
    Type,
    Visibility,
)

_SHORT, _LONG, _FREE = 200, 2000, 200
_MEDIA = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}


def survey(pen: Pen, slug: str, file: SurveyFile, files: Mapping[str, bytes]) -> Survey:
    """A survey, pinned by what it asks; `files` are the tenant's, among them its pictures."""
    questions = tuple(_question(pen, question, files) for question in file.questions)
    title, introduction = pen.words(file.title), pen.words(file.introduction)
    content = content_of(title, introduction, questions)
    return Survey(
        slug=slug,
        code=pen.code("survey", slug),
        hash=hash_of(content),
        title=title,
        introduction=introduction,
        questions=questions,
        keyword=file.keyword or "",
        starts_at=pen.begin(file.starts_at),
        ends_at=pen.end(file.ends_at),
        terms=pen.words(file.terms),
        is_anonymous=file.anonymous,
        is_editable=file.editable,
        is_open_to_guests=file.unregistered,
        results=Visibility(file.results),
        moved=tuple(_moved(part) for part in file.moved),
        content=content,
    )


def type_of(part: QuestionPart) -> Type:
    """As written, or as the options tell."""
    return Type(part.type) if part.type else Type.SINGLE_OPTION if part.options else Type.SHORT_ANSWER


def media_type_of(name: str) -> str:
    """Of a picture, by the end of its name; "" where it is none."""
    return _MEDIA.get(PurePosixPath(name).suffix.lower(), "")


def _question(pen: Pen, part: QuestionPart, files: Mapping[str, bytes]) -> Question:
    type = type_of(part)
    return Question(
        slug=part.slug,
        text=pen.words(part.text),
        type=type,
        options=tuple(Option(one.slug, pen.words(one.name), one.free_text) for one in part.options),
        rows=pen.places(part.rows),
        is_mandatory=type is not Type.FILES if part.mandatory is None else part.mandatory,
        max_choices=part.max_choices or 0,
        max_characters=part.max_characters or _characters(part, type),
        most_files=part.max_files or 1,
        conditions=tuple(_condition(pen, one) for one in part.show_if),
        help=pen.words(part.help),
        picture=_picture(pen, part.picture, files) if part.picture else None,
    )


def _characters(part: QuestionPart, type: Type) -> int:
    if type in WRITTEN:
        return _LONG if type is Type.LONG_ANSWER else _SHORT
    return _FREE if any(option.free_text for option in part.options) else 0


def _condition(pen: Pen, part: ConditionPart) -> Condition:
    pattern = {language: words for language, words in part.pattern.items() if isinstance(words, str)}
    return Condition(part.question, ConditionType(part.test), part.option or "", pattern, part.mandatory)


def _picture(pen: Pen, part: PicturePart, files: Mapping[str, bytes]) -> Picture:
    data = files.get(part.file, b"")
    name = PurePosixPath(part.file).name
    return Picture(name, media_type_of(name), pen.words(part.alt), hashlib.sha256(data).hexdigest(), data)


def _moved(part: MovedPart) -> Moved:
    return Moved(part.revision, dict(part.questions), {one: dict(options) for one, options in part.options.items()})
