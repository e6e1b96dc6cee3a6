"""How fast and how stubbornly an account sends; time is the test's own where only time matters."""

import asyncio
import time

from bot.breaker import Breaker, Phase
from bot.pace import Pace


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_breaker_opens_after_five_failures_in_a_row() -> None:
    breaker = Breaker(Clock())
    for _ in range(4):
        breaker.failed()
    breaker.succeeded()
    for _ in range(4):
        breaker.failed()
    assert breaker.lets_pass()
    breaker.failed()
    assert not breaker.lets_pass()
    assert breaker.rests_for == 2.0


def test_an_open_breaker_tries_with_one_message_and_closes_when_it_is_taken() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(5):
        breaker.failed()
    clock.now += 2
    assert [breaker.lets_pass() for _ in range(3)] == [True, False, False]
    breaker.succeeded()
    assert breaker.phase is Phase.CLOSED
    assert all(breaker.lets_pass() for _ in range(3))


def test_a_failed_trial_doubles_the_rest_up_to_five_minutes() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(5):
        breaker.failed()
    rests = []
    for _ in range(10):
        clock.now += breaker.rests_for
        assert breaker.lets_pass()
        breaker.failed()
        rests.append(breaker.rests_for)
    assert rests == [4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


def test_a_trial_whose_outcome_never_came_does_not_close_the_lane_for_ever() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(5):
        breaker.failed()
    clock.now += 2
    assert breaker.lets_pass()
    clock.now += 60
    assert breaker.lets_pass()


async def test_never_more_than_the_rate_in_any_second() -> None:
    pace = Pace(20)
    sent: list[float] = []

    async def send(is_reply: bool) -> None:
        await (pace.take_for_reply() if is_reply else pace.take_for_bulk())
        sent.append(time.monotonic())

    await asyncio.gather(*(send(number % 3 > 0) for number in range(55)))
    sent.sort()
    assert all(later - earlier >= 1.0 for earlier, later in zip(sent, sent[20:], strict=False))
    assert sent[-1] - sent[0] < 3.5


async def test_bulk_leaves_room_for_replies() -> None:
    pace = Pace(10)
    bulk = [asyncio.create_task(pace.take_for_bulk()) for _ in range(30)]
    await asyncio.sleep(0.05)
    began = time.monotonic()
    await pace.take_for_reply()
    await pace.take_for_reply()
    assert time.monotonic() - began < 0.1
    for task in bulk:
        task.cancel()


async def test_a_rate_below_one_a_second_is_kept() -> None:
    clock = Clock()
    pace = Pace(0.5, clock)
    await pace.take_for_reply()
    waiting = asyncio.create_task(pace.take_for_reply())
    await asyncio.sleep(0.05)
    assert not waiting.done()
    waiting.cancel()
