"""Where a town can write first: to the phone number or the email that somebody gives it, and how those are read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException

from flows.participation.refusal import Reason, Refused


class Kind(StrEnum):
    """What a person gives to be written to."""

    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Reach:
    """One way to write first to somebody. `country` is of numbers that are written without one, e.g. "ES"."""

    channel: str
    lane: str
    takes: Kind
    country: str = ""


_TWINS = {"sms": "whatsapp", "whatsapp": "sms"}
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}", re.ASCII)
_DOMAIN = re.compile(r"(?=.{1,200}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.ASCII)
_SUCH_AS = {Kind.PHONE: "+34 600 000 001", Kind.EMAIL: "name@example.org"}
_SHOWN = 3
_HIDDEN = "…"


def twin_of(channel: str, id: str) -> str:
    """The other channel on which this phone number is the same person's; empty where there is none."""
    return _TWINS.get(channel, "") if _NUMBER.fullmatch(id) else ""


def read_address(text: str, reaches: Sequence[Reach]) -> tuple[Reach, str]:
    """What somebody wrote, as an address of a channel that can be written to first."""
    words = text.strip()
    takes = Kind.EMAIL if "@" in words else Kind.PHONE
    fitting = [reach for reach in reaches if reach.takes is takes]
    if not fitting:
        raise Refused(Reason.ADDRESS_NOT_REACHED)
    id = _email(words) if takes is Kind.EMAIL else _phone(words, fitting[0].country)
    if not id:
        raise Refused(Reason.ADDRESS_UNREADABLE, example=_SUCH_AS[takes])
    return fitting[0], id


def masked(channel: str, id: str) -> str:
    """As much of an address as its owner knows it by, and nobody else: "…021", "m…org"; empty for what has no words."""
    if "@" in id:
        return f"{id[:1]}{_HIDDEN}{id[-_SHOWN:]}"
    return f"{_HIDDEN}{id[-_SHOWN:]}" if channel in _TWINS and _NUMBER.fullmatch(id) else ""


def _phone(text: str, country: str) -> str:
    try:
        parsed = phonenumbers.parse(text, country or None)
    except NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _email(text: str) -> str:
    local, _, domain = text.strip("<>").lower().rpartition("@")
    return f"{local}@{domain}" if _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain) else ""
