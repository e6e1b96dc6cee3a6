"""`participabot segments`: what words cost on SMS, which characters make them dear, and what plain typography saves."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from ruamel.yaml import YAML

from bot.cli.folder import AsJson, out, print_json, tenants_in
from channels.segments import Encoding, forcing, measure
from channels.typography import plain
from flows.text import NAMES, texts

_OURS = "participabot"
_SHOWN = 8


def segments(
    text: Annotated[str | None, typer.Argument(help="Words to measure; without them, the bot's own.")] = None,
    towns: Annotated[Path | None, typer.Option("--towns", help="A folder of towns, to measure theirs too.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say what words cost on SMS, and why: encoding, segments, and the characters that force the dear encoding."""
    if text is not None:
        rows = [_row("", "", [text])]
    else:
        rows = [_row(_OURS, language, texts(language)) for language in NAMES]
        rows += [_row(*each) for each in (_texts_of_towns(towns) if towns else ())]
    if as_json:
        print_json(rows)
    elif text is not None:
        _print_one(plain(text), rows[0])
    else:
        _print(rows)


def _row(whose: str, language: str, words: Iterable[str]) -> dict[str, object]:
    before, after, dear, forces = 0, 0, 0, Counter[str]()
    listed = list(words)
    for each in listed:
        sent = measure(plain(each))
        before, after = before + measure(each).segments, after + sent.segments
        dear += sent.encoding is Encoding.UCS_2
        forces.update(forcing(plain(each)))
    return {
        "whose": whose,
        "language": language,
        "texts": len(listed),
        "segments_as_written": before,
        "segments": after,
        "saved": before - after,
        "ucs2": dear,
        "forcing": dict(forces.most_common()),
    }


def _print_one(text: str, row: dict[str, object]) -> None:
    measured = measure(text)
    out.print(f"{measured.encoding}: {measured.units} units, {measured.segments} segments")
    if forced := forcing(text):
        out.print(f"UCS-2 because of: {' '.join(forced)}")
    if row["saved"]:
        out.print(f"Plain typography saves {row['saved']} of {row['segments_as_written']} segments")


def _print(rows: Iterable[dict[str, object]]) -> None:
    table = Table("whose", "language", "texts", "as written", "segments", "saved", "UCS-2", "forcing", box=None)
    for row in rows:
        forces = row["forcing"] if isinstance(row["forcing"], dict) else {}
        counts = [str(row[key]) for key in ("texts", "segments_as_written", "segments", "saved", "ucs2")]
        table.add_row(str(row["whose"]), str(row["language"]), *counts, " ".join(list(forces)[:_SHOWN]))
    out.print(table)


def _texts_of_towns(folder: Path) -> Iterator[tuple[str, str, list[str]]]:
    """What stands in the files of towns under the name of a language."""
    for town in tenants_in(folder):
        found: dict[str, list[str]] = {language: [] for language in NAMES}
        for name, content in town.source.files.items():
            if name.endswith(".yaml"):
                _gather(YAML(typ="safe").load(content), found)
        yield from ((town.source.id, language, words) for language, words in found.items() if words)


def _gather(value: object, found: dict[str, list[str]]) -> None:
    if isinstance(value, dict):
        for key, each in value.items():
            if key in found and isinstance(each, str):
                found[key].append(each)
            else:
                _gather(each, found)
    elif isinstance(value, list):
        for each in value:
            _gather(each, found)
