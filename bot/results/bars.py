"""Results in a terminal: bars with their numbers."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from flows.counted import Told
from flows.participation.figures import Figure, Line

_WIDTH = 30
_EIGHTHS = " ▏▎▍▌▋▊▉"


def bars(told: Told) -> RenderableType:
    """All of them, from what they are to what they are not."""
    return Group(*_parts(told))


def _parts(told: Told) -> Iterator[RenderableType]:
    yield Text(told.title, style="bold")
    yield Text(told.received())
    if not told.results.is_hidden:
        yield Text(told.contacts())
        for figure in told.results.figures:
            yield Text()
            yield from _figure(told, figure)
        yield Text()
        for name, value in told.facts():
            yield Text(f"{name}: {value}", style="dim")
    yield Text(" ".join(told.cautions()), style="dim")


def _figure(told: Told, figure: Figure) -> Iterator[RenderableType]:
    yield Text(told.question(figure), style="bold")
    yield Text(f"   {told.note(figure)}", style="dim")
    if figure.lines:
        yield _table(told, figure.lines, figure.answered or 0)
    for row in figure.rows:
        yield Text(f"   {told.words(row.name)}: {told.number(row.answered)}")
        if row.lines:
            yield _table(told, row.lines, row.answered or 0)


def _table(told: Told, lines: tuple[Line, ...], answered: int) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False)
    for _ in range(2):
        table.add_column()
    for _ in range(3):
        table.add_column(justify="right")
    for line in lines:
        share = (line.count or 0) / answered if answered else 0
        numbers = (told.number(line.count), told.share(line.count, answered), told.mean(line))
        table.add_row(told.words(line.name), Text(_bar(share), style="cyan"), *numbers)
    return Padding(table, (0, 0, 0, 3))


def _bar(share: float) -> str:
    eighths = round(share * _WIDTH * 8)
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()).ljust(_WIDTH)
