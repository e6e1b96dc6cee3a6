"""Comma-separated values: written as Ruby's CSV does, which is what Decidim reads, in cells that no spreadsheet runs;
and read from wherever they come."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
"""Some spreadsheets read full-width signs as well, and pass over a tab before one."""


class Fault(NamedTuple):
    """What is wrong with a line, and what to do."""

    line: int
    what: str
    hint: str


class Record(NamedTuple):
    """A row of a file by its columns, and the line where it begins."""

    line: int
    cells: Mapping[str, str]


class Broken(Exception):
    """The file cannot be read at all."""

    def __init__(self, line: int, what: str, hint: str) -> None:
        super().__init__(what)
        self.fault = Fault(line, what, hint)


def sheet(rows: Iterable[Sequence[str | None]], separator: str) -> str:
    """Lines that end with a line feed. A cell is quoted where it must be, and where it is empty; None is no cell."""
    return "".join(f"{separator.join(_cell(cell, separator) for cell in row)}\n" for row in rows)


def harmless(cell: str) -> str:
    """As Decidim's own exports: what a spreadsheet would take for a formula begins with an apostrophe."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def as_written(cell: str) -> str:
    """What `harmless` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def records_in(data: bytes) -> Iterator[Record]:
    """The rows of a CSV file, whichever separator it has; raises `Broken`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Broken(line, "this is not UTF-8", "save it as CSV in UTF-8") from None
    first = text.partition("\n")[0]
    separator = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    header: list[str] = []
    line = 1
    try:
        for row in reader:
            if not header:
                header = [cell.strip() for cell in row]
            elif any(row):
                if len(row) != len(header):
                    what = f"{len(row)} cells where the header has {len(header)}"
                    raise Broken(line, what, "a separator or a quote is missing or too many")
                yield Record(line, dict(zip(header, row, strict=True)))
            line = reader.line_num + 1
    except csv.Error as error:
        raise Broken(
            line, f"this is not CSV ({error})", "quote cells that hold a quote, a separator or a line end"
        ) from None
    if not header:
        raise Broken(1, "the file is empty", "the first line names the columns")


def _cell(cell: str | None, separator: str) -> str:
    if cell is None:
        return ""
    if cell and not any(each in cell for each in ("\r", "\n", '"', separator)):
        return cell
    return '"{}"'.format(cell.replace('"', '""'))
