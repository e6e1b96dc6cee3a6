"""Invented answers to the sample surveys, the same at every run: results as they look when thousands have answered."""

import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from flows.participation.answers import check, kept
from flows.participation.conditions import shown
from flows.participation.survey import CHOSEN, MATRICES, WRITTEN, Item, Question, Survey, Type
from storage.responses import Response

_STUMBLES = 0.04
_RECEIPT = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class Manners(Struct):
    """How one question is answered; see `examples/simulated.toml`."""

    weights: Mapping[str, float] = {}
    skipped: float = 0.0
    several: Sequence[int] = (1,)
    words: Sequence[str] = ()


class People(Struct):
    """Who answers."""

    count: int
    seed: int
    days: int
    channels: Mapping[str, float]
    languages: Mapping[str, float]
    verified: float
    registered: float


class Crowd:
    """Everybody who answers the surveys that the file names."""

    def __init__(self, path: Path) -> None:
        written: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        self.people = msgspec.convert(written.pop("people"), People)
        self._manners = msgspec.convert(written, dict[str, dict[str, Manners]])

    @property
    def surveys(self) -> list[str]:
        """Their slugs."""
        return [*self._manners]

    def responses(self, survey: Survey, now: datetime, count: int = 0) -> Iterator[Response]:
        """So many responses, the earliest first."""
        people = self.people
        chance = random.Random(f"{people.seed} {survey.slug}")  # noqa: S311  (a simulation)
        count = count or people.count
        begins = now - timedelta(days=people.days)
        moments = sorted(begins + timedelta(days=people.days * chance.betavariate(1.2, 2.2)) for _ in range(count))
        for moment in moments:
            answers = self._answers(survey, chance)
            yield Response(
                survey=survey.slug,
                revision=survey.hash,
                receipt="".join(chance.choices(_RECEIPT, k=8)),
                answers=answers,
                channel=_drawn(people.channels, chance),
                language=_drawn(people.languages, chance),
                submitted_at=moment,
                is_registered=chance.random() < people.registered,
                is_verified=chance.random() < people.verified,
                paces={key: _pace(chance) for key in answers},
            )

    def _answers(self, survey: Survey, chance: random.Random) -> dict[str, str]:
        answers: dict[str, str] = {}
        for question in survey.questions:
            if question not in shown(survey, answers):
                continue
            manners = self._manners[survey.slug].get(question.slug, Manners())
            is_skipped = not question.is_mandatory and chance.random() < manners.skipped
            for item in () if is_skipped else question.items:
                answers[item.key] = check(item, _answer(item, manners, chance))
        return answers


def _answer(item: Item, manners: Manners, chance: random.Random) -> str:
    question = item.question
    if question.type in WRITTEN:
        return chance.choice([*manners.words])
    if question.type is Type.SORTING:
        return " ".join(_several(manners.weights, len(question.options), chance))
    if question.type in (Type.SINGLE_OPTION, Type.MATRIX_SINGLE):
        return _drawn(_turned(item, manners.weights), chance)
    most = min(chance.choice([*manners.several]), question.max_choices or len(question.options))
    chosen = _several(manners.weights, most, chance)
    return kept(chosen, _words(question, chosen, manners, chance))


def _turned(item: Item, weights: Mapping[str, float]) -> Mapping[str, float]:
    """Rows of a matrix are not all liked alike: each is a little better than the one before."""
    if item.question.type not in MATRICES or item.row is None:
        return weights
    place = item.question.rows.index(item.row)
    first = next(iter(weights))
    return {**weights, first: weights[first] * (1 + place / 2)}


def _words(question: Question, chosen: Sequence[str], manners: Manners, chance: random.Random) -> dict[str, str]:
    free = [option.slug for option in question.options if option.is_free and option.slug in chosen]
    return {slug: chance.choice([*manners.words]) for slug in free} if question.type in CHOSEN and manners.words else {}


def _pace(chance: random.Random) -> list[int]:
    """Seconds to the answer, and replies that were none."""
    return [max(2, round(chance.lognormvariate(2.4, 0.6))), int(chance.random() < _STUMBLES)]


def _several(weights: Mapping[str, float], count: int, chance: random.Random) -> list[str]:
    left = dict(weights)
    chosen: list[str] = []
    while left and len(chosen) < count:
        chosen.append(_drawn(left, chance))
        del left[chosen[-1]]
    return chosen


def _drawn(weights: Mapping[str, float], chance: random.Random) -> str:
    return chance.choices([*weights], [*weights.values()])[0]
