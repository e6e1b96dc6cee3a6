"""What was written in a mail: what its writer says, what they quote, and the files they put in."""

from collections.abc import Iterable
from itertools import groupby

from msgspec import Struct

from channels.email_files import MOST, attached, is_file
from channels.email_mime import Leaf, leaves_of
from channels.email_pages import Page, read_page
from channels.email_quotes import cut
from channels.email_text import letters_of, text_of
from channels.message import Attached

LONGEST = 20_000
"""Characters of somebody's own words; a letter that is longer goes on in what was left out."""
MOST_TEXTS = 20

_TEXTS = ("text/plain", "text/html")


class Written(Struct, frozen=True):
    """`own` are the person's words, `rest` what else was written there."""

    own: str = ""
    rest: str = ""
    files: tuple[Attached, ...] = ()


def read_written(body: bytes, id: str) -> Written:
    """Read it; its files are named after `id`."""
    leaves = list(leaves_of(body))
    texts = [leaf for leaf in leaves if leaf.media_type in _TEXTS and not is_file(leaf)][:MOST_TEXTS]
    pages = [_page(leaf) for leaf in _choices(texts)]
    pictures = frozenset[str]().union(*(page.pictures for page in pages))
    read = cut("\n\n".join(page.text for page in pages))
    if not read.own:
        read = cut("\n\n".join(text_of(leaf) for leaf in texts if leaf.media_type == "text/plain"))
    rest = "\n\n".join(filter(None, [read.own[LONGEST:], read.rest, *(page.rest.strip() for page in pages)]))
    meant = [leaf for leaf in leaves if is_file(leaf, pictures)][:MOST]
    files = tuple(attached(leaf, f"{id}.{number}") for number, leaf in enumerate(meant))
    return Written(read.own[:LONGEST], rest, files)


def _choices(texts: Iterable[Leaf]) -> Iterable[Leaf]:
    """Of those between which a reader chooses the page, else the first; of the others each."""
    for choice, group in groupby(texts, lambda leaf: leaf.choice):
        offered = list(group)
        pages = [leaf for leaf in offered if leaf.media_type == "text/html"]
        yield from (pages or offered[:1]) if choice else offered


def _page(leaf: Leaf) -> Page:
    return read_page(letters_of(leaf)) if leaf.media_type == "text/html" else Page(text_of(leaf))
