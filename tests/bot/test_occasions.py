"""When broadcasts run: every time of the town's clock once, on nights when it leaps or goes back as on any other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

import pytest

from bot.config.cron import cron
from bot.occasions import occasions
from flows.participation.broadcast import Schedule
from flows.participation.tenant import Town
from tests.towns import a_town

MADRID, CANARY = "Europe/Madrid", "Atlantic/Canary"


def town_in(zone: str) -> Town:
    return replace(a_town(), zone=ZoneInfo(zone))


def times(zone: str, cron: str, after: str, count: int) -> list[tuple[str, str]]:
    """As the town's clock shows them, and in UTC."""
    start = datetime.fromisoformat(after).replace(tzinfo=UTC)
    found = islice(occasions(town_in(zone), Schedule(cron=cron), start), count)
    return [(each.local_at, f"{each.at:%d %H:%M}") for each in found]


@pytest.mark.parametrize(
    ("zone", "after", "expected"),
    [
        # The clock leaps from 2 to 3 in Madrid, from 1 to 2 in the Canaries, at the same instant.
        (MADRID, "2027-03-27", [("2027-03-27T02:30", "27 01:30"), ("2027-03-28T02:30", "28 01:30")]),
        (CANARY, "2027-03-27", [("2027-03-27T02:30", "27 02:30"), ("2027-03-28T02:30", "28 01:30")]),
        # It goes back: 2:30 comes twice, and the first is meant.
        (MADRID, "2027-10-30", [("2027-10-30T02:30", "30 00:30"), ("2027-10-31T02:30", "31 00:30")]),
        (CANARY, "2027-10-30", [("2027-10-30T02:30", "30 01:30"), ("2027-10-31T02:30", "31 02:30")]),
    ],
)
def test_a_night_when_the_clock_changes_has_one_run(zone: str, after: str, expected: list[tuple[str, str]]) -> None:
    assert times(zone, "30 2 * * *", after, 2) == expected


@pytest.mark.parametrize("zone", [MADRID, CANARY, "UTC", "Asia/Kathmandu"])
def test_a_year_has_a_run_each_day_whatever_the_clock_does(zone: str) -> None:
    """At every hour; asked from any instant on, none is told twice and none is left out."""
    for hour in (0, 1, 2, 3, 23):
        town, schedule = town_in(zone), Schedule(cron=f"30 {hour} * * *")
        start, end = datetime(2027, 1, 1, 12, tzinfo=UTC), datetime(2028, 1, 1, 12, tzinfo=UTC)
        year = [*takewhile(lambda each: each.at < end, occasions(town, schedule, start))]  # noqa: B023
        assert len(year) == 365
        assert len({each.local_at for each in year}) == 365
        assert [each.at for each in year] == sorted(each.at for each in year)
        for day in (date for date in year if date.local_at[5:10] in ("03-28", "03-29", "10-31", "11-01")):
            assert next(occasions(town, schedule, day.at - timedelta(seconds=1))) == day
            assert next(occasions(town, schedule, day.at)).local_at > day.local_at


def test_the_last_days_of_months_and_a_leap_day() -> None:
    assert [at for at, _ in times(MADRID, "0 10 31 * *", "2027-01-01", 3)] == [
        "2027-01-31T10:00",
        "2027-03-31T10:00",
        "2027-05-31T10:00",
    ]
    assert [at for at, _ in times(MADRID, "0 10 last * *", "2028-01-15", 3)] == [
        "2028-01-31T10:00",
        "2028-02-29T10:00",
        "2028-03-31T10:00",
    ]
    assert times(MADRID, "0 10 29 2 *", "2027-01-01", 2) == [
        ("2028-02-29T10:00", "29 09:00"),
        ("2032-02-29T10:00", "29 09:00"),
    ]


def test_a_day_and_time_is_once() -> None:
    schedule, before = Schedule(at="2027-03-28T02:30"), datetime(2027, 3, 1, tzinfo=UTC)
    found = [*occasions(town_in(MADRID), schedule, before)]
    assert [(each.local_at, each.at) for each in found] == [
        ("2027-03-28T02:30", datetime(2027, 3, 28, 1, 30, tzinfo=UTC))
    ]
    assert [*occasions(town_in(MADRID), schedule, found[0].at)] == []


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("0 10 * *", "4 fields"),
        ("0 10 * * 1", "weekdays"),
        ("61 * * * *", "value"),
        ("0 10 * * someday", "Invalid weekday"),
    ],
)
def test_a_line_that_is_no_schedule_says_why(line: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        cron(line)


def test_weekdays_are_those_that_are_named() -> None:
    found = [at for at, _ in times(MADRID, "0 18 * * sun,mon", "2026-11-27", 3)]
    assert found == ["2026-11-29T18:00", "2026-11-30T18:00", "2026-12-06T18:00"]
