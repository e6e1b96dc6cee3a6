"""Each channel as the contract tests try it: one of it, how its provider signs, and what its limits are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from channels.channel import Channel, Request
from channels.connections import Connections
from channels.console import HEADER as CONSOLE_HEADER
from channels.console import Console, Reply
from channels.message import Enclosed, Outbound
from channels.telegram import HEADER as TELEGRAM_HEADER
from channels.telegram import Telegram, TelegramSettings
from channels.telegram_parts import Part
from tests.fakes.telegram_files import check_caption
from tests.fakes.telegram_markup import parsed
from tests.fakes.telegram_refusals import check_length, read_keyboard

PAYLOADS = Path(__file__).parent / "payloads"
SECRET = "s3cret_of-a-test"


@dataclass(frozen=True)
class Trial:
    channel: Channel[Any]
    header: str
    address: str
    check_part: Callable[[Any], str]
    """The words a citizen sees of a part; raises where the provider would refuse it."""
    choices_of: Callable[[Any, Outbound], set[str]]
    """The payloads of the choices that a part offers."""
    files_of: Callable[[Any], list[Enclosed]]

    def request(self, body: bytes, secret: str = SECRET) -> Request:
        return Request({"content-type": "application/json", self.header: secret}, body)


def _check_telegram(part: Part) -> str:
    text = parsed(part.html, "HTML")
    if part.file is None:
        check_length(text)
    else:
        check_caption(text)
    assert text == part.plain
    return text


def _check_console(part: Reply) -> str:
    assert 0 < len(part.text) <= Console.limits.text
    return part.text


def _buttons(part: Part, _: Outbound) -> set[str]:
    return {button.data for row in read_keyboard(part.keyboard) for button in row}


def _numbers(part: Reply, outbound: Outbound) -> set[str]:
    return {choice.payload for choice in outbound.choices if f"{choice.number}. " in part.text}


TRIALS: Mapping[str, Trial] = {
    "telegram": Trial(
        Telegram(TelegramSettings("vilanova", "1:t", SECRET), Connections()),
        TELEGRAM_HEADER,
        "34600000001",
        _check_telegram,
        _buttons,
        lambda part: [part.file] if part.file else [],
    ),
    "console": Trial(
        Console("vilanova", SECRET),
        CONSOLE_HEADER,
        "+34600000001",
        _check_console,
        _numbers,
        lambda part: list(part.files),
    ),
}

every_channel = pytest.mark.parametrize("trial", TRIALS.values(), ids=TRIALS)


def payload_files() -> list[Path]:
    return sorted(PAYLOADS.glob("*/*.json"))


def payload(path: Path) -> tuple[dict[str, str] | None, bytes]:
    """What is to be heard of a payload, and the body as its provider sends it."""
    content = msgspec.json.decode(path.read_bytes())
    return content["heard"], msgspec.json.encode(content["update"])
