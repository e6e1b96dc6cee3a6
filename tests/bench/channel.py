"""What a channel takes of a message: to read it, to draw its answer; what SMS takes to count, and Twilio's door.

Each is timed alone, in this process. The reference of the door is a handler as Twilio's pages show it: the form read
by the standard library, the library's validator, and the fields it needs.
"""

import time
from collections.abc import Callable
from functools import partial
from statistics import median
from urllib.parse import parse_qsl

from multidict import MultiDict
from twilio.request_validator import RequestValidator

from channels.channel import Request
from channels.message import Address, Choice, Inbound, Kind, Outbound, Words
from channels.segments import measure
from channels.twilio import HEADER
from tests.bench.rows import Row, ratio
from tests.bench.survey import OPTIONS, QUESTIONS
from tests.channels.trials import SECRET, TRIALS, Trial, payload_files, request_of

_TRIES = 7
_READ, _MAIL_READ, _DRAWN = 500.0, 5_000.0, 500.0
"""Microseconds of a core that a message may take; a mail is read part by part, and its quotes are found."""
_COUNTED = 50_000.0
"""Segments a second."""
_PLAIN = ("text", "new_mail")
"""A plain message, among the payloads of a channel."""
_LONGEST = "La plaça necessita més ombra, bancs i aigua: què hi faries tu, i on? " * 8


async def run(rounds: int, seconds: float) -> list[Row]:
    """Every channel of the contract tests, on its own payloads."""
    rows: list[Row] = []
    for name, trial in TRIALS.items():
        most = _MAIL_READ if name == "email" else _READ
        rows.append(_at_most(f"{name}: read a message", _reading(name, trial), rounds, seconds, most))
        rows.append(_at_most(f"{name}: draw an answer", partial(_draw, trial), rounds, seconds, _DRAWN))
    segments = measure(_LONGEST).segments
    counted = [segments / _seconds_of(lambda: measure(_LONGEST), seconds) for _ in range(rounds)]
    rows.append(Row("segments counted", median(counted), "a second", at_least=_COUNTED, rounds=tuple(counted)))
    return [*rows, _door(rounds, seconds)]


def _reading(name: str, trial: Trial) -> Callable[[], object]:
    request = next(request_of(path) for path in payload_files() if path.parent.name == name and path.stem in _PLAIN)
    return lambda: trial.channel.parse(request)


def _draw(trial: Trial) -> object:
    choices = tuple(Choice(number, label, f"k0.{number}") for number, label in enumerate(OPTIONS, 1))
    words = Words(choose="Respon amb el número.", part="({part}/{parts})")
    return trial.channel.render(Outbound(QUESTIONS[0], choices=choices, words=words))


def _door(rounds: int, seconds: float) -> Row:
    path = next(path for path in payload_files() if (path.parent.name, path.stem) == ("sms", "text"))
    request, channel = request_of(path), TRIALS["sms"].channel
    validator = RequestValidator(SECRET)

    def theirs() -> object:
        return _as_shown(validator, request)

    assert list(channel.parse(request)) == [theirs()]
    ours, reference = [], []
    for _ in range(rounds):
        ours.append(1 / _seconds_of(lambda: channel.parse(request), seconds))
        reference.append(1 / _seconds_of(theirs, seconds))
    return ratio("Twilio's webhook read / with the library's validator", "a second", ours, reference, at_least=1.5)


def _as_shown(validator: RequestValidator, request: Request) -> Inbound:
    form = MultiDict(parse_qsl(request.body.decode(), keep_blank_values=True))
    assert validator.validate(f"https://example.org{request.url}", form, request.headers[HEADER])
    address = Address("sms", form["From"])
    return Inbound("vilanova", address, form["MessageSid"], Kind.TEXT, form.get("Body", ""))


def _at_most(name: str, call: Callable[[], object], rounds: int, seconds: float, most: float) -> Row:
    took = tuple(1e6 * _seconds_of(call, seconds) for _ in range(rounds))
    return Row(name, median(took), "µs", at_most=most, rounds=took)


def _seconds_of(call: Callable[[], object], seconds: float) -> float:
    """What one call takes: the best of several runs, which a busy machine disturbs least."""
    begun = time.perf_counter()
    call()
    count = max(1, int(seconds / 50 / _TRIES / max(time.perf_counter() - begun, 1e-6)))
    best = float("inf")
    for _ in range(_TRIES):
        begun = time.perf_counter()
        for _ in range(count):
            call()
        best = min(best, (time.perf_counter() - begun) / count)
    return best
