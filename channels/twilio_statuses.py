"""What Twilio tells of a message of ours on its way, in any order and more than once."""

import logging
import re
from collections.abc import Mapping

from channels.channel import Heard, Ignored, Unreadable
from channels.message import Receipt, Status
from channels.twilio import Form, called
from channels.twilio_errors import failure

_STATUSES: Mapping[str, Status | None] = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending", "receiving", "received"), None),
    **dict.fromkeys(("sent", "partially_delivered"), Status.SENT),
    **dict.fromkeys(("failed", "undelivered", "canceled"), Status.FAILED),
    "delivered": Status.DELIVERED,
    "read": Status.READ,
}
"""None is still on its way."""
_SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")
_CODE = re.compile(r"[1-9][0-9]{3,5}", re.ASCII)
_WORD = re.compile(r"[a-z_]{1,40}")

_logger = logging.getLogger(__name__)


def read_status(channel: str, account: str, url: str, form: Form) -> list[Heard]:
    """What became of the part whose name is in the address; nothing while it is on its way. Raises `Unreadable`.

    A status of tomorrow changes nothing and is counted by its word.
    """
    name, sid, word = called(url), form.get("MessageSid", ""), form.get("MessageStatus", "").lower()
    if not _SID.fullmatch(sid) or not word:
        raise Unreadable("the status of no message")
    if word not in _STATUSES:
        shown = word if _WORD.fullmatch(word) else "?"
        _logger.warning("%s account %s: a status not known here: %s", channel, account, shown)
        return [Ignored(channel, account, f"status {shown}")]
    status = _STATUSES[word]
    if status is None:
        return []
    code = form.get("ErrorCode", "")
    code = code if _CODE.fullmatch(code) else ""
    why = failure(int(code)) if code and status is Status.FAILED else None
    return [Receipt(channel, account, name, sid, status, code, why)]
