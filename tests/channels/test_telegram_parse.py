import json

import pytest

from channels.channel import Forged, Unreadable
from channels.connections import Connections
from channels.message import Inbound, Kind
from channels.telegram import Telegram, TelegramSettings
from channels.telegram_payloads import read_batch
from tests.channels.trials import TRIALS


def body(text: str) -> bytes:
    """A message whose text is this piece of JSON."""
    chat = '{"id": 34600000001, "type": "private"}'
    return f'{{"update_id": 1, "message": {{"message_id": 2, "chat": {chat}, "text": {text}}}}}'.encode()


def heard(text: str) -> Inbound:
    trial = TRIALS["telegram"]
    (inbound,) = trial.channel.parse(trial.request(body(text)))
    assert isinstance(inbound, Inbound)
    return inbound


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r'"\ud83d\ude00"', "😀"),
        (r'"a\ud83db"', "a\ufffdb"),
        (r'"\ude00\ud83d"', "\ufffd\ufffd"),
        (r'"\uD83D\ud83d\ude00"', "\ufffd😀"),
        (r'"\\ud83d"', r"\ud83d"),
        (r'"\\\ud83d"', "\\\ufffd"),
        (r'"\u0000a\u0000"', "a"),
        ('"e\\u0301\\u200d\\u202e"', "e\u0301\u200d\u202e"),
        ('"  \\n hola "', "  \n hola "),
        (json.dumps("x" * 5000), "x" * 5000),
    ],
)
def test_text_is_kept_as_sent_except_what_cannot_be_stored(written: str, read: str) -> None:
    assert heard(written).text == read


@pytest.mark.parametrize(
    ("written", "kind", "text"),
    [
        ("/start", Kind.START, ""),
        ("/start@vilanova_bot abc-p12", Kind.START, "abc-p12"),
        ("/start   abc  ", Kind.START, "abc"),
        ("/started", Kind.TEXT, "started"),
        ("/menú", Kind.TEXT, "menú"),
        ("/2", Kind.TEXT, "2"),
        ("/", Kind.TEXT, "/"),
        ("//menu", Kind.TEXT, "//menu"),
        ("1/2", Kind.TEXT, "1/2"),
        ("/etc és una carpeta", Kind.TEXT, "/etc és una carpeta"),
        (" /menu", Kind.TEXT, " /menu"),
    ],
)
def test_a_command_is_its_bare_word(written: str, kind: Kind, text: str) -> None:
    inbound = heard(json.dumps(written))
    assert (inbound.kind, inbound.text) == (kind, text)


def test_an_account_without_a_secret_hears_no_webhook() -> None:
    telegram = Telegram(TelegramSettings("vilanova", "1:t", secret=""), Connections())
    trial = TRIALS["telegram"]
    for secret in ("", "anything"):
        with pytest.raises(Forged):
            telegram.parse(trial.request(body('"hola"'), secret))


@pytest.mark.parametrize(("kind", "chat_id"), [("private", -5), ("private", 0), ("group", 5), ("channel", 5), ("", 5)])
def test_only_private_chats_are_heard(kind: str, chat_id: int) -> None:
    trial = TRIALS["telegram"]
    changed = body('"hola"').replace(
        b'"id": 34600000001, "type": "private"', f'"id": {chat_id}, "type": "{kind}"'.encode()
    )
    assert trial.channel.parse(trial.request(changed)) == []


def test_one_bad_update_spoils_no_other_of_a_batch() -> None:
    good = body('"hola"').decode()
    batch = f'{{"ok": true, "result": [{{"update_id": 7, "message": 3}}, {{}}, "x", {good}, {{"update_id": 1e400}}]}}'
    assert [(update_id, update) for update_id, update in read_batch(batch.encode())] == [
        (7, b'{"update_id": 7, "message": 3}'),
        (1, good.encode()),
    ]


@pytest.mark.parametrize(
    "answer", [b"", b"<html>", b'{"ok":true,"result":{}}', b'{"ok":true,"result":[NaN]}', b"[" * 9999]
)
def test_a_batch_that_is_none_is_unreadable(answer: bytes) -> None:
    with pytest.raises(Unreadable):
        read_batch(answer)
