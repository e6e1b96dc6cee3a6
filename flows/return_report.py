"""The return report of a process in one language: each proposal, the town's answer, and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flows import state_words
from flows.participation.process import Outcome, Process
from flows.participation.returns import Returned
from flows.participation.tenant import Town
from flows.participation.words import Words, words_in
from flows.text import Catalogue, capital, catalogue


@dataclass(frozen=True, slots=True)
class ReturnReport:
    """Of one process that is closed, or is about to be."""

    town: Town
    process: Process
    rows: Sequence[Returned]
    language: str
    now: datetime

    @property
    def ours(self) -> Catalogue:
        """Our own words."""
        return catalogue(self.language)

    @property
    def outcome(self) -> Outcome | None:
        """What came of it, in short; None where the town has not written it yet."""
        return self.process.outcome

    def t(self, message: str, /, **values: object) -> str:
        """Our words, with `{name}` filled in."""
        return self.ours.translate(message, values)

    def words(self, words: Words) -> str:
        """The town's words."""
        return words_in(words, self.language, self.town.language)

    def day(self, moment: datetime) -> str:
        """A day in the town's time zone, as a sentence begins."""
        zone = self.town.zone
        return capital(self.ours.day(moment.astimezone(zone), self.now.astimezone(zone)))

    def counted(self) -> str:
        """How many proposals, and how many in each state."""
        states = Counter(row.state for row in self.rows)
        parts = [f"{self.state(state)} {self.ours.number(count)}" for state, count in sorted(states.items())]
        values = {"states": ", ".join(parts)}
        return self.ours.translate_number(
            "{count} proposal: {states}.", "{count} proposals: {states}.", len(self.rows), values
        )

    def state(self, state: str) -> str:
        """A state in words."""
        return state_words.state_in(self.ours, state)

    def verdict(self, row: Returned) -> str:
        """What people say of the town's word."""
        return state_words.verdict_in(self.ours, row.verdict)

    def facts(self, row: Returned) -> str:
        """Its reference, whose it is, since when, and how many support it."""
        values = {"reference": row.reference, "author": row.author, "day": self.day(row.published_at)}
        said = (
            self.t("{reference}, by {author}, {day}.", **values) if row.author else f"{row.reference}. {values['day']}."
        )
        return said if row.supports is None else f"{said} {self.t('Supports: {count}.', count=row.supports)}"

    def carried_out(self, row: Returned) -> list[str]:
        """What the town carries out because of it, and how far it is."""
        return [
            self.t(
                "{title}: {status}, {percent} %",
                title=self.words(result.title),
                status=self.words(result.status),
                percent=result.progress,
            )
            for result in row.results
        ]
