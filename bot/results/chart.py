"""Charts of results as PNG: horizontal bars with their numbers, and under them what the numbers are not.

`python -m bot.results.chart` draws what `bot.results.drawing` hands it.
"""

import sys
import textwrap
from io import BytesIO
from zoneinfo import ZoneInfo

import matplotlib
import msgspec
from matplotlib.figure import Figure as Canvas
from msgspec import Struct

from bot.results.drawing import Order, charted
from flows.counted import Told
from flows.participation.figures import Figure, Line
from flows.participation.words import words_in

matplotlib.use("Agg")

WIDTH = 1080
"""Pixels; a chat shows it whole."""
_DPI = 120
_BAR, _ROOM = 46, 84
"""Pixels of a bar with its room, and of what stands above the first."""
_FOOT = 110
_MOST = 4200
"""Pixels of height: beyond that a chat no longer shows it."""
_INK, _BARS, _FAINT = "#1d2733", "#2f6f9f", "#dfe6ec"
_WRAP, _LABEL = 62, 30


class Bars(Struct):
    """One block of bars."""

    title: str
    note: str
    lines: tuple[Line, ...]
    answered: int


def chart(told: Told, slug: str = "") -> bytes:
    """All figures one below the other, or one of them."""
    blocks = [block for each in charted(told.results) if slug in ("", each.slug) for block in _blocks(told, each)]
    heights = [_ROOM + _BAR * len(block.lines) for block in blocks]
    while len(blocks) > 1 and sum(heights) + 2 * _FOOT > _MOST:
        blocks.pop()
        heights.pop()
    return _png(told, blocks, heights, len(slug) > 0)


def main() -> None:
    """Draw what stands in the standard input."""
    order = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Order)
    zone = ZoneInfo(order.zone)
    pictures = {
        each: chart(Told(order.results, each, order.default, zone, words_in(order.town, each, order.default)))
        for each in order.languages
    }
    sys.stdout.buffer.write(msgspec.msgpack.encode(pictures))


def _blocks(told: Told, figure: Figure) -> list[Bars]:
    question, note = told.question(figure), told.note(figure)
    if not figure.rows:
        return [Bars(question, note, figure.lines, figure.answered or 0)]
    return [
        Bars(f"{question} {told.words(row.name)}", told.number(row.answered), row.lines, row.answered)
        for row in figure.rows
        if row.answered
    ]


def _png(told: Told, blocks: list[Bars], heights: list[int], is_one: bool) -> bytes:
    head = 30 if is_one else _FOOT
    height = sum(heights) + head + _FOOT
    canvas = Canvas(figsize=(WIDTH / _DPI, height / _DPI), dpi=_DPI, facecolor="white")
    if not is_one:
        canvas.text(0.03, 1 - 34 / height, _wrapped(told.title, 46), size=17, weight="bold", color=_INK, va="top")
    top = height - head
    for block, room in zip(blocks, heights, strict=True):
        _draw(canvas, told, block, top, room, height)
        top -= room
    foot = " · ".join(
        (told.town, told.received(), told.contacts()) if told.town else (told.received(), told.contacts())
    )
    cautions = " ".join([*told.cautions()][:2])
    canvas.text(0.03, 22 / height, _wrapped(f"{foot}\n{cautions}", 128), size=8.5, color=_INK, va="bottom")
    written = BytesIO()
    canvas.savefig(written, format="png", metadata={"Software": None, "Title": told.title})
    return written.getvalue()


def _draw(canvas: Canvas, told: Told, block: Bars, top: float, room: int, height: float) -> None:
    axes = canvas.add_axes((0.33, (top - room + 14) / height, 0.62, (room - _ROOM) / height))
    canvas.text(
        0.03, (top - 12) / height, _wrapped(block.title, _WRAP, 2), size=11.5, weight="bold", color=_INK, va="top"
    )
    lines = [*block.lines][::-1]
    shares = [100 * (line.count or 0) / block.answered for line in lines]
    axes.barh(range(len(lines)), [100] * len(lines), color=_FAINT, height=0.56)
    axes.barh(range(len(lines)), shares, color=_BARS, height=0.56)
    for place, (line, share) in enumerate(zip(lines, shares, strict=True)):
        label = _wrapped(told.words(line.name), _LABEL, 2)
        axes.text(-1.5, place, label, ha="right", va="center", size=9.5, color=_INK)
        count = told.number(line.count)
        words = count if line.count is None else f"{told.share(line.count, block.answered)} · {count}"
        is_inside = share > 70
        at, colour = (share - 1.5, "white") if is_inside else (share + 1.5, _INK)
        axes.text(at, place, words, ha="right" if is_inside else "left", va="center", size=9.5, color=colour)
    axes.set_xlim(0, 100)
    axes.set_ylim(-0.5, len(lines) - 0.5)
    axes.axis("off")


def _wrapped(text: str, width: int, lines: int = 6) -> str:
    parts = [part for line in text.split("\n") for part in textwrap.wrap(line, width)]
    whole = parts[:lines]
    if len(parts) > lines:
        whole[-1] = whole[-1][: width - 1] + "…"
    return "\n".join(whole).replace("$", r"\$")


if __name__ == "__main__":
    main()
