"""Our own words in a person's language: messages, numbers, days and deadlines.

A message is its English words; `flows/locales` has the other languages. Catalogues are loaded once, and a message
without values costs one look-up.
"""

import gettext
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path

from babel.dates import format_date, format_time, get_day_names
from babel.lists import format_list
from babel.messages.mofile import read_mo
from babel.numbers import format_decimal
from babel.units import format_unit

DOMAIN = "participabot"
LOCALES = Path(__file__).parent / "locales"

NAMES = {"ca": "Català", "es": "Castellano", "en": "English"}
"""The languages we speak, each in its own words. English is the language of the messages themselves."""

_REGIONS = {"ca": "ca", "es": "es", "en": "en_GB"}
_DAY = {"ca": "EEEE d MMMM", "es": "EEEE d 'de' MMMM", "en": "EEEE d MMMM"}
_UNITS = (("hour", 3_600), ("minute", 60), ("second", 1))
_YEAR = {"ca": " 'del' y", "es": " 'de' y", "en": " y"}


class Catalogue:
    """One language's words."""

    def __init__(self, language: str, messages: gettext.NullTranslations) -> None:
        self.language = language
        self._messages = messages

    def translate(self, message: str, values: Mapping[str, object]) -> str:
        """The message in this language, with each `{name}` filled in; numbers are written as the language does."""
        words = self._messages.gettext(message)
        return words.format_map(self._written(values)) if values else words

    def translate_number(self, one: str, many: str, count: int, values: Mapping[str, object]) -> str:
        """The message in the grammatical number of `count`, which fills `{count}`."""
        words = self._messages.ngettext(one, many, count)
        return words.format_map(self._written({**values, "count": count}))

    def number(self, value: float) -> str:
        """A number as the language writes it: "1.500" or "1,500"."""
        return _number(self.language, value)

    def day(self, moment: datetime, now: datetime) -> str:
        """A day in words, "dijous 3 de desembre"; with its year only where that is not this one."""
        return _day(self.language, moment.date(), moment.year != now.year)

    def moment(self, moment: datetime, now: datetime) -> str:
        """A time in words, "18:42 today"; of another day, with that day."""
        time = format_time(moment.time(), "HH:mm", locale=_REGIONS[self.language])
        if moment.date() == now.date():
            return self.translate("{time} today", {"time": time})
        return self.translate("{time} on {day}", {"time": time, "day": self.day(moment, now)})

    def duration(self, length: timedelta) -> str:
        """A length of time in the largest unit that it is a whole number of: "90 minuts", "2 hores"."""
        seconds = int(length.total_seconds())
        unit, size = next(each for each in _UNITS if seconds % each[1] == 0)
        return format_unit(seconds // size, f"duration-{unit}", "long", locale=_REGIONS[self.language])

    def weekdays(self, days: Iterable[int]) -> list[str]:
        """Days of the week in words, in order; 0 is Monday."""
        names = get_day_names("wide", locale=_REGIONS[self.language])
        return [names[day] for day in sorted(days)]

    def listed(self, words: list[str]) -> str:
        """Several words as a list: "a, b i c"."""
        return format_list(words, locale=_REGIONS[self.language])

    def deadline(self, ends_at: datetime, now: datetime) -> str:
        """Until when, as the end of a sentence: "fins al dijous 3 de desembre, queden 8 dies".

        Both in the town's time zone. What ends at midnight ends with the day before.
        """
        last = ends_at - timedelta(microseconds=1)
        left = (last.date() - now.date()).days
        ends_with_day = ends_at.time().hour == 0 and ends_at.time().minute == 0
        hour = "" if ends_with_day else format_time(ends_at.time(), "HH:mm", locale=_REGIONS[self.language])
        if left <= 0:
            return self.translate("until today at {hour}", {"hour": hour or "24:00"})
        day = self.day(last, now)
        if left == 1:
            return self.translate("until tomorrow, {day}", {"day": day})
        return self.translate_number(
            "until {day}, {count} day left", "until {day}, {count} days left", left, {"day": day}
        )

    def _written(self, values: Mapping[str, object]) -> dict[str, object]:
        return {name: self.number(value) if type(value) is int else value for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class Message:
    """Words still to be translated; with `many`, in the grammatical number of the fact `count`."""

    one: str
    many: str = ""


def message(one: str) -> Message:
    """Marks words for the catalogues."""
    return Message(one)


def messages(one: str, many: str) -> Message:
    """Marks words with a number for the catalogues."""
    return Message(one, many)


@lru_cache(maxsize=4096)
def _number(language: str, value: float) -> str:
    return format_decimal(value, locale=_REGIONS[language])


@lru_cache(maxsize=4096)
def _day(language: str, day: date, shows_year: bool) -> str:
    pattern = _DAY[language] + (_YEAR[language] if shows_year else "")
    return format_date(day, pattern, locale=_REGIONS[language]).replace("’", "'")


@cache
def catalogue(language: str) -> Catalogue:
    """The words of a language; of English for one that we do not speak ("es-419" is "es")."""
    language = language.replace("_", "-").partition("-")[0]
    if language == "en" or language not in NAMES:
        return Catalogue("en", gettext.NullTranslations())
    with (LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as compiled:
        return Catalogue(language, gettext.GNUTranslations(compiled))


def texts(language: str) -> list[str]:
    """Every message of ours in a language, its values still to be filled in; of plurals, each form."""
    source = "ca" if language == "en" else language
    with (LOCALES / source / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as compiled:
        messages = [message for message in read_mo(compiled) if message.id]
    words = [message.id if language == "en" else message.string for message in messages]
    return [form for each in words for form in ([each] if isinstance(each, str) else each or ())]


def cut(text: str, most: int) -> str:
    """The text on one line, ending with "…" where it is longer than `most`."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def capital(words: str) -> str:
    """The words as the beginning of a sentence."""
    return words[:1].upper() + words[1:]
