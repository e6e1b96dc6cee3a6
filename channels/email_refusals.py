"""What a mail server's refusal means: its reply code, and the enhanced status (RFC 3463) where it gives one.

What it says in words may quote the address: none of it is passed on.
"""

import re
from enum import StrEnum

from channels.errors import AddressStopped, Later, Misconfigured, SendFailed

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_GONE = frozenset({"1.0", "1.1", "1.2", "1.3", "1.6", "1.10", "2.1", "7.13", "7.17", "7.18"})
"""No such mailbox or domain, moved, takes no mail, closed, or somebody else's by now."""
_FULL = "2.2"
_NOBODY_THERE = frozenset({550, 551, 553})
"""Without a status, after the recipient was named."""
_NO_ROOM = 552
_OURS = re.compile(r"relay|authenti|spf|dkim|dmarc|spam|black|block|policy|denied", re.IGNORECASE)
"""A refusal that is about who sends, in servers that give no status."""


class Stage(StrEnum):
    """What was said when the server refused."""

    HELLO = "hello"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


def _status_in(words: str) -> str:
    """The enhanced status in what a server says, e.g. "5.1.1"; empty where there is none."""
    found = _STATUS.search(words)
    return found[0] if found else ""


def _of_address(status: str) -> SendFailed | None:
    """What an enhanced status says of the address itself; None where it says nothing of it."""
    kind, _, detail = status.partition(".")
    if kind == "4" or detail == _FULL:
        return Later(f"mail: {status}")
    return AddressStopped(f"mail: {status}") if kind == "5" and detail in _GONE else None


def failure(stage: Stage, code: int, words: str) -> SendFailed:
    """What a refusal during SMTP means: it was certainly not sent."""
    status = _status_in(words)
    reason = f"mail: {stage} refused, {code} {status}".rstrip()
    if not 500 <= code < 600:
        return Later(reason)
    if stage in (Stage.HELLO, Stage.LOGIN, Stage.SENDER):
        return Misconfigured(reason)
    match _of_address(status):
        case AddressStopped():
            return AddressStopped(reason)
        case Later():
            return Later(reason)
    if stage is Stage.RECIPIENT and code == _NO_ROOM and not status:
        return Later(reason)
    is_nobody = not status and stage is Stage.RECIPIENT and code in _NOBODY_THERE and not _OURS.search(words)
    return AddressStopped(reason) if is_nobody else Misconfigured(reason)
