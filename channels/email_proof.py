"""Whose mail it is. `From` proves nothing: a token that only its reader was sent does, or what our own mail server says
of the sender's domain."""

from collections.abc import Iterator, Mapping
from datetime import date

import authres
from authres import dmarc
from msgspec import Struct

from channels.email_headers import addresses, domain_of, fields, message_ids
from channels.email_mime import Headers
from channels.email_settings import EmailSettings
from channels.email_tokens import Purpose, Token

_LONGEST = 4_000
_RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
_results = authres.FeatureContext(dmarc)


class Proof(Struct, frozen=True):
    """`answers` is the name of the message of ours that is answered, which proves it as well."""

    answers: str = ""
    is_proved: bool = False
    is_vouched: bool = False
    """Our mail server vouches for the address in From."""
    is_expired: bool = False
    """It answers a message that is too old to prove anything."""


class _Result(Struct, frozen=True):
    """One check of our mail server: its properties as "header.from", in lower case."""

    method: str
    result: str
    values: Mapping[str, str]


def proof_of(settings: EmailSettings, headers: Headers, envelope: Mapping[str, str], sender: str, today: date) -> Proof:
    """What is known of who wrote it; `sender` is the address in From."""
    tokens = settings.tokens
    recipients = (tokens.of_address(each, today) for each in recipients_of(headers, envelope))
    answered = (tokens.of_message_id(each, today) for each in message_ids(headers))
    found = [each for each in (*recipients, *answered) if each and each.purpose is not Purpose.BOUNCE]
    valid = next((token for token in found if not token.is_expired), None)
    is_vouched = _is_vouched_for(settings.authserv_id, headers, domain_of(sender))
    if valid:
        return Proof(valid.name, is_proved=True, is_vouched=is_vouched)
    return Proof(is_proved=is_vouched, is_vouched=is_vouched, is_expired=bool(found))


def bounced(settings: EmailSettings, headers: Headers, envelope: Mapping[str, str], today: date) -> Token | None:
    """What the address says that it came to, if that is one from which a mail of ours left."""
    found = (settings.tokens.of_address(each, today) for each in recipients_of(headers, envelope))
    return next((token for token in found if token and token.purpose is Purpose.BOUNCE), None)


def recipients_of(headers: Headers, envelope: Mapping[str, str]) -> list[str]:
    """Every address that it was sent to, as far as anybody says: the door first."""
    written = (each for name in _RECIPIENTS for raw in fields(headers, name) for each in addresses(raw))
    return list(dict.fromkeys([*envelope.get("x-rcpt", "").split(), *written]))[:100]


def _is_vouched_for(authserv_id: str, headers: Headers, domain: str) -> bool:
    """Our server's own word, which stands topmost: below it, or below another's, anybody may have written anything."""
    if not authserv_id or not domain:
        return False
    results = list(_said_by(authserv_id, next(iter(fields(headers, "Authentication-Results")), "")))
    by_policy = [each for each in results if each.method == "dmarc" and each.result != "none"]
    if by_policy:
        return all(each.result == "pass" and each.values.get("header.from") == domain for each in by_policy)
    return any(each.method == "dkim" and each.result == "pass" and _is_aligned(each, domain) for each in results)


def _is_aligned(result: _Result, domain: str) -> bool:
    """Signed by the domain itself, or by one that it belongs to."""
    signer = domain_of("@" + (result.values.get("header.d") or result.values.get("header.i", "")).rpartition("@")[2])
    return "." in signer and (domain == signer or domain.endswith(f".{signer}"))


def _said_by(authserv_id: str, raw: str) -> Iterator[_Result]:
    if len(raw) > _LONGEST:
        return
    try:
        header = _results.parse_value(raw)
    except (authres.AuthResError, RecursionError):
        return
    if str(header.authserv_id).lower() != authserv_id.lower():
        return
    for each in header.results:
        values = {f"{one.type}.{one.name}".lower(): str(one.value).lower() for one in reversed(each.properties)}
        yield _Result(str(each.method).lower(), str(each.result).lower(), values)
