"""Reference: the responses to the survey of twenty questions, read with sqlite3, json.loads and counted by Counter.

It knows the survey, hides nothing, and takes one revision for all there is.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

from flows.participation.survey import MATRICES, WRITTEN, Question, Type
from tests.bench.twenty import CONDITIONAL, SLUG, survey

Counts: TypeAlias = dict[str, dict[str, int]]
"""By question, or by row of a matrix: asked, answered, options, and the sum of each option's places."""
_ROWS = """select answers, channel, language, source, is_verified, submitted_at from responses
  where tenant_id = 'bench' and survey = ? order by id"""


def count(path: Path) -> Counts:
    """All of them."""
    questions = survey().questions
    counts: dict[str, Counter[str]] = {}
    came: Counter[str] = Counter()
    first, last = "9", ""
    for question in questions:
        for key in (question.slug, *(f"{question.slug}.{row.slug}" for row in question.rows)):
            counts[key] = Counter()
    with closing(sqlite3.connect(path)) as db:
        for text, channel, language, source, is_verified, at in db.execute(_ROWS, (SLUG,)):
            came.update((channel, language, source, f"verified {is_verified}"))
            first, last = min(first, at), max(last, at)
            _add(counts, questions, json.loads(text))
    return {key: dict(found) for key, found in counts.items()}


def _add(counts: Mapping[str, Counter[str]], questions: tuple[Question, ...], answers: Mapping[str, str]) -> None:
    for question in questions:
        slug = question.slug
        if slug in CONDITIONAL and answers.get(CONDITIONAL[slug][0]) != CONDITIONAL[slug][1]:
            continue
        counted = counts[slug]
        counted["asked"] += 1
        if question.type in MATRICES:
            counted["answered"] += 1
            for row in question.rows:
                key = f"{slug}.{row.slug}"
                counts[key]["answered"] += 1
                counts[key].update(f"option {each}" for each in answers[key].split())
            continue
        counted["answered"] += 1
        if question.type in WRITTEN:
            continue
        options = answers[slug].split()
        if question.type is Type.SORTING:
            counted[f"option {options[0]}"] += 1
            for place, each in enumerate(options, 1):
                counted[f"place {each}"] += place
        else:
            counted.update(f"option {each}" for each in options)
