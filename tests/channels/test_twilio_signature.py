"""Our check of a signature says what Twilio's own library says, on any form and address."""

import os
from urllib.parse import parse_qsl, quote_plus, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from channels.channel import Forged, Request, Unreadable
from channels.twilio import HEADER, Doorkeeper, TwilioSettings, fields_of
from tests.channels.trials import ACCOUNT_SID
from tests.fakes.twilio_signature import signature

EXAMPLES = 20_000 if os.environ.get("SOAK") else 200
TOKEN, SECOND = "0123456789abcdef0123456789abcdef", "second-token"

_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_names = st.one_of(_text, st.sampled_from(["Body", "From", "A", "AB", "BodyFrom", ""]))
_forms = st.lists(st.tuples(_names, _text), max_size=8)
_origins = st.sampled_from(
    [
        "https://example.org",
        "https://example.org:443",
        "https://example.org:8443",
        "http://example.org:80",
        "http://example.org",
        "https://example.org/bot",
        "https://bücher.example.org",
    ]
)
_paths = st.sampled_from(["/twilio/vilanova/sms", "/twilio/v/status/sms.v.1.0", "/twilio/v/sms?a=1&b=2", "/a;b"])


def door(origin: str, second: str = "") -> Doorkeeper:
    return Doorkeeper(
        TwilioSettings(account="v", account_sid=ACCOUNT_SID, token=TOKEN, second_token=second, public_url=origin)
    )


def is_let_in(keeper: Doorkeeper, request: Request) -> bool:
    try:
        keeper.read(request)
    except Forged:
        return False
    except Unreadable:
        pass
    return True


def is_valid(url: str, body: bytes, shown: str) -> bool:
    """What a handler says that hands the library what it read."""
    fields = MultiDict(parse_qsl(body.decode(), keep_blank_values=True))
    return bool(RequestValidator(TOKEN).validate(url, fields, shown))


@settings(max_examples=EXAMPLES, deadline=None)
@given(form=_forms, origin=_origins, path=_paths, signs=_origins, token=st.sampled_from([TOKEN, "wrong"]))
@example([("A", "BC"), ("AB", "C")], "https://example.org", "/a", "https://example.org:443", TOKEN)
@example([("A", "1"), ("A", "1"), ("A", "")], "http://example.org", "/a", "http://example.org:80", TOKEN)
def test_it_agrees_with_the_library(
    form: list[tuple[str, str]], origin: str, path: str, signs: str, token: str
) -> None:
    body = urlencode(form).encode()
    shown = signature(token, signs + path, body)
    request = Request({HEADER: shown}, body, path)
    assert is_let_in(door(origin), request) is is_valid(origin + path, body, shown)


@settings(max_examples=EXAMPLES, deadline=None)
@given(form=_forms, other=_forms)
def test_it_agrees_on_the_signature_of_another_form(form: list[tuple[str, str]], other: list[tuple[str, str]]) -> None:
    body = urlencode(form).encode()
    shown = signature(TOKEN, "https://example.org/a", urlencode(other).encode())
    request = Request({HEADER: shown}, body, "/a")
    assert is_let_in(door("https://example.org"), request) is is_valid("https://example.org/a", body, shown)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.text("ab=&+%2éA\x00\ud7ff ", max_size=12), max_size=8).map("&".join))
def test_a_form_is_read_as_the_standard_library_reads_it(body: str) -> None:
    assert fields_of(body.encode()) == parse_qsl(body, keep_blank_values=True)


def test_the_second_token_opens_as_well_while_the_first_is_being_changed() -> None:
    body = urlencode({"AccountSid": ACCOUNT_SID}).encode()
    request = Request({HEADER: signature(SECOND, "https://example.org/a", body)}, body, "/a")
    assert is_let_in(door("https://example.org", SECOND), request)
    assert not is_let_in(door("https://example.org"), request)


def test_without_a_public_address_nobody_is_let_in() -> None:
    body = urlencode({"AccountSid": ACCOUNT_SID}).encode()
    for signs in ("", "https://example.org", "http://127.0.0.1"):
        request = Request({HEADER: signature(TOKEN, f"{signs}/a", body)}, body, "/a")
        assert not door("").admits(request.headers)
        assert not is_let_in(door(""), request)


@pytest.mark.parametrize("shown", ["", "x" * 28, "é" * 28, "\ud800" * 28, "\x00" * 28, "A" * 27 + "=", "=" * 28])
def test_what_is_no_signature_is_refused(shown: str) -> None:
    assert not is_let_in(door("https://example.org"), Request({HEADER: shown}, b"AccountSid=x", "/a"))


def test_a_signature_of_another_address_host_or_scheme_is_refused() -> None:
    body = urlencode({"AccountSid": ACCOUNT_SID}).encode()
    keeper = door("https://example.org")
    for url in (
        "http://example.org/a",
        "https://example.org/b",
        "https://example.org:8443/a",
        "https://other.example.org/a",
    ):
        assert not is_let_in(keeper, Request({HEADER: signature(TOKEN, url, body)}, body, "/a"))
    assert is_let_in(keeper, Request({HEADER: signature(TOKEN, "https://example.org/a", body)}, body, "/a"))


def test_a_form_of_countless_fields_is_not_even_summed() -> None:
    body = "&".join(f"a{number}=1" for number in range(1001)).encode()
    request = Request({HEADER: signature(TOKEN, "https://example.org/a", body)}, body, "/a")
    assert not is_let_in(door("https://example.org"), request)


@pytest.mark.parametrize(
    "form",
    [{"AccountSid": "AC" + "1" * 32}, {}, {"AccountSid": ACCOUNT_SID, "Body": "x" * (256 * 1024)}],
    ids=["of another account", "of no account", "too large"],
)
def test_what_is_signed_but_not_ours_is_not_read(form: dict[str, str]) -> None:
    body = urlencode(form).encode()
    request = Request({HEADER: signature(TOKEN, "https://example.org/a", body)}, body, "/a")
    with pytest.raises(Unreadable):
        door("https://example.org").read(request)


def test_of_a_repeated_field_the_first_counts_and_all_are_signed() -> None:
    body = f"AccountSid={ACCOUNT_SID}&Body=one&Body=two&Other={quote_plus('é +')}".encode()
    request = Request({HEADER: signature(TOKEN, "https://example.org/a", body)}, body, "/a")
    form = door("https://example.org").read(request)
    assert (form["Body"], form["Other"]) == ("one", "é +")


def test_no_token_is_shown() -> None:
    kept = TwilioSettings(account="v", account_sid=ACCOUNT_SID, token=TOKEN, second_token=SECOND)
    assert TOKEN not in repr(kept)
    assert SECOND not in repr(kept)
