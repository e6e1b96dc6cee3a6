"""A conversation by mail is a thread: one subject, and the ids of what was written in it.

What an answer needs to join it travels as `Inbound.thread` and `Outbound.thread`. It is made of a stranger's headers:
all of it is checked here, so that a subject has no line breaks, ids are ids, and no more of them than a header holds.
"""

import re
import unicodedata
from collections.abc import Iterable

import msgspec
from msgspec import Struct

from channels.text import storable

OURS = "X-Participabot"
"""The header of every mail of ours, by which we know it again wherever it comes from."""

_LONGEST_SUBJECT = 150
_LONGEST_ID = 250
_REFERENCES = 12
_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]+@[\x21-\x3b\x3d\x3f-\x7e]+>")
_ANSWERED = re.compile(
    r"\A(?:\s*(?:re|rv|rif|aw|antw|sv|fwd?|wg|tr|enc|res|回复|答复|转发)\s*(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*[:：])+",
    re.IGNORECASE,
)


class Thread(Struct, frozen=True, array_like=True):
    """The mail that is answered: its subject as it was first written, its id, and the ids before it."""

    subject: str
    message_id: str
    references: tuple[str, ...] = ()


_read = msgspec.json.Decoder(Thread).decode


def dump_thread(subject: str, message_id: str, references: str) -> str:
    """A mail's own headers, as they came, for `Inbound.thread`; whatever in them is wrong is left out."""
    own = ids_in(message_id)
    before = [each for each in ids_in(references) if each not in own[:1]]
    thread = Thread(bare_subject(subject), own[0] if own else "", tuple(_bounded(before)))
    return msgspec.json.encode(thread).decode()


def load_thread(thread: str) -> Thread | None:
    """The mail that `Outbound.thread` answers; None for news, or for what is no thread."""
    try:
        return _read(thread) if thread else None
    except msgspec.MsgspecError:
        return None


def ids_in(header: str) -> list[str]:
    """The message ids in a header, in order, each once."""
    return [each for each in dict.fromkeys(_ID.findall(header)) if len(each) <= _LONGEST_ID]


def bare_subject(subject: str) -> str:
    """A subject without the pile of "Re:" and "Fwd:" before it, on one line, free of what nobody sees."""
    return one_line(_ANSWERED.sub("", one_line(subject), count=1))


def answered_subject(subject: str) -> str:
    """The subject of an answer: "Re:" once."""
    return f"Re: {bare}" if (bare := bare_subject(subject)) else ""


def one_line(words: str, most: int = _LONGEST_SUBJECT) -> str:
    """Words for a header: no line break, no control, nothing that turns the direction of what follows."""
    seen = "".join(
        " " if unicodedata.category(letter) in {"Cc", "Zl", "Zp", "Zs"} else letter
        for letter in storable(words[: 20 * most])
        if unicodedata.category(letter) not in {"Cf", "Co", "Cn"} or letter == "\u200d"
    )
    line = " ".join(seen.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def in_reply_to(thread: Thread | None) -> str:
    """The header of an answer; empty where there is nothing to answer."""
    return thread.message_id if thread else ""


def references(thread: Thread | None, root_id: str) -> str:
    """The header of a mail of ours: first the root that everything between a town and a person has in common, so that
    news joins their thread as well; then what stood before, and what is answered."""
    before = [*thread.references, thread.message_id] if thread else []
    return " ".join(_bounded([root_id, *(each for each in before if each and each != root_id)]))


def _bounded(ids: Iterable[str]) -> list[str]:
    """The first, which is the root, and the last ones."""
    every = list(dict.fromkeys(ids))
    return every if len(every) <= _REFERENCES else [every[0], *every[1 - _REFERENCES :]]
