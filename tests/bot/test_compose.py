"""Files that were made in the turn travel in the outbox row itself, as long as they are small."""

import msgspec
import pytest

from bot.compose import MADE_AT_MOST, as_letter, compose
from bot.notices import channel_words
from bot.question import Said
from channels.email_look import MORE, STOP
from channels.message import Address, Inbound, Kind, Outbound
from flows.keywords import Command, command_in
from flows.step import File
from flows.text import NAMES

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


def test_a_letter_shows_what_was_understood_and_goes_on_with_its_thread() -> None:
    inbound = Inbound("vilanova", Address("email", "ana@example.org"), "1", Kind.TEXT, "més arbres", thread="[...]")
    letter = as_letter(compose(Said("D’acord?", hint="Escriu el número."), "ca", inbound), inbound)
    assert (letter.heard, letter.thread) == ("més arbres", "[...]")
    assert letter.words.choose == "Escriu el número."
    assert all((letter.words.marker, letter.words.heard, letter.words.stop))


@pytest.mark.parametrize("kind", [Kind.UNCLEAR, Kind.START])
def test_what_was_no_words_is_not_shown_as_such(kind: Kind) -> None:
    inbound = Inbound("vilanova", Address("email", "ana@example.org"), "1", kind, "expired")
    assert as_letter(Outbound("Massa tard.", language="ca"), inbound).heard == ""


def test_only_letters_carry_the_words_of_letters() -> None:
    assert b"marker" not in msgspec.json.encode(compose(Said("Hello"), "en", INBOUND))


@pytest.mark.parametrize("language", sorted(NAMES))
def test_the_links_of_a_letter_write_words_that_are_understood(language: str) -> None:
    assert (command_in(MORE), command_in(STOP)) == (Command.MORE, Command.STOP)
    assert "STOP" not in channel_words(language, is_slow=True).stop or language == "en"
