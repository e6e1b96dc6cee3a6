"""A file that a command writes: whole under its name, or not at all."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bot.cli.folder import problem


def write_whole(path: Path, text: str) -> None:
    """Write beside it, then rename; ends the command where that is not possible."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """As `write_whole`."""
    write_pieces(path, [data])


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """As `write_whole`, piece by piece: what is long is never in memory as a whole."""
    try:
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            written = Path(file.name)
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        written.chmod(0o644)
        written.replace(path)
    except OSError as failure:
        problem(f"{path} cannot be written: {failure.strerror}.")
