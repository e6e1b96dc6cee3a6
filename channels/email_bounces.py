"""What mail servers say became of a mail of ours. It is believed only where it comes to the address from which that
mail left, which nobody else is told."""

import re
from collections.abc import Mapping

from channels.channel import Ignored
from channels.email_automatic import Automatic, has_null_sender, is_robot, sender_of
from channels.email_headers import field, words
from channels.email_mime import Headers, Leaf, leaves_of
from channels.email_text import letters_of
from channels.errors import AddressStopped, Later, SendFailed
from channels.message import Receipt, Status

MOST_READ = 20_000
"""Characters of a bounce that are looked at."""
_FULL_AFTER = 24 * 3600.0
"""Seconds until a full mailbox is tried again."""

_REPORT = "message/delivery-status"
_OTHER_REPORTS = ("message/disposition-notification", "message/feedback-report")
_FIELD = re.compile(r"^(action|status|diagnostic-code)[ \t]*:[ \t]*(.*(?:\n[ \t]+.*)*)", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_GENERIC = re.compile(r"[45]\.0\.0|[45]\.3\.0|[45]\.5\.0")
_GONE = re.compile(r"5\.1\.(?:[012346]|10)|5\.2\.1|5\.4\.(?:1|4|310)")
_FULL = re.compile(r"[45]\.2\.2")
_NOBODY = re.compile(
    r"user unknown|unknown user|no such (?:user|recipient|mailbox|address)|does ?n[o']t exist|unrouteable address"
    r"|(?:user|address|mailbox|recipient|host|domain name) (?:was )?not found|unknown (?:local part|recipient)"
    r"|mailbox unavailable|invalid recipient|no existe|account (?:is )?disabled|recipient address rejected",
    re.IGNORECASE,
)
_OVER_QUOTA = re.compile(
    r"(?:mailbox|quota).{0,30}(?:full|exceeded)|over ?quota|bústia plena|buzón lleno", re.IGNORECASE
)
_SUBJECT = re.compile(
    r"undeliver|deliver(?:y|ed).{0,40}(?:fail|status|problem|subsystem|notification)|returned|fail(?:ure|ed)"
    r"|mail delivery|no s'ha pogut|no se ha podido|no entreg|no lliura|retornat|devuelto",
    re.IGNORECASE,
)


def is_bounce(headers: Headers, envelope: Mapping[str, str]) -> bool:
    """A mail server speaks, not a person's answering machine, which also writes to where a mail left from."""
    if headers.get_content_type() == "multipart/report" or "X-Failed-Recipients" in headers:
        return True
    if "auto-replied" in field(headers, "Auto-Submitted").lower():
        return False
    is_server = has_null_sender(headers, envelope) or is_robot(sender_of(headers))
    return is_server and bool(_SUBJECT.search(words(field(headers, "Subject"))))


def read_bounce(account: str, name: str, body: bytes) -> Receipt | Ignored:
    """What it says of the mail that left as `name`."""
    leaves = list(leaves_of(body))
    report = next((leaf for leaf in leaves if leaf.media_type == _REPORT), None)
    if report is None and any(leaf.media_type in _OTHER_REPORTS for leaf in leaves):
        return Ignored("email", account, Automatic.REPORT)
    action, status, said = _reported(report) if report else ("failed", "", _told(leaves))
    if action == "delayed":
        return Ignored("email", account, Automatic.DELAYED)
    if action != "failed":
        return Ignored("email", account, Automatic.DELIVERED)
    code = _code(status, said)
    return Receipt("email", account, name, "", Status.FAILED, code, _failure(code, said))


def _reported(report: Leaf) -> tuple[str, str, str]:
    """The action, the status and the words of the server that refused, for the one address we write to."""
    found = {
        each[1].lower(): each[2].strip() for each in _FIELD.finditer(letters_of(report)[:MOST_READ].replace("\r", ""))
    }
    return found.get("action", "").lower(), found.get("status", ""), found.get("diagnostic-code", "")


def _told(leaves: list[Leaf]) -> str:
    """What an older server tells a person."""
    return next((letters_of(leaf)[:MOST_READ] for leaf in leaves if leaf.media_type == "text/plain"), "")


def _code(status: str, said: str) -> str:
    """The most exact of what was given: a server that says only that it failed often quotes another that knew why."""
    given, quoted = _STATUS.search(status), _STATUS.search(said)
    if given and not (quoted and _GENERIC.fullmatch(given[1])):
        return given[1]
    return quoted[1] if quoted else ""


def _failure(code: str, said: str) -> SendFailed | None:
    if _FULL.fullmatch(code) or (_is_vague(code) and _OVER_QUOTA.search(said)):
        return Later(f"mailbox full ({code})", _FULL_AFTER)
    if _GONE.fullmatch(code) or (_is_vague(code) and _NOBODY.search(said)):
        return AddressStopped(f"no such mailbox ({code})")
    return None


def _is_vague(code: str) -> bool:
    return not code or (code[0] == "5" and bool(_GENERIC.fullmatch(code)))
