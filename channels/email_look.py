"""What a person sees of a part: the same words plain, and as a page."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from msgspec import Struct

from channels.email_parts import Part, seen
from channels.email_threads import answered_subject, one_line
from channels.message import Choice, Enclosed
from channels.numbered import numbered_choices

MORE = "M"
"""What is written to see more of the choices, whatever the language."""
STOP = "STOP"
"""What is written to get no more mail, whatever the language."""

_WIDEST = 72
_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}
_URL = re.compile(r"https?://[^\s<>\"“”«»]*[^\s<>\"“”«».,;:!?…)\]]")
_TO_STUFF = (" ", ">", "From ")
_PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")

_page = Environment(
    loader=PackageLoader("channels"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
).get_template("letter.html")


class Run(Struct, frozen=True):
    """A stretch of words, and where it leads."""

    words: str
    url: str = ""


class Block(Struct, frozen=True):
    """A paragraph, line by line, and the direction in which it is read."""

    lines: tuple[tuple[Run, ...], ...]
    direction: str


class Answer(Struct, frozen=True):
    """A choice as a link that writes the answer."""

    label: str
    number: int
    url: str


def plain(part: Part) -> str:
    """All of it as text "format=flowed" (RFC 3676): lines of 72 characters that a reader's program joins again."""
    words = part.words
    choices = seen(numbered_choices(part.choices))
    blocks = [
        _flowed(words.marker),
        "\n".join(filter(None, (_flowed(words.heard), _flowed(part.heard, "> ")))) if part.heard else "",
        _flowed(part.title),
        _flowed(part.text),
        _flowed(choices),
        _flowed(seen(words.choose)) if choices else "",
        _flowed("\n".join(map(_named, part.files))),
        f"-- \n{_flowed(words.stop)}" if words.stop and part.thread is None else "",
    ]
    return "\n\n".join(block for block in blocks if block.strip()) + "\n"


def page(part: Part, answer_to: str, cids: Iterable[str]) -> str:
    """All of it as HTML. Its links write to `answer_to`; `cids` are the pictures' Content-IDs, in their order."""

    def write(body: str) -> str:
        subject = quote(answered_subject(part.subject))
        return f"mailto:{quote(answer_to, safe='@')}?subject={subject}&body={quote(body)}"

    stop = part.words.stop if part.thread is None else ""
    return _page.render(
        part=part,
        words=part.words,
        direction=direction(part.text or part.title),
        heading=_block(part.title or part.sender),
        heard=list(_blocks(part.heard)),
        blocks=list(_blocks(part.text)),
        answers=[_answer(choice, write) for choice in part.choices if choice.number > 0],
        more=[_answer(choice, write) for choice in part.choices if choice.number == 0],
        pictures=list(zip(cids, pictures(part), strict=True)),
        files=[_named(file) for file in part.files if not is_picture(file)],
        stop=stop,
        stop_url=write(STOP),
    )


def direction(text: str) -> str:
    """How a text is read, by its first letter that tells: "rtl" or "ltr"."""
    return next((found for each in text if (found := _STRONG.get(unicodedata.bidirectional(each)))), "ltr")


def pictures(part: Part) -> list[Enclosed]:
    """The files that are shown in the page."""
    return [file for file in part.files if is_picture(file)]


def is_picture(file: Enclosed) -> bool:
    """Mail programs show such a file."""
    return file.media_type in _PICTURES


def _answer(choice: Choice, write: Callable[[str], str]) -> Answer:
    return Answer(one_line(choice.label) or str(choice.number), choice.number, write(str(choice.number or MORE)))


def _blocks(text: str) -> Iterator[Block]:
    return (_block(paragraph) for paragraph in re.split(r"\n\s*\n", text.strip("\n")) if paragraph.strip())


def _block(paragraph: str) -> Block:
    return Block(tuple(tuple(_runs(line)) for line in paragraph.split("\n")), direction(paragraph))


def _runs(line: str) -> Iterator[Run]:
    start = 0
    for found in _URL.finditer(line):
        yield Run(line[start : found.start()])
        yield Run(found[0], found[0])
        start = found.end()
    yield Run(line[start:])


def _named(file: Enclosed) -> str:
    return f"[{one_line(file.name)}, {-(-len(file.data) // 1024)} KB]"


def _flowed(text: str, depth: str = "") -> str:
    return "\n".join(line for each in text.split("\n") for line in _soft(each.rstrip(), depth))


def _soft(line: str, depth: str) -> Iterator[str]:
    """A line in pieces that all but the last end with a space, which says that it goes on."""
    while len(line) > _WIDEST:
        at = line.rfind(" ", 1, _WIDEST)
        if at < 0 and (at := line.find(" ", _WIDEST)) < 0:
            break
        yield depth + _stuffed(line[: at + 1], depth)
        line = line[at + 1 :]
    yield depth + _stuffed(line, depth)


def _stuffed(line: str, depth: str) -> str:
    return f" {line}" if not depth and line.startswith(_TO_STUFF) else line
