"""What Twilio refuses of a message that is to be created, with its own statuses and codes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_LANDLINE = re.compile(r"\+349\d{8}")
_ADDRESS = re.compile(r"(whatsapp|messenger|rcs):\S{1,150}")
_CONTENT = re.compile(r"HX[0-9a-f]{32}")
_HOST = re.compile(r"[a-z0-9.-]+\.[a-z]{2,}")
_MOST = 1600


@dataclass
class Refused(Exception):
    status: int
    code: int
    message: str
    wait: int = 0


def refuse(code: int, message: str) -> Refused:
    return Refused(400, code, message)


def check_asked(fields: Mapping[str, list[str]]) -> None:
    """What is wrong with the form alone."""
    to = _one(fields, "To")
    if not to:
        raise refuse(21604, "A 'To' phone number is required.")
    if not _one(fields, "From") and not _one(fields, "MessagingServiceSid"):
        raise refuse(21603, "A 'From' phone number is required.")
    if not any(_one(fields, name) for name in ("Body", "MediaUrl", "ContentSid")):
        raise refuse(21602, "Message body is required.")
    if len(_one(fields, "Body")) > _MOST:
        raise refuse(21617, "The concatenated message body exceeds the 1600 character limit")
    if len(fields.get("MediaUrl", [])) > 10:
        raise refuse(21620, "Too many media URLs")
    if (content := _one(fields, "ContentSid")) and not _CONTENT.fullmatch(content):
        raise refuse(21656, "The ContentSid is invalid")
    _check_address(to)
    _check_callback(_one(fields, "StatusCallback"))
    valid_for = _one(fields, "ValidityPeriod")
    if valid_for and not (valid_for.isdecimal() and 1 <= int(valid_for) <= 36000):
        raise refuse(20001, "ValidityPeriod is out of range")


def _check_address(to: str) -> None:
    if _ADDRESS.fullmatch(to):
        return
    if not _NUMBER.fullmatch(to):
        raise refuse(21211, f"The 'To' number {to} is not a valid phone number.")
    if _LANDLINE.fullmatch(to):
        raise refuse(21614, f"'To' number {to} is not a valid mobile number")


def _check_callback(url: str) -> None:
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not _HOST.fullmatch(parts.hostname or "")):
        raise refuse(21609, "The 'StatusCallback' URL is not a valid URL.")


def _one(fields: Mapping[str, list[str]], name: str) -> str:
    return fields.get(name, [""])[0]
