"""What the headers of a mail say, read so that none of them can harm: decoded, one line, of bounded length."""

import re
from binascii import a2b_qp
from collections.abc import Iterator
from itertools import islice

from channels.email_codings import decoded, from_base64
from channels.email_mime import Headers
from channels.text import storable

LONGEST = 8_000
"""Characters of one field that are looked at."""
MOST_FIELDS = 50
"""Fields of one name that are looked at."""

_LONGEST_FROM = 1_000
_SPACES = re.compile(r"[\s\x00-\x1f\x7f\u2028\u2029]+")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMMENT = re.compile(r"\([^()]*\)")
_ANGLED = re.compile(r"<([^<>]*)>")
_LOCAL = re.compile(r"[^\s@<>()\[\],;:\"\\\x00-\x1f\x7f]{1,64}")
_DOMAIN = re.compile(r"(?=.{3,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,500}>")
_ENCODED = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_ENCODED_RUN = re.compile(rf"(?:{_ENCODED.pattern.replace('(', '(?:')})+")
_BETWEEN = re.compile(r"(?<=\?=)\s+(?==\?)")


def fields(headers: Headers, name: str) -> list[str]:
    """Each field of this name as it came, top first, unfolded."""
    found = (value for key, value in headers.raw_items() if key.lower() == name.lower())
    return [_SPACES.sub(" ", value[:LONGEST]).strip() for value in islice(found, MOST_FIELDS)]


def field(headers: Headers, name: str) -> str:
    """The first of them, or nothing."""
    return next(iter(fields(headers, name)), "")


def words(raw: str) -> str:
    """A field as a person reads it: one line, whatever its encoded words would have it be."""
    return storable(_SPACES.sub(" ", _ENCODED_RUN.sub(_read_run, _BETWEEN.sub("", raw))).strip())


def mailbox(raw: str) -> str:
    """The one address a field names, its domain in lower case; empty for none, for several, for what is no address.

    What stands in a name, in quotes or in a comment is never taken for an address.
    """
    bare = _QUOTED.sub(" ", raw[:_LONGEST_FROM])
    for _ in range(5):
        bare = _COMMENT.sub(" ", bare)
    angled = _ANGLED.findall(bare)
    named = [piece for piece in _ANGLED.sub("<>", bare).split(",") if "@" in piece or "<>" in piece]
    if len(angled) > 1 or len(named) > 1:
        return ""
    local, at, domain = (angled[0] if angled else bare).strip().rpartition("@")
    domain = _ascii(domain)
    return f"{local.lower()}@{domain}" if at and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain) else ""


def domain_of(address: str) -> str:
    """What stands behind the @, in lower case."""
    return address.rpartition("@")[2].strip().rstrip(".").lower()


def addresses(raw: str) -> Iterator[str]:
    """Whatever looks like an address in a field that may hold many."""
    return (found[0] for found in re.finditer(r"[^\s@<>,;:\"()]{1,64}@[^\s@<>,;:\"()]{1,253}", raw))


def message_ids(headers: Headers) -> list[str]:
    """What this answers, nearest first: In-Reply-To, then References from the last."""
    answered = [found for raw in fields(headers, "In-Reply-To") for found in _MESSAGE_ID.findall(raw)]
    before = [found for raw in fields(headers, "References") for found in _MESSAGE_ID.findall(raw)]
    return list(dict.fromkeys([*answered, *reversed(before)]))[:MOST_FIELDS]


def _read_run(found: re.Match[str]) -> str:
    """Encoded words that stand together: a letter may begin in one and end in the next."""
    read: list[tuple[str, bytes]] = [("", b"")]
    for charset, coding, raw in _ENCODED.findall(found[0]):
        ascii = raw.encode("ascii", "replace")
        data = from_base64(ascii) if coding in "bB" else a2b_qp(ascii, header=True)
        if charset.lower() == read[-1][0]:
            read[-1] = (read[-1][0], read[-1][1] + data)
        else:
            read.append((charset.lower(), data))
    return "".join(decoded(data, charset) for charset, data in read[1:])


def _ascii(domain: str) -> str:
    try:
        return domain_of(f"@{domain}").encode("idna").decode()
    except ValueError:
        return ""
