"""A file that a command writes: whole under its name, or not at all."""

import os
import tempfile
from pathlib import Path

from bot.cli.folder import problem


def write_whole(path: Path, text: str) -> None:
    """Write beside it, then rename; ends the command where that is not possible."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=f".{path.name}.", encoding="utf-8", newline="", delete=False
        ) as file:
            written = Path(file.name)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        written.chmod(0o644)
        written.replace(path)
    except OSError as failure:
        problem(f"{path} cannot be written: {failure.strerror}.")
