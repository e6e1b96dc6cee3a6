"""How an IMAP client writes a command: atoms, quoted strings, literals and lists."""

import asyncio
import re
from collections.abc import Iterator
from typing import TypeAlias

Word: TypeAlias = "str | list[Word]"

LONGEST_LINE = 64 * 1024
_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\r\n$")
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([()])|((?:[^\s()"\[]|\[[^\]]*\])+)|\0(\d+)\0')


class Wrong(Exception):
    """No command at all: answered BAD."""


async def read_command(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[Word]:
    """One command with its literals; empty at the end."""
    line, literals = "", list[str]()
    while True:
        piece = await reader.readline()
        if not piece.endswith(b"\r\n"):
            return []
        found = _LITERAL.search(piece)
        line += piece[: found.start() if found else -2].decode("ascii", "replace").replace("\0", "?")
        if not found:
            return words_of(line, literals)
        if not found[2]:
            writer.write(b"+ go on\r\n")
        literals.append((await reader.readexactly(int(found[1]))).decode("utf-8", "replace"))
        line += f"\0{len(literals) - 1}\0"


def words_of(line: str, literals: list[str]) -> list[Word]:
    """A line's words, lists within lists."""
    opened: list[list[Word]] = [[]]
    at = 0
    while at < len(line):
        if line[at] == " ":
            at += 1
            continue
        if not (found := _TOKEN.match(line, at)):
            raise Wrong(line[:20])
        at = found.end()
        if found[2] == "(":
            opened.append([])
        elif found[2] == ")":
            if len(opened) == 1:
                raise Wrong("a list that was never opened")
            closed = opened.pop()
            opened[-1].append(closed)
        elif found[4] is not None:
            opened[-1].append(literals[int(found[4])])
        else:
            opened[-1].append(found[3] if found[1] is None else re.sub(r"\\(.)", r"\1", found[1]))
    if len(opened) > 1:
        raise Wrong("a list that is never closed")
    return opened[0]


def numbers_in(chosen: str, last: int) -> Iterator[range]:
    """A sequence set: `1,4:6,9:*`."""
    for each in chosen.split(","):
        if not re.fullmatch(r"(?:\d+|\*)(?::(?:\d+|\*))?", each):
            raise Wrong("no sequence set")
        first, _, end = each.replace("*", str(last)).partition(":")
        low, high = sorted((int(first), int(end or first)))
        yield range(low, high + 1)


def quoted(words: str) -> str:
    """A string as a server writes it."""
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'
