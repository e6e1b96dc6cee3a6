"""A town's folder with one thing broken at random, and the lines on which that may be told.

A mutation knows what it touched: `lines` are the places where a finding may stand, `told` the one where an error must.
A wild one cuts or flips bytes and knows only the file.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.config.building import Path as Key
from bot.config.document import Document
from bot.config.source import Source
from tests.bot.config.relations import Line, block, dependents, document_of, file_relations, related
from tests.bot.config.vilabona import good

YAML = [path for path in sorted(good().files) if path.endswith(".yaml")]
NASTY = Path(__file__).with_name("nasty.txt").read_text(encoding="utf-8").splitlines()
DATES = re.compile(r"20\d\d-\d\d-\d\d(T\d\d:\d\d)?")


@dataclass
class Mutation:
    """`source` is the broken folder; `is_wild` where no line can be foretold."""

    name: str
    source: Source
    lines: set[Line] = field(default_factory=set)
    told: Line | None = None
    is_wild: bool = False


def mutation(seed: int) -> Mutation:
    """The mutation with this number."""
    dice = random.Random(seed)
    return MUTATORS[seed % len(MUTATORS)](dice)


def delete_key(dice: random.Random) -> Mutation:
    path, document, key = _any_key(dice)
    lines = block(document, key)
    text = [*document.lines[: lines.start - 1], *document.lines[lines.stop - 1 :]]
    first = document.lines[lines.start - 1]
    if first.lstrip().startswith("- ") and lines.stop <= len(document.lines):
        text[lines.start - 1] = first[: document.keys[key].column - 1] + text[lines.start - 1].lstrip()
    mutated = _put("delete", path, text, key)
    mutated.lines |= related(path, key)
    mutated = _shifted(mutated, path, lines.start, -len(lines))
    mutated.lines.add((path, document.key(key[:-1]).line))
    return mutated


def wrong_kind(dice: random.Random) -> Mutation:
    path, document, key = _any_key(dice)
    lines = block(document, key)
    head = document.lines[lines.start - 1].partition(":")[0]
    text = [*document.lines[: lines.start - 1], f"{head}: {{zz: 1}}", *document.lines[lines.stop - 1 :]]
    mutated = _put("wrong kind", path, text, key)
    mutated.lines |= {(path, lines.start), *related(path, key)}
    return _shifted(mutated, path, lines.start + 1, 1 - len(lines), (path, lines.start))


def rename_key(dice: random.Random) -> Mutation:
    path, document, key = _any_key(dice)
    line = document.keys[key].line
    mutated = _put(
        "rename", path, _with(document, line, lambda text: text.replace(f"{key[-1]}:", f"{key[-1]}x:", 1)), key
    )
    mutated.lines |= {(path, line), (path, document.key(key[:-1]).line), *related(path, key)}
    mutated.told = (path, line)
    return mutated


def repeat_key(dice: random.Random) -> Mutation:
    path, document, key = _any_key(dice)
    lines = block(document, key)
    first, *rest = document.lines[lines.start - 1 : lines.stop - 1]
    column = document.keys[key].column - 1
    again = [" " * column + first[column:], *rest]
    text = [*document.lines[: lines.stop - 1], *again, *document.lines[lines.stop - 1 :]]
    mutated = _put("repeat", path, text, key)
    mutated.lines = mutated.lines | {(path, lines.stop)}
    mutated.told = (path, lines.stop)
    return mutated


def inject_tag(dice: random.Random) -> Mutation:
    path, document, key = _any_key(dice)
    line = document.keys[key].line
    tagged = _with(document, line, lambda text: re.sub(r":( |$)", ": !!x ", text, count=1).rstrip())
    mutated = _put("tag", path, tagged, key)
    mutated.told = (path, line)
    mutated.lines |= {(path, line), *related(path, key)}
    return mutated


def add_key(dice: random.Random) -> Mutation:
    path, document, key = _any_key(dice)
    line = document.keys[key].line
    indent = document.keys[key].column - 1
    text = list(document.lines)
    if text[line - 1].lstrip().startswith("- "):
        text[line - 1 : line] = [text[line - 1][:indent] + "zzzz: 1", " " * indent + text[line - 1][indent:]]
    else:
        text.insert(line - 1, " " * indent + "zzzz: 1")
    mutated = _put("add", path, text, key)
    mutated.told = (path, line)
    mutated.lines = {(path, line)}
    return mutated


def nasty_value(dice: random.Random) -> Mutation:
    path, document, key = _any_key(dice)
    lines = block(document, key)
    head = document.lines[lines.start - 1].partition(":")[0]
    value = dice.choice(NASTY)
    text = [*document.lines[: lines.start - 1], f"{head}: {value}", *document.lines[lines.stop - 1 :]]
    mutated = _put(f"nasty {value[:30]}", path, text, key)
    mutated.is_wild = value in ("'", "'''")  # An apostrophe far below may close it.
    mutated.lines |= {(path, lines.start), (path, document.key(key[:-1]).line), *related(path, key)}
    mutated = _shifted(mutated, path, lines.start + 1, 1 - len(lines))
    # What breaks the syntax is told where the parser stumbles: here, or on the next line.
    mutated.lines.add((path, lines.start + 1))
    return mutated


def swap_dates(dice: random.Random) -> Mutation:
    path = dice.choice(["processes/mercat.yaml", "processes/riu.yaml", "results/cami.yaml", "tenant.yaml"])
    document = document_of(path)
    dated = [number for number, line in enumerate(document.lines, 1) if DATES.search(line)]
    first, second = (dice.choice(dated) for _ in range(2))
    text = list(document.lines)
    one, other = (DATES.search(text[number - 1]) for number in (first, second))
    assert one is not None
    assert other is not None
    text[first - 1] = DATES.sub(other[0], text[first - 1])
    text[second - 1] = DATES.sub(one[0], text[second - 1])
    mutated = _put("swap dates", path, text, (first, second))
    mutated.lines = {(path, number) for number in dated} | dependents()
    return mutated


def drop_file(dice: random.Random) -> Mutation:
    path = dice.choice(sorted(good().files))
    mutated = Mutation(f"drop {path}", _without(path), file_relations(path))
    mutated.lines.add((path, 1))
    return mutated


def rename_file(dice: random.Random) -> Mutation:
    path = dice.choice(sorted(good().files))
    name = dice.choice(["Bad Name", "x" * 70, "other", "é", "fr", "tenantt"])
    folder, _, last = path.rpartition("/")
    other = f"{folder}/{name}.{last.rpartition('.')[2]}".removeprefix("/")
    source = _without(path)
    files = {**source.files, other: good().files[path]}
    mutated = Mutation(f"rename {path} to {other}", Source(source.id, files), file_relations(path))
    mutated.lines |= {(path, 1), (other, 1)}
    return mutated


def cut_file(dice: random.Random) -> Mutation:
    path = dice.choice(sorted(good().files))
    content = good().files[path]
    at = dice.randrange(len(content))
    return Mutation(f"cut {path} at {at}", _replaced(path, content[:at]), is_wild=True)


def flip_byte(dice: random.Random) -> Mutation:
    path = dice.choice(sorted(good().files))
    content = bytearray(good().files[path])
    at = dice.randrange(len(content))
    content[at] = dice.randrange(256)
    return Mutation(f"flip {path} at {at} to {content[at]}", _replaced(path, bytes(content)), is_wild=True)


def swap_lines(dice: random.Random) -> Mutation:
    path = dice.choice(YAML)
    text = list(document_of(path).lines)
    first, second = dice.randrange(len(text)), dice.randrange(len(text))
    text[first], text[second] = text[second], text[first]
    return Mutation(f"swap {path}:{first + 1} {second + 1}", _replaced(path, _joined(text)), is_wild=True)


MUTATORS: tuple[Callable[[random.Random], Mutation], ...] = (
    delete_key, wrong_kind, rename_key, repeat_key, inject_tag, add_key, nasty_value, nasty_value,
    swap_dates, drop_file, rename_file, cut_file, flip_byte, swap_lines,
)  # fmt: skip


def _any_key(dice: random.Random) -> tuple[str, Document, Key]:
    path = dice.choice(YAML)
    document = document_of(path)
    return path, document, dice.choice(sorted(document.keys, key=str))


def _put(name: str, path: str, lines: list[str], key: Key) -> Mutation:
    return Mutation(f"{name} {path} {key}", _replaced(path, _joined(lines)))


def _shifted(mutated: Mutation, path: str, start: int, by: int, told: Line | None = None) -> Mutation:
    """The related lines that stand after the change have moved."""
    mutated.lines = {(one, number + by if one == path and number >= start else number) for one, number in mutated.lines}
    mutated.told = told
    return mutated


def _with(document: Document, line: int, change: Callable[[str], str]) -> list[str]:
    return [change(text) if number == line else text for number, text in enumerate(document.lines, 1)]


def _joined(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _replaced(path: str, content: bytes) -> Source:
    return Source(good().id, {**good().files, path: content})


def _without(path: str) -> Source:
    return Source(good().id, {one: content for one, content in good().files.items() if one != path})
