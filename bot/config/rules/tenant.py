"""Rules of the town itself: who is in charge, when people answer, and its shield."""

import re
from collections.abc import Iterator

from pydantic_core import PydanticCustomError

from bot.config.finding import START, Finding, Place, error
from bot.config.kinds import clock
from bot.config.reading import Files, unused
from bot.config.source import is_inside
from bot.config.spot import Spot
from flows.keywords import command_in, is_yes

_SHIELD_BYTES = 200_000
_PNG = b"\x89PNG\r\n\x1a\n"
_ACTIVE = re.compile(
    r"<script|<foreignobject|<iframe|<!entity|<!doctype|javascript:|(?<=\s)on[a-z]+\s*=|href\s*=\s*[\"'](?!#|data:image/)",
    re.I,
)


def findings(files: Files) -> Iterator[Finding]:
    """What is wrong in `tenant.yaml` or `platform.yaml` beyond single values."""
    head = files.head
    if head is None:
        return
    yield from _hours(head)
    keyword = head["keyword"]
    if keyword.text and (command_in(keyword.text) or is_yes(keyword.text)):
        message = f"`{keyword.text[:40]}` means something else in every conversation"
        yield keyword.error("keyword_taken", message, "choose another word, such as the town's name")
    profile = head["administrator"]["profile"]
    if profile.value in ("elected", "other"):
        hint = "better a technical profile than an elected one"
        yield profile.warning("profile", "the first administrator has no technical profile", hint)
    used = {"README.md", *_pictures(files)}
    shield = head["branding"]["shield"]
    if shield.text:
        used.add(shield.text)
        yield from _shield(files, shield, shield.text)
    for path in files.source.files if head.document.data else ():
        if not path.endswith((".yaml", ".yml", ".md")) and path not in used:
            yield unused(path)


def _hours(head: Spot) -> Iterator[Finding]:
    support = head["support"]
    try:
        if clock(support["opens"].value) >= clock(support["closes"].value):
            yield support["closes"].error("backwards", "the support closes before it opens", "for example `12:00`")
    except PydanticCustomError:
        return  # A finding of its own says so.


def _pictures(files: Files) -> Iterator[str]:
    for survey in files.surveys:
        for question in survey.spot["questions"].items:
            if (name := question["picture"]["file"].text) is not None:
                yield name
    for broadcast in files.broadcasts:
        if (name := broadcast.spot["file"]["file"].text) is not None:
            yield name


def _shield(files: Files, shield: Spot, path: str) -> Iterator[Finding]:
    if not is_inside(path):
        yield shield.error("outside", "the shield is outside the tenant's folder", "copy the picture into the folder")
        return
    content = files.source.files.get(path)
    if content is None:
        yield shield.error("no_file", f"there is no file `{path[:100]}`", "put the shield into the folder: SVG or PNG")
    elif len(content) > _SHIELD_BYTES:
        yield error(path, START, "too_large", f"is larger than {_SHIELD_BYTES // 1000} kB", "make it smaller")
    elif path.endswith(".png"):
        if not content.startswith(_PNG):
            yield error(path, START, "picture", "is not a PNG picture", "SVG or PNG")
    elif path.endswith(".svg"):
        yield from _svg(path, content.decode(errors="replace"))
    else:
        yield shield.error("picture", "the shield is neither SVG nor PNG", "name a file that ends in .svg or .png")


def _svg(path: str, drawing: str) -> Iterator[Finding]:
    if not re.search(r"<svg[\s>]", drawing) or "</svg>" not in drawing:
        yield error(path, START, "picture", "is not an SVG picture", "SVG or PNG")
        return
    for found in _ACTIVE.finditer(drawing):
        place = Place(drawing.count("\n", 0, found.start()) + 1, found.start() - drawing.rfind("\n", 0, found.start()))
        hint = "save it as a plain drawing, without scripts, entities or links"
        yield error(path, place, "script", f"`{found[0][:30]}` has no place in a shield", hint)
