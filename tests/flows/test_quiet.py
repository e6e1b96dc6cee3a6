"""Quiet hours and holidays, by the clocks of the town, on every night of a year and on those when they are changed."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.participation.quiet import allowed_from, is_quiet
from flows.participation.tenant import QuietHours, Town
from tests.towns import a_town, local

MINUTE = timedelta(minutes=1)
BEGIN = datetime(2027, 1, 1, tzinfo=UTC)


def town(begins: str = "21:00", ends: str = "09:00", zone: str = "Europe/Madrid", *holidays: date) -> Town:
    quiet = QuietHours(time.fromisoformat(begins), time.fromisoformat(ends))
    plain = a_town()
    support = replace(plain.support, holidays=frozenset(holidays))
    return replace(plain, quiet=quiet, zone=ZoneInfo(zone), support=support)


@pytest.mark.parametrize(
    ("begins", "ends", "moment", "expected"),
    [
        ("21:00", "09:00", "2026-11-25 20:59", "2026-11-25 20:59"),
        ("21:00", "09:00", "2026-11-25 21:00", "2026-11-26 09:00"),
        ("21:00", "09:00", "2026-11-26 03:00", "2026-11-26 09:00"),
        ("21:00", "09:00", "2026-11-26 09:00", "2026-11-26 09:00"),
        ("14:00", "16:00", "2026-11-26 15:59", "2026-11-26 16:00"),
        ("14:00", "14:00", "2026-11-26 14:00", "2026-11-26 14:00"),
    ],
)
def test_news_waits_until_morning(begins: str, ends: str, moment: str, expected: str) -> None:
    assert allowed_from(town(begins, ends), local(moment)) == local(expected)


def test_holidays_are_quiet_from_midnight_to_midnight() -> None:
    quiet = town("21:00", "09:00", "Europe/Madrid", date(2026, 12, 25), date(2026, 12, 26))
    assert allowed_from(quiet, local("2026-12-24 22:00")) == local("2026-12-27 09:00")
    assert allowed_from(quiet, local("2026-12-25 12:00")) == local("2026-12-27 09:00")
    assert not is_quiet(quiet, local("2026-12-27 12:00"))
    assert not is_quiet(replace(quiet, quiet=None), local("2026-12-25 12:00")), "a town that wants no quiet has none"


def test_a_town_without_any_says_everything_at_once() -> None:
    assert not any(is_quiet(a_town(), local(f"2026-11-25 {hour:02}:00")) for hour in range(24))


@pytest.mark.parametrize(
    ("zone", "ends", "expected"),
    [
        ("Europe/Madrid", "02:30", "2027-03-28T01:30:00+00:00"),
        ("Atlantic/Canary", "01:30", "2027-03-28T01:30:00+00:00"),
    ],
)
def test_a_morning_that_does_not_exist_is_the_one_after_it(zone: str, ends: str, expected: str) -> None:
    """Clocks jump from 2 to 3 (in the Canaries from 1 to 2) at 01:00 UTC."""
    quiet = town("21:00", ends, zone)
    assert allowed_from(quiet, datetime(2027, 3, 27, 23, tzinfo=UTC)).isoformat() == expected


def test_an_hour_that_comes_twice_is_quiet_twice() -> None:
    quiet = town("21:00", "02:30")
    assert allowed_from(quiet, datetime(2027, 10, 30, 23, tzinfo=UTC)) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert allowed_from(quiet, datetime(2027, 10, 31, 1, 5, tzinfo=UTC)) == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


@settings(deadline=None, max_examples=150)
@given(
    begins=st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
    ends=st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
    minutes=st.one_of(
        st.integers(0, 365 * 24 * 60),
        st.integers(86 * 24 * 60 - 600, 87 * 24 * 60),
        st.integers(303 * 24 * 60 - 600, 304 * 24 * 60),
    ),
    zone=st.sampled_from(["Europe/Madrid", "Atlantic/Canary"]),
)
def test_it_is_the_first_minute_that_is_not_quiet(begins: time, ends: time, minutes: int, zone: str) -> None:
    quiet = town(begins.isoformat(), ends.isoformat(), zone)
    moment = BEGIN + minutes * MINUTE
    allowed = allowed_from(quiet, moment)
    assert allowed >= moment
    assert not is_quiet(quiet, allowed)
    waited = (allowed - moment) // MINUTE
    assert all(
        is_quiet(quiet, moment + minute * MINUTE) for minute in {*range(0, waited, 7), waited - 1} if minute >= 0
    )


def test_the_clocks_are_the_towns() -> None:
    evening = datetime(2026, 7, 1, 19, 30, tzinfo=UTC)
    assert is_quiet(town(), evening)
    assert not is_quiet(town(zone="Atlantic/Canary"), evening)
