"""What the pieces of one town are written with: its languages, its placeholders, its time zone, its codes."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.config.codes import subject_code
from bot.config.files.process import LabelPart
from bot.config.files.tenant import YOUNGEST, PlatformFile, TenantFile
from bot.config.kinds import LANGUAGES
from bot.config.moments import begin_of, end_of
from bot.config.placeholders import fill
from bot.config.texts import Texts
from flows.participation.broadcast import PERSONAL, marked
from flows.participation.process import Place
from flows.participation.tenant import Terms
from flows.participation.words import EASY, Words


@dataclass(frozen=True, slots=True)
class Pen:
    """One tenant's."""

    tenant_id: str
    head: TenantFile | PlatformFile

    @property
    def zone(self) -> ZoneInfo:
        """The town's time zone."""
        return ZoneInfo(self.head.time_zone)

    @property
    def minimum_age(self) -> int:
        """Nobody younger takes part."""
        return self.head.minimum_age if isinstance(self.head, TenantFile) else YOUNGEST

    def code(self, kind: str, slug: str) -> str:
        """The code in deep links of a "process", "debate" and so on."""
        return subject_code(self.tenant_id, kind, slug)

    def words(self, text: Texts[str]) -> Words:
        """A text in the town's languages, plain language among them, its placeholders filled."""
        return self.filled(flat(text))

    def filled(self, words: Words) -> Words:
        """As `words`, of a text that has its plain language beside it: "ca", "ca.easy"."""
        spoken = {language: text for language, text in words.items() if self._is_spoken(language)}
        return {
            language: fill(text, self._values(language.removesuffix(EASY))).strip() for language, text in spoken.items()
        }

    def personal_words(self, text: Texts[str]) -> Words:
        """As `words`, of a broadcast: what stands for something else for each person is marked."""
        return {
            language: self.personal(words, language)
            for language, words in flat(text).items()
            if self._is_spoken(language)
        }

    def personal(self, text: str, language: str = "") -> str:
        """One such text."""
        values = self._values(language.removesuffix(EASY) or self.head.languages[0])
        return fill(text, {**values, **{name: marked(name) for name in PERSONAL}}).strip()

    def paper(self, version: str, texts: Words) -> Terms:
        """A long text with its version."""
        text = self.filled(texts)
        digest = hashlib.sha256()
        for language, words in sorted(text.items()):
            digest.update(f"{language}\0{words}\0".encode())
        return Terms(version, text, digest.hexdigest())

    def places(self, labels: Iterable[LabelPart]) -> tuple[Place, ...]:
        """Things to choose from."""
        return tuple(Place(label.slug, self.words(label.name)) for label in labels)

    def begin(self, written: date | None) -> datetime | None:
        """The first instant of a day, or the instant itself."""
        return begin_of(written, self.zone) if written else None

    def end(self, written: date | None) -> datetime | None:
        """The first instant after a day, or the instant itself."""
        return end_of(written, self.zone) if written else None

    def _is_spoken(self, language: str) -> bool:
        return language.removesuffix(EASY) in self.head.languages

    def _values(self, language: str) -> Mapping[str, str]:
        names = flat(self.head.name)
        return {
            "town": names.get(language) or names[self.head.languages[0]],
            "phone": self.head.support.phone,
            "email": self.head.support.email,
            "official_url": self.head.official_url,
        }


def flat(text: Texts[str]) -> Words:
    """A text of a file as the rules see it: its plain language beside it."""
    words: dict[str, str] = {}
    for language in LANGUAGES:
        if plain := text.get(language):
            words[language] = plain
        if easy := text.get("easy", {}).get(language):
            words[language + EASY] = easy
    return words
