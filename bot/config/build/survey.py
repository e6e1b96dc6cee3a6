"""A survey as the rules see it, with the content that its hash is of."""

import hashlib
import json

from bot.config.build.pen import Pen
from bot.config.files.survey import QuestionPart, SurveyFile
from flows.participation.survey import Question, Survey

_CHARACTERS = 200


def survey(pen: Pen, slug: str, file: SurveyFile) -> Survey:
    """A survey, pinned by what it asks."""
    questions = tuple(_question(pen, question) for question in file.questions)
    title, introduction = pen.words(file.title), pen.words(file.introduction)
    content: dict[str, object] = {
        "title": title,
        "introduction": introduction,
        "questions": [
            {
                "slug": question.slug,
                "text": question.text,
                "options": [{"slug": option.slug, "name": option.name} for option in question.options],
                "max_characters": question.max_characters,
                "mandatory": question.is_mandatory,
            }
            for question in questions
        ],
    }
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Survey(
        slug=slug,
        code=pen.code("survey", slug),
        hash=hashlib.sha256(canonical.encode()).hexdigest(),
        title=title,
        introduction=introduction,
        questions=questions,
        content=content,
    )


def _question(pen: Pen, part: QuestionPart) -> Question:
    return Question(
        slug=part.slug,
        text=pen.words(part.text),
        options=pen.places(part.options),
        max_characters=part.max_characters or _CHARACTERS,
        is_mandatory=part.mandatory,
    )
