"""What Telegram refuses, with its own statuses and words."""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Refused(Exception):
    status: int
    description: str
    parameters: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.description


def bad_request(words: str) -> Refused:
    return Refused(400, f"Bad Request: {words}")


NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
OTHER_POLL = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_PORTS = {None, 80, 88, 443, 8443}

Rows = tuple[tuple["Button", ...], ...]


@dataclass(frozen=True)
class Button:
    text: str
    data: str


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def check_length(text: str) -> None:
    if not text.strip(" \n\r\t\u00a0\u200b\u200c\u200d\u2060\ufeff"):
        raise bad_request("message text is empty")
    if utf16_units(text) > 4096:
        raise bad_request("message is too long")


def read_keyboard(markup: str | None) -> Rows:
    if not markup:
        return ()
    try:
        rows = json.loads(markup)["inline_keyboard"]
        keyboard = tuple(tuple(Button(button["text"], button["callback_data"]) for button in row) for row in rows)
    except (ValueError, KeyError, TypeError):
        raise bad_request("can't parse reply keyboard markup JSON object") from None
    if (keyboard and max(map(len, keyboard)) > 8) or sum(map(len, keyboard)) > 100:
        raise bad_request("reply markup is too long")
    for button in (button for row in keyboard for button in row):
        if not button.text.strip():
            raise bad_request("inline keyboard button text must be non-empty")
        if not 1 <= len(button.data.encode()) <= 64:
            raise bad_request("BUTTON_DATA_INVALID")
    return keyboard


def check_webhook(url: str, secret: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.port not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")


def check_language(language: str) -> None:
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")


def read_commands(listed: str) -> list[tuple[str, str]]:
    commands: list[dict[str, Any]] = json.loads(listed)
    if len(commands) > 100:
        raise bad_request("can't use more than 100 commands")
    for command in commands:
        if not _COMMAND.fullmatch(command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return [(command["command"], command["description"]) for command in commands]


def check_description(text: str, limit: int) -> None:
    if len(text) > limit:
        raise bad_request("description is too long")
