"""What a person wrote in a mail: above, below and between what they quote, without what their program put there.

Works on plain lines, where a quote begins with ">": that of a page has been marked so before (`email_pages`).
"""

import re
from collections.abc import Iterable
from itertools import accumulate, groupby, takewhile

from msgspec import Struct

from channels.email_attributions import (
    MOST_LINES,
    is_attribution,
    is_disclaimer,
    is_footer,
    is_letterhead,
    is_marker,
    is_separator,
)

MOST_LINES_READ = 2_000
_SIGNATURE = "--"
_LONGEST_SIGNATURE = 12
_LONGEST_NOTICE = 60
_FULL = 68
"""Characters from which a quoted line may have been broken, its end on a line of its own without a mark."""

_RULE = re.compile(r"[-_*=~–—]{5,}")
_GAPS = re.compile(r"\n{3,}")


class Cut(Struct, frozen=True):
    """A person's own words, and the rest: quotes, who is quoted, signatures, footers."""

    own: str
    rest: str = ""


def cut(text: str) -> Cut:
    """Tell them apart. What is not certainly the rest is their own."""
    lines = [line.strip() for line in text.split("\n")]
    end = _end(lines[:MOST_LINES_READ])
    is_own = [at < end and not _is_quoted(line) for at, line in enumerate(lines)]
    _leave_broken_quotes(lines, is_own)
    _leave_attributions(lines, is_own, end)
    for start, stop in _stretches(is_own):
        _leave_what_stands_below(lines, is_own, start, stop)
    own = _joined(line for line, kept in zip(lines, is_own, strict=True) if kept)
    return Cut(own, _joined(line for line, kept in zip(lines, is_own, strict=True) if not kept and line != ">"))


def _end(lines: list[str]) -> int:
    """The line from which nothing is their own: our marker, a letterhead, a separator, who wrote what follows."""
    for at, line in enumerate(lines):
        if not line or _is_quoted(line):
            continue
        if is_marker(line) or is_separator(line) or is_letterhead(_together(lines, at, 8)):
            return at
        if (length := _attribution(lines, at)) and not _is_quoted(_next(lines, at + length)):
            return at
    return len(lines)


def _leave_broken_quotes(lines: list[str], is_own: list[bool]) -> None:
    """The end of a quoted line that was too long for the program that quoted it."""
    for at in range(1, len(lines) - 1):
        before, line, after = lines[at - 1 : at + 2]
        is_torn = len(before) >= _FULL and before[-1] not in ".?!:;" and 0 < len(line) < len(before)
        if is_own[at] and is_torn and _is_quoted(before) and _is_quoted(after):
            is_own[at] = False


def _leave_attributions(lines: list[str], is_own: list[bool], end: int) -> None:
    for at in range(end):
        if is_own[at] and (length := _attribution(lines, at)):
            is_own[at : at + length] = [False] * length


def _leave_what_stands_below(lines: list[str], is_own: list[bool], start: int, stop: int) -> None:
    """Signature, footers, legal notices and a last rule of one stretch of their own words."""
    for at in range(start, stop):
        if _opens_what_stands_below(lines, at, start, stop):
            is_own[at:stop] = [False] * (stop - at)
            break
        if lines[at] and is_footer(lines[at]):
            is_own[at] = False
    last = next((at for at in reversed(range(start, stop)) if is_own[at] and lines[at]), None)
    if last is not None and _RULE.fullmatch(lines[last]):
        is_own[last] = False


def _opens_what_stands_below(lines: list[str], at: int, start: int, stop: int) -> bool:
    if lines[at] == _SIGNATURE:
        return stop - at <= _LONGEST_SIGNATURE
    is_second = at > start and lines[at] != "" and lines[at - 1] == "" and any(lines[start:at])
    return is_second and is_disclaimer(" ".join(_together(lines, at, _LONGEST_NOTICE)))


def _attribution(lines: list[str], at: int) -> int:
    """How many lines from here say who wrote what follows; 0 for none."""
    together = _together(lines, at, MOST_LINES)
    for length in range(1, len(together) + 1):
        is_before_quote = _is_quoted(_next(lines, at + length))
        if is_attribution(" ".join(together[:length]), is_before_quote, length == 1):
            later = (" ".join(together[first:length]) for first in range(1, length))
            return 0 if any(is_attribution(each, is_before_quote, False) for each in later) else length
    return 0


def _together(lines: list[str], at: int, most: int) -> list[str]:
    """The lines from here to the next blank or quoted one."""
    return list(takewhile(lambda line: line and not _is_quoted(line), lines[at : at + most]))


def _next(lines: list[str], at: int) -> str:
    """The next line that says something."""
    return next((line for line in lines[at : at + 10] if line), "")


def _is_quoted(line: str) -> bool:
    return line.startswith(">")


def _stretches(is_own: list[bool]) -> list[tuple[int, int]]:
    """Where lines of their own stand together."""
    runs = [(kept, len(list(run))) for kept, run in groupby(is_own)]
    ends = list(accumulate(length for _, length in runs))
    return [(end - length, end) for (kept, length), end in zip(runs, ends, strict=True) if kept]


def _joined(lines: Iterable[str]) -> str:
    return _GAPS.sub("\n\n", "\n".join(lines)).strip()
