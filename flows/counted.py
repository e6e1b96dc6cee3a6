"""Results in one language: what they are, where they come from and what they are not, figure by figure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flows.participation.figures import Figure, Line, Results
from flows.participation.suppression import Cells
from flows.participation.survey import Type
from flows.participation.words import Words, words_in
from flows.text import NAMES, Catalogue, catalogue
from storage.responses import CONVERSATION

CHANNELS = {"telegram": "Telegram", "whatsapp": "WhatsApp", "sms": "SMS", "email": "email", "console": "terminal"}
_SHOWN = 8
"""Characters of a revision's hash."""


@dataclass(frozen=True, slots=True)
class Told:
    """Results in a language; `default` is the town's, whose texts stand where there are none in this one."""

    results: Results
    language: str
    default: str
    zone: ZoneInfo
    town: str = ""

    @property
    def ours(self) -> Catalogue:
        """Our own words."""
        return catalogue(self.language)

    @property
    def title(self) -> str:
        """The survey's."""
        return self.words(self.results.title)

    def t(self, message: str, /, **values: object) -> str:
        """Our words, with `{name}` filled in."""
        return self.ours.translate(message, values)

    def words(self, words: Words) -> str:
        """The town's words."""
        return words_in(words, self.language, self.default)

    def number(self, count: int | None) -> str:
        """A count, or that it is not shown."""
        return self.t("not shown") if count is None else self.ours.number(count)

    def share(self, count: int | None, whole: int | None) -> str:
        """A count of a whole, in percent."""
        if count is None or not whole:
            return ""
        return f"{self.ours.number(round(100 * count / whole))} %"

    def received(self) -> str:
        """How many, and from when to when."""
        results = self.results
        if results.is_hidden:
            return self.t("Fewer than {fewest} answers so far: nothing is shown yet.", fewest=results.fewest)
        values = {"first": self._day(results.first_at), "last": self._day(results.last_at)}
        return self.ours.translate_number(
            "{count} answer, from {first} to {last}.",
            "{count} answers, from {first} to {last}.",
            results.responses,
            values,
        )

    def contacts(self) -> str:
        """Of whom: contacts, never people."""
        verified, contacts = self.number(self.results.verified), self.number(self.results.contacts)
        return self.t("Verified / contacts: {verified} / {contacts}.", verified=verified, contacts=contacts)

    def cautions(self) -> Iterator[str]:
        """What the numbers are not."""
        yield self.t("This is participation, not a referendum.")
        yield self.t("Whoever wanted to answered: it is not a random sample.")
        yield self.t(
            "No group of fewer than {fewest} is shown, nor what would tell it. What was written is not published.",
            fewest=self.results.fewest,
        )

    def facts(self) -> Iterator[tuple[str, str]]:
        """Name and value of all that is known about how the answers came."""
        results = self.results
        if results.channels:
            yield self.t("By channel"), self._mix(results.channels, CHANNELS)
        if results.languages:
            yield self.t("By language"), self._mix(results.languages, NAMES)
        if results.sources:
            yield self.t("Where they come from"), self._mix(results.sources, self._sources())
        if results.closes_at:
            closes = self.t("Closed on") if results.is_closed else self.t("Open until")
            yield closes, self._last_day(results.closes_at)
        yield self.t("Revision"), results.revision[:_SHOWN]
        for revision, count in results.earlier.items():
            name = self.t("Answers to revision {revision}, not added up here", revision=revision[:_SHOWN])
            yield name, self.number(count)
        yield self.t("Added up"), self._moment(results.added_up_at)

    def question(self, figure: Figure) -> str:
        """With its number."""
        return f"{figure.number}. {self.words(figure.text)}"

    def note(self, figure: Figure) -> str:
        """How many answered, and how to read the numbers."""
        if figure.is_hidden:
            return self.t("Too few answers to show any number.")
        answered = self.ours.translate_number("{count} answered.", "{count} answered.", figure.answered or 0, {})
        return f"{answered} {self._reading(figure)}".rstrip()

    def sentence(self, figure: Figure) -> str:
        """The figure in words: its answers from the most to the least, for who hears it instead of seeing it."""
        if figure.is_hidden or figure.is_open_ended:
            return f"{self.words(figure.text)} {self.note(figure)}"
        if not figure.rows:
            return f"{self.words(figure.text)} {self._ranked(figure.lines, figure)}."
        rows = [(row, self._ranked(row.lines, figure, row.answered)) for row in figure.rows if row.lines]
        return f"{self.words(figure.text)} {'; '.join(f'{self.words(row.name)}: {said}' for row, said in rows)}."

    def mean(self, line: Line) -> str:
        """A mean place."""
        return "" if line.mean is None else self.ours.number(line.mean)

    def _reading(self, figure: Figure) -> str:
        if figure.is_open_ended:
            return self.t("What they wrote or sent is read by the town and not published.")
        if figure.type in (Type.MULTIPLE_OPTION, Type.MATRIX_MULTIPLE):
            return self.t("Several could be chosen, so that it adds up to more than 100 %.")
        if figure.type is Type.SORTING:
            return self.t("How often each came first, and its mean place.")
        return ""

    def _ranked(self, lines: tuple[Line, ...], figure: Figure, answered: int | None = None) -> str:
        counted = [line for line in lines if line.count is not None]
        ordered = counted if figure.type is Type.SORTING else sorted(counted, key=lambda line: -(line.count or 0))
        whole = figure.answered if answered is None else answered
        return ", ".join(f"{self.words(line.name)} {self.share(line.count, whole)}" for line in ordered)

    def _mix(self, counts: Cells, names: dict[str, str]) -> str:
        ordered = sorted(counts.items(), key=lambda each: -(each[1] or 0))
        return ", ".join(f"{names.get(key, key)} {self.number(count)}" for key, count in ordered)

    def _sources(self) -> dict[str, str]:
        return {
            CONVERSATION: self.t("conversation"),
            "paper": self.t("paper"),
            "assembly": self.t("assembly"),
            "counter": self.t("at the counter"),
        }

    def _day(self, iso: str) -> str:
        return self.ours.day(self._local(iso), self._local(self.results.added_up_at)) if iso else ""

    def _last_day(self, iso: str) -> str:
        moment = datetime.fromtimestamp(datetime.fromisoformat(iso).timestamp() - 1, self.zone)
        return self.ours.day(moment, self._local(self.results.added_up_at))

    def _moment(self, iso: str) -> str:
        moment = self._local(iso)
        return f"{self.ours.day(moment, moment)}, {moment:%H:%M}"

    def _local(self, iso: str) -> datetime:
        return datetime.fromisoformat(iso).astimezone(self.zone)
