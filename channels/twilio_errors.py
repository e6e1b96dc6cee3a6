"""What Twilio's error codes mean to the outbox, whether a call is refused or a message fails later."""

from collections.abc import Mapping
from typing import TypeAlias

from channels.errors import AddressStopped, Later, Misconfigured, NotAllowed, OutsideWindow, SendFailed

_Meaning: TypeAlias = tuple[type[SendFailed], str]

_MEANINGS: Mapping[int, _Meaning] = {
    20003: (Misconfigured, "the account or its token is not accepted"),
    20404: (Misconfigured, "there is no such thing at Twilio"),
    20429: (Later, "too many requests"),
    20500: (Later, "trouble at Twilio"),
    20503: (Later, "trouble at Twilio"),
    21211: (AddressStopped, "not a number that can be written to"),
    21212: (Misconfigured, "not a number that can be written from"),
    21408: (NotAllowed, "the account may not write to that country"),
    21602: (Misconfigured, "a message without words"),
    21603: (Misconfigured, "a message without a sender"),
    21604: (Misconfigured, "a message without a recipient"),
    21606: (Misconfigured, "not a number of ours, or one that cannot send"),
    21608: (Misconfigured, "a trial account writes to confirmed numbers only"),
    21610: (AddressStopped, "they have said STOP"),
    21611: (Later, "the queue of the number is full"),
    21612: (Misconfigured, "not reachable from this sender"),
    21614: (AddressStopped, "not a mobile phone"),
    21617: (Misconfigured, "more than 1600 characters"),
    21619: (Misconfigured, "a message without words"),
    21620: (Misconfigured, "a file that Twilio does not take"),
    21655: (Misconfigured, "there is no such template"),
    21656: (Misconfigured, "the template's variables are wrong"),
    21658: (Misconfigured, "more characters than are taken"),
    21703: (Misconfigured, "the Messaging Service has no sender"),
    21705: (Misconfigured, "there is no such Messaging Service"),
    30001: (Later, "the queue is full"),
    30002: (Misconfigured, "the account is suspended"),
    30003: (Later, "the phone cannot be reached"),
    30004: (Misconfigured, "the phone or its operator blocks it"),
    30005: (AddressStopped, "there is no such phone"),
    30006: (AddressStopped, "a landline, or an operator that cannot be reached"),
    30007: (Misconfigured, "taken for spam by an operator"),
    30008: (Later, "it failed, and nobody says why"),
    30036: (Later, "it waited longer than it was valid"),
    63003: (AddressStopped, "no recipient on that channel"),
    63007: (Misconfigured, "the account has no such sender"),
    63013: (Misconfigured, "against the rules of the channel"),
    63014: (AddressStopped, "the person has blocked us"),
    63016: (OutsideWindow, "free words outside the window"),
    63018: (Later, "too many messages"),
    63024: (AddressStopped, "no recipient on that channel"),
    63027: (Misconfigured, "there is no template in that language"),
    63028: (Misconfigured, "the template has other variables"),
    63030: (Misconfigured, "the sender may not use this"),
    63032: (Misconfigured, "the person is in a trial of the provider that forbids it"),
    63033: (AddressStopped, "the person has blocked us"),
    63049: (Misconfigured, "the provider chose not to deliver"),
}


def failure(code: int, status: int = 0, after: float | None = None) -> SendFailed:
    """What to do about an error. An unknown code is judged by the HTTP `status` that brought it, if one did."""
    kind, words = _MEANINGS.get(code, (Misconfigured, "not known here"))
    if code not in _MEANINGS and status in (429, 503):
        kind, words = Later, "too many requests" if status == 429 else "trouble at Twilio"
    reason = f"Twilio {code or status}: {words}"
    return Later(reason, after) if kind is Later else kind(reason)
