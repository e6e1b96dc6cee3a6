"""The words that act at any question."""

from collections import Counter

import pytest

from flows.catalog import CHOOSE_TOWN, ENTERS, FLOWS, HOME, LINK, REFERENCE, WELCOME
from flows.keywords import WORDS, Command, command_in, command_list, is_reference, is_yes
from flows.reply import fold
from flows.text import NAMES


@pytest.mark.parametrize("language", sorted(NAMES))
def test_every_command_has_words_and_no_word_has_two(language: str) -> None:
    words = Counter(fold(word) for languages in WORDS.values() for word in languages[language])
    assert set(WORDS) == set(Command)
    assert all(WORDS[command][language] for command in Command)
    assert [word for word, times in words.items() if times > 1] == []


def test_a_word_means_the_same_in_every_language() -> None:
    meanings: dict[str, set[Command]] = {}
    for command, languages in WORDS.items():
        for words in languages.values():
            for word in words:
                meanings.setdefault(fold(word), set()).add(command)
    assert {word for word, commands in meanings.items() if len(commands) > 1} == set()


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("STOP", Command.STOP),
        ("Baixa", Command.STOP),
        ("baja.", Command.STOP),
        ("ALTA", Command.RESTART),
        ("menu", Command.MENU),
        ("MENÚ", Command.MENU),
        ("cancel·la", Command.CANCEL),
        ("CANCEL.LA", Command.CANCEL),
        ("Enrere!", Command.BACK),
        ("atras", Command.BACK),
        ("segueix", Command.MINE),
        ("unfollow", Command.MINE),
        ("M", Command.MORE),
        ("canvia de municipi", Command.CHANGE_TOWN),
        ("please stop the works", None),
        ("", None),
    ],
)
def test_a_keyword_is_the_whole_text(text: str, command: Command | None) -> None:
    assert command_in(text) is command


def test_everything_that_is_entered_by_name_exists() -> None:
    for entered in (HOME, WELCOME, CHOOSE_TOWN, LINK, REFERENCE, *ENTERS.values()):
        flow, _, step = entered.partition(".")
        assert step in FLOWS[flow].steps


@pytest.mark.parametrize("language", sorted(NAMES))
def test_listed_commands_are_keywords_that_a_channel_accepts(language: str) -> None:
    listed = command_list(language)
    assert 10 <= len(listed) <= 100
    for word, described in listed:
        assert word.isascii()
        assert word.isalpha()
        assert len(word) <= 32
        assert command_in(word) is not None
        assert 3 <= len(described) <= 256


@pytest.mark.parametrize("text", ["VIL-PROP-2026-11-0042", "vil-prop-2026-11-0042", " VIL-X. "])
def test_a_reference_is_known_by_its_prefix(text: str) -> None:
    assert is_reference(text, "VIL")


@pytest.mark.parametrize(
    "text", ["VILA-PROP-2026", "the VIL-PROP-2026-11-0042", "VIL", "Vil-la antiga: let us restore it"]
)
def test_other_words_are_no_reference(text: str) -> None:
    assert not is_reference(text, "VIL")


@pytest.mark.parametrize("text", ["Sí", "si", "YES", "d’acord", "vale"])
def test_a_yes_is_a_yes(text: str) -> None:
    assert is_yes(text)
    assert not is_yes(text + " però no")
