"""A complete town that is right, and ways to break it."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from bot.config.source import Source, read_folder

FOLDER = Path(__file__).parent / "vilabona"


@lru_cache
def good() -> Source:
    """The town as it stands in its folder."""
    return read_folder(FOLDER)


def changed(path: str, before: str, after: str) -> Source:
    """The town with one passage of one file written otherwise; the passage must be there."""
    source = good()
    text = source.files[path].decode()
    assert before in text, f"{before!r} is not in {path}"
    return with_files({path: text.replace(before, after, 1).encode()})


def with_files(files: Mapping[str, bytes | None]) -> Source:
    """The town with these files put in, or taken out where they are None."""
    source = good()
    return Source(
        source.id, {path: content for path, content in {**source.files, **files}.items() if content is not None}
    )
