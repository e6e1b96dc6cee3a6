"""Quiet hours and holidays, by the clocks of the town, also on the nights when they are changed."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from flows.participation.quiet import is_quiet
from flows.participation.tenant import QuietHours, Town
from tests.towns import a_town, local


def town(begins: str = "21:00", ends: str = "09:00", zone: str = "Europe/Madrid", *holidays: date) -> Town:
    quiet = QuietHours(time.fromisoformat(begins), time.fromisoformat(ends))
    plain = a_town()
    support = replace(plain.support, holidays=frozenset(holidays))
    return replace(plain, quiet=quiet, zone=ZoneInfo(zone), support=support)


@pytest.mark.parametrize(
    ("begins", "ends", "moment", "expected"),
    [
        ("21:00", "09:00", "2026-11-25 20:59", False),
        ("21:00", "09:00", "2026-11-25 21:00", True),
        ("21:00", "09:00", "2026-11-26 00:00", True),
        ("21:00", "09:00", "2026-11-26 08:59", True),
        ("21:00", "09:00", "2026-11-26 09:00", False),
        ("14:00", "16:00", "2026-11-26 13:59", False),
        ("14:00", "16:00", "2026-11-26 15:59", True),
        ("14:00", "16:00", "2026-11-26 16:00", False),
        ("14:00", "14:00", "2026-11-26 14:00", False),
    ],
)
def test_news_waits_from_evening_to_morning(begins: str, ends: str, moment: str, expected: bool) -> None:
    assert is_quiet(town(begins, ends), local(moment)) is expected


def test_holidays_are_quiet_from_midnight_to_midnight() -> None:
    quiet = town("21:00", "09:00", "Europe/Madrid", date(2026, 12, 25))
    assert [is_quiet(quiet, local(f"2026-12-{day} 12:00")) for day in (24, 25, 26)] == [False, True, False]
    assert not is_quiet(replace(quiet, quiet=None), local("2026-12-25 12:00")), "a town that wants no quiet has none"


def test_a_town_without_any_says_everything_at_once() -> None:
    assert not any(is_quiet(a_town(), local(f"2026-11-25 {hour:02}:00")) for hour in range(24))


def test_clocks_that_are_changed_end_it_by_what_they_show() -> None:
    """At 01:00 UTC they jump from 2 to 3 in March, and from 3 back to 2 in October: an hour that comes twice is quiet
    twice."""
    quiet = town("21:00", "02:30")
    spring = [datetime(2027, 3, 28, 0, 59, tzinfo=UTC), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)]
    assert [is_quiet(quiet, moment) for moment in spring] == [True, False]
    autumn = [datetime(2027, 10, 31, hour, minute, tzinfo=UTC) for hour in (0, 1) for minute in (15, 45)]
    assert [is_quiet(quiet, moment) for moment in autumn] == [True, False, True, False]


def test_the_clocks_are_the_towns() -> None:
    evening = datetime(2026, 7, 1, 19, 30, tzinfo=UTC)
    assert is_quiet(town(), evening)
    assert not is_quiet(town(zone="Atlantic/Canary"), evening)
