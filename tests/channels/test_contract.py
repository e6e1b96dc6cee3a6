"""What every channel keeps to: these tests run over each of them."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import json, structs

from channels.catalog import CHANNELS
from channels.channel import Forged, Ignored, Request, Unreadable
from channels.message import NO_NUMBER, Address, Choice, Enclosed, Inbound, Outbound
from tests.channels.outbounds import outbounds
from tests.channels.trials import PAYLOADS, SECRET, TRIALS, Trial, every_channel, payload, payload_files, request_of

UNREADABLE = {
    "nothing": b"",
    "no JSON": b"hola",
    "a number": b"7",
    "a list": b"[]",
    "an empty object": b"{}",
    "cut short": b'{"update_id": 1, "message": {"mess',
    "not UTF-8": b'{"update_id": 1, "from": "\xff", "id": "\xff", "text": "\xff", "message": {"text": "\xff"}}',
    "NaN": b'{"update_id": NaN, "id": NaN}',
    "infinity": b'{"update_id": 1e999, "id": 1e999}',
    "an id beyond 63 bits": b'{"update_id": 9223372036854775808, "id": 9223372036854775808}',
    "an id with a fraction": b'{"update_id": 1.5, "id": 1.5}',
    "an id of a thousand digits": b'{"update_id": ' + b"9" * 1000 + b', "id": 1}',
    "deeply nested": b'{"update_id": 1, "message": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deeply nested objects": b'{"x": ' * 100_000 + b"1" + b"}" * 100_000,
    "of wrong types": b'{"update_id": "1", "from": 1, "id": [], "text": {}, "message": 7}',
    "null everywhere": b'{"update_id": null, "from": null, "id": null, "text": null}',
    "oversized": b'{"update_id": 1, "from": "a", "id": "1", "text": "' + b"a" * (1 << 21) + b'"}',
}


def test_every_channel_is_in_the_catalogue_and_on_trial() -> None:
    assert {name: type(trial.channel) for name, trial in TRIALS.items()} == CHANNELS


@pytest.mark.parametrize("path", payload_files(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_payload_is_heard_as_its_file_says(path: Path) -> None:
    trial = TRIALS[path.parent.name]
    expected, _ = payload(path)
    heard = trial.channel.parse(request_of(path))
    if expected is None:
        assert list(heard) == []
        return
    (one,) = heard
    assert one.account == "vilanova"
    if isinstance(one, Inbound):
        assert one.address == Address(path.parent.name, expected.pop("address", trial.address))
        assert one.id
    else:
        assert type(one).__name__ == expected.pop("as")
    assert {name: json.decode(json.encode(getattr(one, name))) for name in expected} == expected


@every_channel
def test_the_same_payload_is_the_same_message(trial: Trial) -> None:
    for path in (PAYLOADS / trial.channel.name).iterdir():
        request = request_of(path)
        assert repr(trial.channel.parse(request)) == repr(trial.channel.parse(request))


@every_channel
@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", SECRET[:-1], SECRET.upper(), "sécret", "\ud800", "\x00"])
def test_a_wrong_secret_is_forged(trial: Trial, secret: str) -> None:
    with pytest.raises(Forged):
        trial.channel.parse(trial.request(b"{}", secret))


@every_channel
def test_no_secret_is_forged(trial: Trial) -> None:
    with pytest.raises(Forged):
        trial.channel.parse(Request({}, b"{}"))


@every_channel
@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_unreadable(trial: Trial, body: bytes) -> None:
    if trial.reads_anything:
        assert [type(heard) for heard in trial.channel.parse(trial.request(body))] == [Ignored]
        return
    with pytest.raises(Unreadable):
        trial.channel.parse(trial.request(body))


@every_channel
@settings(max_examples=150, deadline=None)
@given(body=st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_read_or_unreadable(trial: Trial, body: bytes) -> None:
    try:
        trial.channel.parse(trial.request(body))
    except Unreadable:
        return


@every_channel
@settings(max_examples=150, deadline=None)
@given(outbound=outbounds())
def test_whatever_is_said_fits_the_channel_and_loses_nothing(trial: Trial, outbound: Outbound) -> None:
    parts = trial.channel.render(outbound)
    _check_nothing_is_lost(trial, outbound, parts)
    assert all(part for part in parts)
    if parts and outbound.choices:
        assert {choice.payload for choice in outbound.choices} <= trial.choices_of(parts, outbound)


def _check_nothing_is_lost(trial: Trial, outbound: Outbound, parts: Sequence[object]) -> str:
    seen = _skeleton("".join("".join(trial.check_part(part) for part in parts).split()))
    said = _skeleton(trial.written(outbound.title) + trial.written(outbound.text))
    assert [word for word in said.split() if word.isprintable() and word not in seen] == []
    return seen


def _skeleton(text: str) -> str:
    """Letters without what is composed, cut or seen in another way beside other words."""
    text = unicodedata.normalize("NFD", text.replace("\x00", "").replace("·", "-").replace("∙", "-"))
    return "".join(each for each in text if unicodedata.category(each) != "Cf")


@every_channel
@settings(max_examples=60, deadline=None)
@given(outbound=outbounds(), count=st.integers(1, 3))
def test_files_go_with_whatever_is_said_and_the_choices_stand_last(
    trial: Trial, outbound: Outbound, count: int
) -> None:
    files = tuple(Enclosed(f"X-1-{number}.jpg", "image/jpeg", b"bytes") for number in range(count))
    parts = trial.channel.render(structs.replace(outbound, files=files))
    seen = _check_nothing_is_lost(trial, outbound, parts)
    if trial.files_of is None:
        assert all(file.name in seen for file in files)
    else:
        assert [file for part in parts for file in trial.files_of(part)] == list(files)
    if outbound.choices:
        assert {choice.payload for choice in outbound.choices} <= trial.choices_of(parts, outbound)


@every_channel
def test_a_choice_that_is_only_a_button_has_no_number(trial: Trial) -> None:
    outbound = Outbound("Escriu X-1 per llegir-ho.", choices=(Choice(NO_NUMBER, "Llegir-ho", "@code"),))
    (part,) = trial.channel.render(outbound)
    assert "-1" not in trial.check_part(part).replace("X-1", "")
    assert trial.choices_of([part], outbound) == ({"@code"} if trial.channel.limits.buttons else set())


@every_channel
def test_a_question_shows_its_words_and_its_choices(trial: Trial) -> None:
    outbound = Outbound("Hi estàs d’acord?", title="Vilanova", choices=(Choice(1, "Sí", "a.1"), Choice(2, "No", "a.2")))
    (part,) = trial.channel.render(outbound)
    assert trial.check_part(part).startswith(trial.written("Vilanova\n\nHi estàs d’acord?"))
    assert trial.choices_of([part], outbound) == {"a.1", "a.2"}
