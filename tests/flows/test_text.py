"""Words, days and deadlines in three languages."""

from datetime import datetime, timedelta

import pytest

from flows.text import NAMES, catalogue, cut
from tests.towns import local

NOW = local("2026-11-25 11:30")


@pytest.mark.parametrize(
    ("language", "day", "words"),
    [
        ("ca", "2026-12-03 00:00", "dijous 3 de desembre"),
        ("ca", "2026-12-01 23:59", "dimarts 1 de desembre"),
        ("ca", "2027-04-01 00:00", "dijous 1 d'abril del 2027"),
        ("es", "2026-12-03 00:00", "jueves 3 de diciembre"),
        ("es", "2027-01-06 00:00", "miércoles 6 de enero de 2027"),
        ("en", "2026-12-03 00:00", "Thursday 3 December"),
        ("en", "2025-12-31 00:00", "Wednesday 31 December 2025"),
    ],
)
def test_a_day_is_told_in_words(language: str, day: str, words: str) -> None:
    assert catalogue(language).day(local(day), NOW) == words


@pytest.mark.parametrize(
    ("language", "ends_at", "words"),
    [
        ("ca", "2026-12-04 00:00", "fins al dijous 3 de desembre, queden 8 dies"),
        ("ca", "2026-11-27 00:00", "fins demà, dijous 26 de novembre"),
        ("ca", "2026-11-26 00:00", "fins avui a les 24:00"),
        ("ca", "2026-11-25 14:00", "fins avui a les 14:00"),
        ("es", "2026-12-04 00:00", "hasta el jueves 3 de diciembre, quedan 8 días"),
        ("es", "2026-11-27 00:00", "hasta mañana, jueves 26 de noviembre"),
        ("es", "2026-11-26 00:00", "hasta hoy a las 24:00"),
        ("en", "2026-12-04 00:00", "until Thursday 3 December, 8 days left"),
        ("en", "2026-11-28 00:00", "until Friday 27 November, 2 days left"),
        ("en", "2026-11-25 14:00", "until today at 14:00"),
    ],
)
def test_a_deadline_is_told_in_words(language: str, ends_at: str, words: str) -> None:
    assert catalogue(language).deadline(local(ends_at), NOW) == words


def test_the_days_left_are_counted_over_the_change_of_hour() -> None:
    now, ends_at = local("2027-03-27 12:00"), local("2027-03-30 00:00")
    assert catalogue("en").deadline(ends_at, now) == "until Monday 29 March, 2 days left"


@pytest.mark.parametrize(("language", "number"), [("ca", "12.500"), ("es", "12.500"), ("en", "12,500")])
def test_numbers_are_written_as_the_language_does(language: str, number: str) -> None:
    words = catalogue(language).translate("Question {number} of {total}", {"number": 12500, "total": 5})
    assert number in words


def test_a_message_takes_the_grammatical_number() -> None:
    one, many = "And {count} more process.", "And {count} more processes."
    assert catalogue("ca").translate_number(one, many, 1, {}) == "I 1 procés més."
    assert catalogue("es").translate_number(one, many, 2, {}) == "Y 2 procesos más."
    assert catalogue("en").translate_number(one, many, 0, {}) == "And 0 more processes."


def test_braces_in_what_a_citizen_wrote_stay_as_they_are() -> None:
    assert catalogue("ca").translate("Place: {place}", {"place": "{town} {0}"}) == "Lloc: {town} {0}"


@pytest.mark.parametrize("language", ["fr", "", "eu", "../ca"])
def test_a_language_we_do_not_speak_is_english(language: str) -> None:
    assert catalogue(language).translate("Help", {}) == "Help"


@pytest.mark.parametrize(("hint", "help_word"), [("es-419", "Ayuda"), ("ca_ES", "Ajuda"), ("en-GB", "Help")])
def test_a_region_does_not_matter(hint: str, help_word: str) -> None:
    assert catalogue(hint).translate("Help", {}) == help_word


def test_every_language_names_itself() -> None:
    assert NAMES == {"ca": "Català", "es": "Castellano", "en": "English"}


@pytest.mark.parametrize(
    ("text", "most", "shown"), [("short", 5, "short"), ("longer", 5, "long…"), ("two\nlines", 20, "two lines")]
)
def test_long_words_are_cut(text: str, most: int, shown: str) -> None:
    assert cut(text, most) == shown


def test_a_day_belongs_to_the_towns_zone_not_to_utc() -> None:
    late: datetime = local("2026-12-03 00:30")
    assert catalogue("en").day(late, NOW) == "Thursday 3 December"


@pytest.mark.parametrize(
    ("language", "moment", "words"),
    [
        ("ca", "2026-11-25 18:42", "avui a les 18:42"),
        ("es", "2026-11-26 00:05", "el jueves 26 de noviembre a las 00:05"),
        ("en", "2026-11-24 09:00", "09:00 on Tuesday 24 November"),
    ],
)
def test_a_time_is_told_with_its_day_where_that_is_not_today(language: str, moment: str, words: str) -> None:
    assert catalogue(language).moment(local(moment), NOW) == words


@pytest.mark.parametrize(
    ("language", "minutes", "words"),
    [("ca", 5, "5 minuts"), ("es", 90, "90 minutos"), ("en", 120, "2 hours"), ("ca", 1440, "24 hores")],
)
def test_a_length_of_time_is_told_without_rounding(language: str, minutes: int, words: str) -> None:
    assert catalogue(language).duration(timedelta(minutes=minutes)) == words
