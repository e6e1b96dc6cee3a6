"""The hours in which somebody of the town is there, in its own time."""

from dataclasses import replace
from datetime import UTC, time, timedelta

from flows.participation.hours import attended_between, is_attended, next_opening
from tests.towns import a_town, local


def test_waiting_counts_the_hours_in_which_somebody_was_there() -> None:
    town = a_town()
    friday = local("2026-11-27 11:30").astimezone(UTC)
    assert attended_between(town, friday, local("2026-11-30 09:45").astimezone(UTC)) == timedelta(minutes=75)
    assert attended_between(town, friday, friday + timedelta(minutes=10)) == timedelta(minutes=10)
    assert attended_between(town, local("2026-11-28 10:00"), local("2026-11-29 10:00")) == timedelta()
    spring = replace(town, support=replace(town.support, weekdays=frozenset({6}), opens=time(0), closes=time(6)))
    day = local("2026-03-29 00:00").astimezone(UTC)
    assert attended_between(spring, day, day + timedelta(days=1)) == timedelta(hours=5)
    nobody = replace(town, support=replace(town.support, weekdays=frozenset()))
    assert (next_opening(nobody, friday), is_attended(nobody, friday)) == (None, False)
