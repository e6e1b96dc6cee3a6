"""Responses one by one, a row each: as Decidim exports them, and as FLOIP Flow Results are written.

Unless they are for the town alone, nothing in them tells of a group of fewer than five: no words, no files, no
channel, no hour, and no answer that fewer than five gave.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.results.gather import Answered
from flows.counted import Told
from flows.participation.answers import choices_in
from flows.participation.figures import Results
from flows.participation.survey import MATRICES, SILENT, WRITTEN, Question, Survey, Type
from storage.responses import Counted

_DAY = 10
"""Characters of an ISO date."""


@dataclass(frozen=True, slots=True)
class Records:
    """The responses of a survey in the words of a language. `is_internal`: everything, for the town alone."""

    survey: Survey
    told: Told
    is_internal: bool

    def header(self) -> list[str]:
        """Of a table: what Decidim writes, and a column for each question."""
        t = self.told.t
        own = ["ID", t("created at"), t("user status")]
        if self.is_internal:
            own += [t("channel"), t("language"), t("source")]
        return own + [f"{number}. {self.told.words(each.text)}" for number, each in enumerate(self.questions, 1)]

    def rows(self, responses: Iterable[Answered]) -> Iterator[list[str]]:
        """Of a table: those that are added up in the results."""
        shown = self.shown()
        for place, (response, answers) in enumerate(responses, 1):
            if answers is None:
                continue
            yield [*self._own(place, response), *(self.cell(each, answers, shown) for each in self.questions)]

    @property
    def questions(self) -> list[Question]:
        """Those that ask anything."""
        return [each for each in self.survey.questions if each.type not in SILENT]

    def shown(self) -> Mapping[str, frozenset[str]] | None:
        """Of each item, the options that may be told; None where all may."""
        return None if self.is_internal else shown_options(self.told.results)

    def cell(self, question: Question, answers: Mapping[str, str], shown: Mapping[str, frozenset[str]] | None) -> str:
        """An answer in words; of a matrix "row: answer" for each row."""
        if question.type not in MATRICES:
            return self._said(question, question.slug, answers.get(question.slug, ""), shown)
        keys = [(row, f"{question.slug}.{row.slug}") for row in question.rows]
        rows = ((row, self._said(question, key, answers.get(key, ""), shown)) for row, key in keys)
        return "\n".join(f"{self.told.words(row.name)}: {said}" for row, said in rows if said)

    def _said(self, question: Question, key: str, answer: str, shown: Mapping[str, frozenset[str]] | None) -> str:
        if not answer:
            return ""
        if question.type in WRITTEN or question.type is Type.FILES:
            return answer if self.is_internal else self.told.t("(not published)")
        given = choices_in(answer)
        names = []
        for slug in given.options:
            option = question.option(slug)
            name = self.told.words(option.name) if option else slug
            if shown is not None and slug not in shown.get(key, frozenset()):
                name = self.told.t("(not published)")
            words = given.words.get(slug, "") if self.is_internal else ""
            names.append(f"{name}: {words}" if words else name)
        return "\n".join(names)

    def _own(self, place: int, response: Counted) -> list[str]:
        t = self.told.t
        status = t("registered") if response.is_registered else t("unregistered")
        at = response.submitted_at.astimezone(self.told.zone).isoformat(timespec="seconds")
        if not self.is_internal:
            return [str(place), at[:_DAY], status]
        return [str(response.id), at, status, response.channel, response.language, response.source]


def shown_options(results: Results) -> Mapping[str, frozenset[str]]:
    """Of each item, the options whose counts are shown."""
    told: dict[str, frozenset[str]] = {}
    for figure in results.figures:
        if figure.is_hidden or results.is_hidden:
            continue
        told[figure.slug] = frozenset(line.slug for line in figure.lines if line.count is not None)
        for row in figure.rows:
            told[f"{figure.slug}.{row.slug}"] = frozenset(line.slug for line in row.lines if line.count is not None)
    return told
