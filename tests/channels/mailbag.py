"""Mails written as real programs write them, one a file, and what is to be heard of each.

`mails/<folder>/expected.toml` says it. Names in braces stand in them for what only a key can make: see `TOKENS`.
"""

import functools
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TypeAlias

from channels.channel import Heard, Ignored, Unread
from channels.email_reading import read
from channels.email_settings import EmailSettings, Server
from channels.message import Inbound, Receipt, name_of

MAILS = Path(__file__).parent / "mails"
TODAY, LAST_DAY, PAST = date(2026, 11, 24), date(2027, 1, 20), date(2026, 11, 1)
SETTINGS = EmailSettings(
    account="vilanova",
    address="participa@vilanova.example.org",
    key=b"a key for the trials alone" + bytes(6),
    smtp=Server("localhost", 25, "none"),
    authserv_id="mx.vilanova.example.org",
)
NAME, OLD = name_of("vilanova", 77), name_of("vilanova", 41)
TOKENS = {
    "{answer}": SETTINGS.tokens.answer_address(NAME, LAST_DAY).partition("+")[2].partition("@")[0],
    "{bounce}": SETTINGS.tokens.bounce_address(NAME, LAST_DAY).partition("+")[2].partition("@")[0],
    "{old-answer}": SETTINGS.tokens.answer_address(OLD, PAST).partition("+")[2].partition("@")[0],
    "{old-bounce}": SETTINGS.tokens.bounce_address(OLD, PAST).partition("+")[2].partition("@")[0],
    "{message}": SETTINGS.tokens.message_id(NAME, LAST_DAY).strip("<>"),
    "{old-message}": SETTINGS.tokens.message_id(OLD, PAST).strip("<>"),
}
HEAD = b"From: Anna <anna@example.org>\r\nTo: participa@vilanova.example.org\r\nSubject: x\r\nMessage-ID: <1@a>\r\n"
PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
Told: TypeAlias = dict[str, object]


def mails() -> list[tuple[Path, Told]]:
    """Every mail with what is to be heard of it; one without is an error, and so is the other way round."""
    found: list[tuple[Path, Told]] = []
    for folder in sorted(path for path in MAILS.iterdir() if path.is_dir()):
        said = tomllib.loads((folder / "expected.toml").read_text())
        expected = {name: each for name, each in said.items() if isinstance(each, dict)}
        usual = {key: each for key, each in said.items() if key not in expected}
        for name, each in expected.items():
            if each.setdefault("kind", usual["kind"]) == usual["kind"]:
                expected[name] = usual | each
        assert sorted(expected) == sorted(path.stem for path in folder.glob("*.eml"))
        found += [(folder / f"{name}.eml", each) for name, each in expected.items()]
    return found


def made(words: str) -> str:
    """With the tokens that it names."""
    return functools.reduce(lambda text, name: text.replace(name, TOKENS[name]), TOKENS, words)


def raw(path: Path) -> bytes:
    """The mail as it came, its tokens made."""
    return made(path.read_bytes().decode("latin-1")).encode("latin-1")


def told(heard: list[Heard]) -> Told:
    """What was heard, in the words of `expected.toml`."""
    first, trimmed = heard[0], [each for each in heard[1:] if isinstance(each, Unread)]
    assert len(heard) == 1 + len(trimmed) <= 2
    match first:
        case Inbound():
            return {
                "kind": str(first.kind),
                "own": first.text,
                "files": [f"{file.name} | {file.media_type} | {len(file.data)}" for file in first.files],
                "trimmed": bool(trimmed),
                "proved": first.is_proved,
                "answers": first.answers,
                "sender": first.address.id,
                "language": first.language,
            }
        case Receipt():
            failure = type(first.failure).__name__ if first.failure else "none"
            return {"kind": str(first.status), "answers": first.name, "code": first.code, "failure": failure}
        case Ignored():
            return {"kind": "ignored", "reason": first.reason}
        case Unread():
            return {"kind": "unread"}


def hear(body: bytes, envelope: Mapping[str, str] | None = None) -> list[Heard]:
    """What a mail is heard as by the account of the trials."""
    return read(SETTINGS, body, envelope or {}, TODAY)


def said(body: bytes) -> Inbound:
    """The same, of a person's mail."""
    heard = hear(body)[0]
    assert isinstance(heard, Inbound)
    return heard
