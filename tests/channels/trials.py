"""Each channel as the contract tests try it: one of it, how its provider signs, and what its limits are."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from channels.channel import Channel, Request
from channels.connections import Connections
from channels.console import HEADER as CONSOLE_HEADER
from channels.console import Console, Reply
from channels.email import Email
from channels.email_calls import Relays
from channels.email_parts import Part as Letter
from channels.email_tokens import Tokens
from channels.message import Enclosed, Outbound
from channels.segments import measure
from channels.sms import Sms, SmsSettings
from channels.sms_parts import Part as Sent
from channels.telegram import HEADER as TELEGRAM_HEADER
from channels.telegram import Telegram, TelegramSettings
from channels.telegram_parts import Part
from channels.twilio import HEADER as TWILIO_HEADER
from channels.typography import plain
from channels.whatsapp import Whatsapp, WhatsappSettings
from tests.channels import letters, whatsapp_shown
from tests.fakes.telegram_files import check_caption
from tests.fakes.telegram_markup import parsed
from tests.fakes.telegram_refusals import check_length, read_keyboard
from tests.fakes.twilio_signature import signature, written

PAYLOADS = Path(__file__).parent / "payloads"
SECRET = "s3cret_of-a-test"
ACCOUNT_SID = "AC" + "0" * 32


def _shown_as(header: str) -> Callable[[str, bytes, str], Mapping[str, str]]:
    return lambda _url, _body, secret: {header: secret}


@dataclass(frozen=True)
class Trial:
    channel: Channel[Any]
    headers: Callable[[str, bytes, str], Mapping[str, str]]
    """What its provider shows with a body that it posts to an address, knowing a secret."""
    address: str
    check_part: Callable[[Any], str]
    """The words a citizen sees of a part; raises where the provider would refuse it."""
    choices_of: Callable[[Sequence[Any], Outbound], set[str]]
    """The payloads of the choices that the parts offer; buttons are under the last one."""
    files_of: Callable[[Any], list[Enclosed]] | None
    """None where no file goes out: its name stands in the words."""
    url: str = ""
    body_of: Callable[[Any], bytes] = field(default=msgspec.json.encode)
    written: Callable[[str], str] = str
    """Our words as this channel writes them."""
    reads_anything: bool = False
    """Whatever comes can be read, if only as what no person sent."""

    def request(self, body: bytes, secret: str = SECRET, url: str = "") -> Request:
        url = url or self.url
        return Request({"content-type": "application/json", **self.headers(url, body, secret)}, body, url)


@dataclass(frozen=True)
class MailTrial(Trial):
    """Mail comes by doors of its own; what anybody may call is a link that is signed."""

    def request(self, body: bytes, secret: str = SECRET, url: str = "") -> Request:
        if secret == SECRET:
            return Request({"x-rcpt": letters.settings().address, "x-mail-from": letters.ANA}, body, url or self.url)
        forger = Tokens(secret.encode("utf-8", "surrogatepass"), letters.settings().address)
        return Request({}, body, f"/email/vilanova/stop/{forger.stop(self.address, 'ca')}")


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


def _check_sms(part: Sent) -> str:
    assert 0 < measure(part.body).segments <= 4
    assert len(part.body) <= 1600
    return part.body


@lru_cache(maxsize=4)
def _letter(part: Letter) -> letters.Read:
    return letters.read(letters.mail(part).message)


def _check_letter(part: Letter) -> str:
    assert len(part.text) <= Email.limits.text
    return _letter(part).plain


def _letter_choices(parts: Sequence[Letter], outbound: Outbound) -> set[str]:
    """By number, and as a link that writes it."""
    last = _letter(parts[-1])
    links = {item.get("value") for item in last.page.iter("li") if item.xpath("a[starts-with(@href, 'mailto:')]")}
    written = numbered_in([last.plain], outbound)
    return {choice.payload for choice in outbound.choices if choice.payload in written and str(choice.number) in links}


def _buttons(parts: Sequence[Part], _: Outbound) -> set[str]:
    return {button.data for row in read_keyboard(parts[-1].keyboard) for button in row}


def _numbers(parts: Sequence[Reply], outbound: Outbound) -> set[str]:
    return numbered_in([part.text for part in parts], outbound)


def numbered_in(texts: Sequence[str], outbound: Outbound) -> set[str]:
    """The payloads of the choices whose numbers begin a line of these texts."""
    shown = set(re.findall(r"^\s*(\d+)\.", "\n".join(texts), re.MULTILINE))
    return {choice.payload for choice in outbound.choices if str(choice.number) in shown}


def signed(url: str, body: bytes, secret: str) -> Mapping[str, str]:
    """As Twilio shows that it knows the token."""
    return {TWILIO_HEADER: signature(secret, f"https://example.org{url}", body)}


TRIALS: Mapping[str, Trial] = {
    "telegram": Trial(
        Telegram(TelegramSettings("vilanova", "1:t", SECRET), Connections()),
        _shown_as(TELEGRAM_HEADER),
        "34600000001",
        _check_telegram,
        _buttons,
        lambda part: [part.file] if part.file else [],
    ),
    "console": Trial(
        Console("vilanova", SECRET),
        _shown_as(CONSOLE_HEADER),
        "+34600000001",
        _check_console,
        _numbers,
        lambda part: list(part.files),
    ),
    "email": MailTrial(
        Email(letters.settings(), Relays(), lambda: letters.NOW, lambda _id: letters.NOW),
        lambda _url, _body, _secret: {},
        letters.ANA,
        _check_letter,
        _letter_choices,
        lambda part: _letter(part).files,
        url="lmtp:",
        body_of=lambda lines: "\r\n".join(lines).encode(),
        reads_anything=True,
    ),
    "sms": Trial(
        Sms(
            SmsSettings(
                account="vilanova",
                account_sid=ACCOUNT_SID,
                token=SECRET,
                number="+34600000090",
                public_url="https://example.org",
            ),
            Connections(),
            lambda: datetime(2026, 11, 3, tzinfo=UTC),
        ),
        signed,
        "+34600000001",
        _check_sms,
        lambda parts, outbound: numbered_in([part.body for part in parts], outbound),
        None,
        url="/twilio/vilanova/sms",
        body_of=written,
        written=plain,
    ),
    "whatsapp": Trial(
        Whatsapp(
            WhatsappSettings(
                account="vilanova",
                account_sid=ACCOUNT_SID,
                token=SECRET,
                number="+34600000090",
                public_url="https://example.org",
            ),
            Connections(),
            lambda: datetime(2026, 11, 3, tzinfo=UTC),
        ),
        signed,
        "+34600000001",
        whatsapp_shown.words,
        whatsapp_shown.offered,
        whatsapp_shown.files,
        url="/twilio/vilanova/whatsapp",
        body_of=written,
    ),
}

every_channel = pytest.mark.parametrize("trial", TRIALS.values(), ids=TRIALS)


def payload_files() -> list[Path]:
    return sorted(PAYLOADS.glob("*/*.json"))


def payload(path: Path) -> tuple[dict[str, str] | None, bytes]:
    """What is to be heard of a payload, and the body as its provider sends it."""
    content = msgspec.json.decode(path.read_bytes())
    return content["heard"], TRIALS[path.parent.name].body_of(content["update"])


def request_of(path: Path) -> Request:
    """A payload as its provider posts it, to the address that it names where that is another one."""
    url = msgspec.json.decode(path.read_bytes()).get("url", "")
    return TRIALS[path.parent.name].request(payload(path)[1], url=url)
