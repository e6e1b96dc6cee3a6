"""Responses one by one, a row each: as Decidim exports them, and as FLOIP Flow Results are written.

Unless they are for the town alone, nothing in them tells of a group of fewer than five: no words, no files, no
channel, no hour, and no answer that fewer than five gave.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.results.gather import Answered
from flows.counted import Told
from flows.participation.answers import choices_in
from flows.participation.figures import Results
from flows.participation.survey import MATRICES, SILENT, Item, Question, Survey
from flows.participation.tally import is_open_ended
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
        cells = [self._cell(question) for question in self.questions]
        for place, (response, answers) in enumerate(responses, 1):
            if answers is not None:
                yield [*self._own(place, response), *(cell(answers) for cell in cells)]

    @property
    def questions(self) -> list[Question]:
        """Those that ask anything."""
        return [each for each in self.survey.questions if each.type not in SILENT]

    def shown(self) -> Mapping[str, frozenset[str]] | None:
        """Of each item, the options that may be told; None where all may."""
        return None if self.is_internal else shown_options(self.told.results)

    def _cell(self, question: Question) -> Callable[[Mapping[str, str]], str]:
        """Puts an answer in words; of a matrix "row: answer" for each row."""
        sayings = [(item.key, self._saying(item)) for item in question.items]
        if question.type not in MATRICES:
            key, say = sayings[0]
            return lambda answers: say(answers.get(key, ""))
        rows = [(self.told.words(row.name), *saying) for row, saying in zip(question.rows, sayings, strict=True)]
        return lambda answers: "\n".join(
            f"{name}: {say(answer)}" for name, key, say in rows if (answer := answers.get(key))
        )

    def _saying(self, item: Item) -> Callable[[str], str]:
        question, untold = item.question, self.told.t("(not published)")
        if is_open_ended(question):
            return (lambda answer: answer) if self.is_internal else lambda answer: answer and untold
        shown = self.shown()
        names = {
            option.slug: self.told.words(option.name)
            if shown is None or option.slug in shown.get(item.key, frozenset())
            else untold
            for option in question.options
        }

        def say(answer: str) -> str:
            given = choices_in(answer)
            if not given.words or not self.is_internal:
                return "\n".join([names[slug] for slug in given.options])
            words = {slug: f": {said}" for slug, said in given.words.items()}
            return "\n".join(f"{names[slug]}{words.get(slug, '')}" for slug in given.options)

        return say

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
