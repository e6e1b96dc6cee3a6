"""`participabot schema`: JSON Schemas of the files, for editors."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.folder import out, print_json, usage
from bot.config.schemas import schema_files


def schema(
    write: Annotated[
        Path | None, typer.Option("--write", help="Write one file for each kind into this folder.")
    ] = None,
) -> None:
    """Print the schemas of the files by kind, or write them where editors find them.

    A file names its own in its first line: `# yaml-language-server: $schema=…/tenant.schema.json`.
    """
    files = schema_files()
    if write is None:
        print_json({name.partition(".")[0]: json.loads(text) for name, text in files.items()})
        return
    try:
        write.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (write / name).write_text(text, encoding="utf-8")
    except OSError as failure:
        usage(f"Cannot write into {write}: {failure.strerror}.")
    out.print(f"Written: {', '.join(files)} in {write}.")
