"""What no single mail shows: ids, what is kept, and bytes that are no mail at all."""

import email
import os
import random
from email import policy
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.channel import Heard, Ignored, Unread
from channels.email_headers import mailbox, words
from channels.email_mime import leaves_of
from channels.email_reading import TRIMMED
from channels.message import Inbound, Kind, Receipt, Unclear
from tests.channels.mailbag import HEAD, PLAIN, hear, mails, raw, said

COUNT = 200_000 if os.environ.get("SOAK") else 300
ODD = ("bad-base64", "bad-base64-file", "boundary-never-closed")
BODIES = [raw(path) for path, _ in mails()]


def test_a_mail_that_was_cut_is_too_large() -> None:
    heard = hear(HEAD + b"\r\n", {"x-cut": "1", "x-mail-from": "anna@example.org"})
    assert [each.text for each in heard if isinstance(each, Inbound)] == [Unclear.TOO_LARGE]


def test_the_id_is_the_same_however_the_mail_came() -> None:
    once = said(HEAD + b"\r\nhola")
    assert said(b"Received: by another\r\nDelivered-To: x@example.org\r\n" + HEAD + b"\r\nhola").id == once.id
    assert len(once.id) <= 200


@pytest.mark.parametrize(
    "other", [HEAD + b"\r\nadeu", HEAD + b"Date: today\r\n\r\nhola", HEAD.replace(b"<1@", b"<2@") + b"\r\nhola"]
)
def test_another_mail_has_another_id(other: bytes) -> None:
    assert said(other).id != said(HEAD + b"\r\nhola").id


def test_what_was_trimmed_is_kept_whole() -> None:
    own, rest = hear(HEAD + PLAIN + "Sí\r\n\r\nEl 24/11/26 a les 10:12, Vilanova va escriure:\r\n> Vols?\r\n".encode())
    assert isinstance(own, Inbound)
    assert own.text == "Sí"
    assert isinstance(rest, Unread)
    assert (rest.reason, rest.body.decode()) == (TRIMMED, "El 24/11/26 a les 10:12, Vilanova va escriure:\n> Vols?")


def test_words_under_a_subject_that_says_stop_are_kept() -> None:
    own, rest = hear(HEAD.replace(b"Subject: x", b"Subject: STOP") + PLAIN + b"Gracies per tot\r\n")
    assert isinstance(own, Inbound)
    assert isinstance(rest, Unread)
    assert (own.text, rest.body) == ("STOP", b"Gracies per tot")


def test_more_words_than_anybody_writes_go_on_in_what_was_trimmed() -> None:
    own, rest = hear(HEAD + PLAIN + b"a " * 15_000)
    assert isinstance(own, Inbound)
    assert isinstance(rest, Unread)
    assert (len(own.text), len(rest.body)) == (20_000, 9_999)


def test_parts_are_those_that_the_standard_library_finds() -> None:
    for path, _ in mails():
        body = raw(path)
        expected = [
            part.get_payload(decode=True)
            for part in email.message_from_bytes(body, policy=policy.compat32).walk()
            if not part.is_multipart()
        ]
        if any(leaf.media_type.startswith("message/") for leaf in leaves_of(body)) or path.stem in ODD:
            continue
        assert [leaf.data(leaf.stop) for leaf in leaves_of(body)] == expected, path.stem


@pytest.mark.parametrize(
    ("raw_from", "address"),
    [
        ("Anna <a@example.org>", "a@example.org"),
        ('"Puig, Anna" <A@Example.org>', "a@example.org"),
        ("a@example.org (b@example.org)", "a@example.org"),
        ("a@example.org, b@example.org", ""),
        ("<a@example.org> <b@example.org>", ""),
        ("a@example.org, Berta <b@example.org>", ""),
        ("Pere <pere@càntir.example.org>", "pere@xn--cntir-rqa.example.org"),
        ("a@localhost", ""),
        ("a b@example.org", ""),
        ("a@-x.org", ""),
        ("", ""),
    ],
)
def test_from_names_one_address_or_none(raw_from: str, address: str) -> None:
    assert mailbox(raw_from) == address


def test_an_encoded_letter_may_begin_in_one_word_and_end_in_the_next() -> None:
    assert words("=?utf-8?b?w6lp?= =?utf-8?b?w6k=?= =?utf-8?q?_=C3?=\r\n =?utf-8?q?=A9?=") == "éié é"


@settings(max_examples=COUNT, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(
    st.binary(max_size=3000), st.dictionaries(st.sampled_from(["x-rcpt", "x-mail-from", "x-cut"]), st.text(max_size=30))
)
def test_any_bytes_are_heard_as_something(body: bytes, envelope: dict[str, str]) -> None:
    _check(hear(body, envelope))


def test_broken_mails_are_heard_as_something() -> None:
    chance = random.Random(24)
    for _ in range(COUNT):
        _check(hear(_broken(chance, chance.choice(BODIES))))


def _broken(chance: random.Random, body: bytes) -> bytes:
    other = bytearray(body)
    for _ in range(chance.randint(1, 20)):
        at = chance.randrange(len(other))
        match chance.randrange(4):
            case 0:
                other[at] = chance.randrange(256)
            case 1:
                del other[at : at + chance.randrange(80)]
            case 2:
                other[at:at] = chance.choice(
                    [b"\r\n\r\n", b"--", b"=?x?b?", b"\x00", b"\xff\xfe", b"<div>", b'"', b"(", b";"]
                )
            case 3:
                other[at:at] = other[chance.randrange(len(other)) :][: chance.randrange(200)]
        other = other or bytearray(b"\n")
    return bytes(other)


def _check(heard: list[Heard]) -> None:
    first = heard[0]
    assert isinstance(first, Inbound | Ignored | Receipt)
    assert all(isinstance(each, Unread) for each in islice(heard, 1, None))
    if isinstance(first, Inbound):
        told = first.text + first.thread + first.language + "".join(file.name + file.media_type for file in first.files)
        assert b"\x00" not in told.encode()
        assert first.kind in (Kind.TEXT, Kind.MEDIA, Kind.UNCLEAR)
        assert first.text or first.files
        assert "@" in first.address.id
