"""Files that were made in the turn travel in the outbox row itself, as long as they are small."""

import msgspec
import pytest

from bot.compose import MADE_AT_MOST, compose
from bot.question import Said
from channels.message import Address, Inbound, Kind, Outbound
from flows.step import File

INBOUND = Inbound("vilanova", Address("console", "1"), "1", Kind.TEXT)


def test_a_made_file_survives_the_outbox() -> None:
    data = bytes(range(256)) * 1024
    composed = compose(Said("Here:", files=(File("my-data.json", "application/json", data),)), "en", INBOUND)
    assert msgspec.json.decode(msgspec.json.encode(composed), type=Outbound) == composed
    assert composed.files[0].data == data


def test_a_made_file_that_is_too_large_is_a_bug() -> None:
    halves = tuple(File(name, "text/calendar", b"x" * (MADE_AT_MOST // 2 + 1)) for name in ("a.ics", "b.ics"))
    with pytest.raises(ValueError, match="too many"):
        compose(Said("Here:", files=halves), "en", INBOUND)


def test_a_message_without_files_says_nothing_of_them() -> None:
    assert b"files" not in msgspec.json.encode(compose(Said("Hello"), "en", INBOUND))
