"""The files of a mail: what a person put there to be seen, not what a signature or a tracker did."""

import re
import unicodedata

from channels.email_headers import words
from channels.email_mime import Leaf
from channels.email_text import parameter
from channels.message import Attached
from channels.text import storable

LARGEST = 10 * 1024 * 1024
"""Bytes of a file that is read; a larger one is only named, with its size."""
MOST = 20
LONGEST_NAME = 120

_MACHINERY = {
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
    "application/pgp-keys", "application/pgp-encrypted", "text/calendar", "text/x-amp-html", "text/x-moz-deleted",
}  # fmt: skip
_SMALLEST_SHOWN = 50_000
"""Bytes from which a picture inside a page is a photo and no logo."""
_SMALLEST_INLINE = 5_000
_SEPARATORS = re.compile(r"[/\\\\:]")
_UNSAFE = re.compile(r'[<>"|?*]')


def is_file(leaf: Leaf, own_pictures: frozenset[str] = frozenset()) -> bool:
    """It is meant to be seen for itself. `own_pictures` are those that the person's own words show."""
    kind, disposition = leaf.media_type, _disposition(leaf)
    is_text = kind in ("text/plain", "text/html") or (kind.startswith("text/") and not name_of(leaf))
    if kind in _MACHINERY or (is_text and disposition != "attachment"):
        return False
    if not kind.startswith("image/"):
        return True
    shown_as = str(leaf.headers.get("Content-ID", "")).strip(" <>").lower()
    if disposition == "attachment":
        return shown_as == "" or shown_as in own_pictures or not leaf.is_related
    if leaf.is_related:
        return shown_as in own_pictures and leaf.size >= _SMALLEST_SHOWN
    return leaf.size >= _SMALLEST_INLINE


def attached(leaf: Leaf, id: str) -> Attached:
    """The file, with its bytes unless it is too large."""
    name, size = name_of(leaf), leaf.size
    if size <= LARGEST:
        data = leaf.data(leaf.stop - leaf.start)
        return Attached(id, name, leaf.media_type, len(data), data)
    return Attached(id, name, leaf.media_type, size)


def name_of(leaf: Leaf) -> str:
    """Its name without a folder, or anything that a disk or a reader would trip over; empty where it has none."""
    raw = parameter(leaf.headers, "filename", "Content-Disposition") or parameter(leaf.headers, "name")
    name = _UNSAFE.sub("_", _SEPARATORS.split(words(raw[:2000]))[-1])
    seen = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C")
    name = unicodedata.normalize("NFC", storable(seen)).strip(" .")
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, suffix = name.rpartition(".")
    return f"{stem[: LONGEST_NAME - 12]}.{suffix}" if dot and len(suffix) < 11 else name[:LONGEST_NAME]


def _disposition(leaf: Leaf) -> str:
    return str(leaf.headers.get("Content-Disposition", "")).split(";")[0].strip().lower()
