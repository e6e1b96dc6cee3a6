"""Adding up the responses to a survey: what was answered, by how many, and how they came."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flows.participation.answers import options_in
from flows.participation.conditions import shown
from flows.participation.survey import CHOSEN, SILENT, WRITTEN, Item, Question, Survey, Type
from storage.responses import CONVERSATION, Counted


@dataclass(slots=True)
class Sum:
    """Of one question: how many were asked and answered; of each option how often it was chosen.

    `rows` are a matrix's, by row and option, `row_answers` how many answered each. Of a question that is sorted
    `options` says how often each came first, `places` adds up the places it was given, from 1.
    """

    question: Question
    asked: int = 0
    answered: int = 0
    options: Counter[str] = field(default_factory=Counter)
    rows: dict[str, Counter[str]] = field(default_factory=dict)
    row_answers: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)

    def add(self, answers: Mapping[str, str]) -> None:
        """One person's answers, who was asked this question."""
        question = self.question
        self.asked += 1
        is_answered = False
        for item in question.items:
            if answer := answers.get(item.key):
                is_answered = True
                self._count(item, answer)
        self.answered += is_answered

    def _count(self, item: Item, answer: str) -> None:
        type = item.question.type
        if item.row is not None:
            slug = item.row.slug
            self.row_answers[slug] += 1
            counts = self.rows.setdefault(slug, Counter())
            for option in answer.split():
                counts[option] += 1
        elif type is Type.SORTING:
            order = answer.split()
            self.options[order[0]] += 1
            for place, option in enumerate(order, 1):
                self.places[option] += place
        elif type in CHOSEN:
            for option in options_in(answer):
                self.options[option] += 1


@dataclass(slots=True)
class Tally:
    """What a survey's responses add up to. `earlier` counts those to revisions that are not added up here, by hash.

    `contacts` came by a channel, `verified` of them from an address of which it is known that its owner reads there:
    nobody knows how many people that is.
    """

    survey: Survey
    sums: list[Sum]
    responses: int = 0
    contacts: int = 0
    verified: int = 0
    channels: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    earlier: Counter[str] = field(default_factory=Counter)
    first_at: datetime | None = None
    last_at: datetime | None = None

    def add_all(self, responses: Iterable[tuple[Counted, Mapping[str, str] | None]]) -> None:
        """Responses, each with its answers; None for those of a revision that is not added up here."""
        for response, answers in responses:
            if answers is None:
                self.earlier[response.revision] += 1
            else:
                self.add(response, answers)

    def add(self, response: Counted, answers: Mapping[str, str]) -> None:
        """One response, its answers as this revision takes them."""
        self.responses += 1
        self.sources[response.source] += 1
        if response.source == CONVERSATION:
            self.contacts += 1
            self.verified += response.is_verified
            self.channels[response.channel] += 1
            self.languages[response.language] += 1
        self.first_at = min(self.first_at or response.submitted_at, response.submitted_at)
        self.last_at = max(self.last_at or response.submitted_at, response.submitted_at)
        is_shown = {question.slug for question in shown(self.survey, answers)} if self.survey.has_conditions else None
        for each in self.sums:
            if is_shown is None or each.question.slug in is_shown:
                each.add(answers)


def tally(survey: Survey, responses: Iterable[tuple[Counted, Mapping[str, str] | None]]) -> Tally:
    """Add up responses, as `Tally.add_all`."""
    result = Tally(survey, [Sum(question) for question in survey.questions if question.type not in SILENT])
    result.add_all(responses)
    return result


def is_open_ended(question: Question) -> bool:
    """It is answered in words or files, which are never published."""
    return question.type in WRITTEN or question.type is Type.FILES
