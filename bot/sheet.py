"""Comma-separated values as Ruby's CSV writes them, which is what Decidim reads; and cells that no spreadsheet runs."""

from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
"""Some spreadsheets read full-width signs as well, and pass over a tab before one."""


def sheet(rows: Iterable[Sequence[str | None]], separator: str) -> str:
    """Lines that end with a line feed. A cell is quoted where it must be, and where it is empty; None is no cell."""
    return "".join(f"{separator.join(_cell(cell, separator) for cell in row)}\n" for row in rows)


def harmless(cell: str) -> str:
    """As Decidim's own exports: what a spreadsheet would take for a formula begins with an apostrophe."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def as_written(cell: str) -> str:
    """What `harmless` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _cell(cell: str | None, separator: str) -> str:
    if cell is None:
        return ""
    if cell and not any(each in cell for each in ("\r", "\n", '"', separator)):
        return cell
    return '"{}"'.format(cell.replace('"', '""'))
