from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email_tokens import LONGEST_LOCAL, VALID_DAYS, Leaving, Purpose, Token, Tokens
from channels.message import Address, name_of

ADDRESS = "participa@vilanova.example.org"
TOKENS = Tokens(b"k" * 32, ADDRESS)
TODAY = date(2026, 5, 4)
LAST = TODAY + timedelta(VALID_DAYS)
NAME = name_of("vilanova", 1_830_000_000_000_000_007, 1)
SOMEWHERE = "?.1830000000000000007.1"


def changes(text: str, alphabet: str = "abcdefghijklmnopqrstuvwxyz234567") -> list[str]:
    """The text with each of its characters replaced by the next one of the alphabet, one at a time."""
    return [
        text[:place] + alphabet[(alphabet.index(letter) + 1) % len(alphabet)] + text[place + 1 :]
        for place, letter in enumerate(text)
        if letter in alphabet
    ]


def test_what_is_sent_out_comes_back_with_its_purpose() -> None:
    answer, bounce = TOKENS.answer_address(NAME, LAST), TOKENS.bounce_address(NAME, LAST)
    assert TOKENS.of_address(answer, TODAY) == Token(Purpose.ANSWER, SOMEWHERE)
    assert TOKENS.of_address(bounce, TODAY) == Token(Purpose.BOUNCE, SOMEWHERE)
    assert TOKENS.of_message_id(TOKENS.message_id(NAME, LAST), TODAY) == Token(Purpose.MESSAGE, NAME)


@given(message=st.integers(0, 2**63 - 1), part=st.integers(0, 255), days=st.integers(0, 2000))
def test_any_name_and_day_fit(message: int, part: int, days: int) -> None:
    name, last = name_of("vilanova", message, part), TODAY + timedelta(days)
    address = TOKENS.answer_address(name, last)
    assert TOKENS.of_address(address, last) == Token(Purpose.ANSWER, name_of("?", message, part))
    assert TOKENS.of_message_id(TOKENS.message_id(name, last), last) == Token(Purpose.MESSAGE, name)


def test_the_longest_local_part_still_fits_and_a_longer_one_is_refused() -> None:
    address = Tokens(b"k" * 32, "a" * LONGEST_LOCAL + "@example.org").answer_address(NAME, LAST)
    assert len(address.partition("@")[0]) == 64
    with pytest.raises(ValueError, match="no room"):
        Tokens(b"k" * 32, "a" * (LONGEST_LOCAL + 1) + "@example.org")


def test_letter_case_means_nothing_since_mail_servers_change_it() -> None:
    answer, message_id = TOKENS.answer_address(NAME, LAST), TOKENS.message_id(NAME, LAST)
    assert TOKENS.of_address(answer.upper(), TODAY) == TOKENS.of_address(answer, TODAY)
    assert TOKENS.of_message_id(f" {message_id.upper()} ", TODAY) == Token(Purpose.MESSAGE, NAME)


def test_a_token_lives_to_the_end_of_its_last_day() -> None:
    answer, message_id = TOKENS.answer_address(NAME, LAST), TOKENS.message_id(NAME, LAST)
    for day, is_expired in ((LAST, False), (LAST + timedelta(1), True)):
        assert TOKENS.of_address(answer, day) == Token(Purpose.ANSWER, SOMEWHERE, is_expired)
        assert TOKENS.of_message_id(message_id, day) == Token(Purpose.MESSAGE, NAME, is_expired)


def test_no_character_can_be_changed() -> None:
    local, _, domain = TOKENS.answer_address(NAME, LAST).partition("@")
    plain, _, tag = local.partition("+")
    forged = [f"{plain}+{changed}@{domain}" for changed in changes(tag[:-1])]
    assert [address for address in forged if TOKENS.of_address(address, TODAY)] == []
    name, _, rest = TOKENS.message_id(NAME, LAST).strip("<>").partition("@")
    forged = [f"<{changed}@{rest}>" for changed in changes(name[:-1])]
    assert [message_id for message_id in forged if TOKENS.of_message_id(message_id, TODAY)] == []


def test_an_answer_is_never_taken_for_a_bounce_nor_the_other_way() -> None:
    answer, bounce = TOKENS.answer_address(NAME, LAST), TOKENS.bounce_address(NAME, LAST)
    assert TOKENS.of_address(answer.replace("+a", "+b"), TODAY) is None
    assert TOKENS.of_address(bounce.replace("+b", "+a"), TODAY) is None


def test_another_accounts_token_opens_nothing() -> None:
    other = Tokens(b"o" * 32, ADDRESS)
    assert other.of_address(TOKENS.answer_address(NAME, LAST), TODAY) is None
    assert other.of_message_id(TOKENS.message_id(NAME, LAST), TODAY) is None
    assert other.of_stop(TOKENS.stop("marta@example.org", "ca")) is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        ADDRESS,
        "participa+@example.org",
        "participa+hola@example.org",
        "participa+a" + "a" * 37 + "@x",
        "+\ud800",
    ],
)
def test_an_address_without_a_token_says_nothing(address: str) -> None:
    assert TOKENS.of_address(address, TODAY) is None


@pytest.mark.parametrize("message_id", ["", "<>", "<abc@example.org>", "<vilanova.1.0@example.org>", "\ud800"])
def test_a_foreign_message_id_says_nothing(message_id: str) -> None:
    assert TOKENS.of_message_id(message_id, TODAY) is None


def test_the_root_of_a_thread_is_stable_says_nothing_of_the_person_and_proves_nothing() -> None:
    root = TOKENS.root_id("vilanova", "marta@example.org")
    assert root == TOKENS.root_id("vilanova", "marta@example.org")
    assert root != TOKENS.root_id("el-roure", "marta@example.org")
    assert root != TOKENS.root_id("vilanova", "pere@example.org")
    assert "marta" not in root
    assert TOKENS.of_message_id(root, TODAY) is None


def test_a_link_to_stop_carries_the_address_sealed() -> None:
    token = TOKENS.stop("Àngels@example.org", "ca")
    assert TOKENS.of_stop(token) == Leaving(Address("email", "Àngels@example.org"), "ca")
    assert "ngels" not in token


@pytest.mark.parametrize("token", ["", "x", "a" * 40, "é" * 40, "a" * 2000, "../" * 20, "\ud800" * 30])
def test_a_forged_link_to_stop_opens_nothing(token: str) -> None:
    assert TOKENS.of_stop(token) is None


def test_no_character_of_a_link_to_stop_can_be_changed() -> None:
    token = TOKENS.stop("marta@example.org", "ca")
    alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
    assert [changed for changed in changes(token[:-1], alphabet) if TOKENS.of_stop(changed)] == []
