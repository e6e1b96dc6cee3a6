"""The pages are true: their commands run, their links lead somewhere, and nothing that exists is left out.

A block marked `sh` is run, page by page, in an empty folder that holds a copy of the examples; one marked `text output`
must be found, line by line, in what the block before it printed; `yaml` and `toml` must parse. Anything else is `text`.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, get_args

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from bot.cli import COMMANDS
from bot.config.schemas import SCHEMAS
from bot.config.settings import Settings
from flows.keywords import WORDS

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
REFERENCE = ROOT / "docs/reference"
KINDS = {"sh", "text", "text output", "yaml", "toml", "ini", "python"}


class Block(NamedTuple):
    kind: str
    text: str
    line: int


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in re.finditer(r"^ *```([^\n]*)\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL):
        yield Block(found[1].strip(), found[2], text.count("\n", 0, found.start()) + 1)


def shell(folder: Path, commands: str) -> str:
    """Run commands as a reader would, one block after the other; both outputs, and the end must be good."""
    settings = {
        "PATH": f"{folder / '.bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "NO_COLOR": "1",
        "COLUMNS": "120",
        "LANG": "C.UTF-8",
    }
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f". ~/.exported; {{ {commands}\n}}; export -p > ~/.exported"],
        cwd=folder,
        env=settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, f"{commands}\n{ran.stdout}"
    return ran.stdout


@pytest.mark.parametrize("page", [page for page in PAGES if any(b.kind == "sh" for b in blocks(page))], ids=name_of)
def test_every_command_shown_runs(page: Path, tmp_path: Path) -> None:
    command = tmp_path / ".bin" / "participabot"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bot "$@"\n')
    command.chmod(0o755)
    (tmp_path / ".exported").touch()
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    printed = ""
    for block in blocks(page):
        if block.kind == "sh":
            printed = shell(tmp_path, block.text)
        elif block.kind == "text output":
            missing = [line for line in block.text.splitlines() if line.strip() not in printed]
            assert missing == [], f"{name_of(page)}:{block.line}: not printed any more\n{printed}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_page_is_well_formed(page: Path) -> None:
    for block in blocks(page):
        assert block.kind in KINDS, f"{name_of(page)}:{block.line}: mark it sh (it is run) or text"
        if block.kind == "yaml":
            YAML(typ="safe").load(block.text)
        elif block.kind == "toml":
            tomllib.loads(block.text)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), f"{name_of(page)}: {target}"


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop().resolve()
        if page.is_dir():
            waiting.extend(page.glob("*.md"))
        elif page.suffix == ".md" and page not in reached and page.is_file():
            reached.add(page)
            links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
            waiting.extend(page.parent / link for link in links if "://" not in link)
    assert [name_of(page) for page in PAGES if page.resolve() not in reached] == []


def test_every_command_is_explained() -> None:
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"## `participabot {name}" not in page] == []


def test_every_setting_is_explained() -> None:
    page = (REFERENCE / "configuration.md").read_text(encoding="utf-8")
    settings = [f"PARTICIPABOT_{name.upper()}" for name in Settings.model_fields]
    assert [setting for setting in settings if f"`{setting}`" not in page] == []


def keys_of(model: type[BaseModel], above: tuple[type[BaseModel], ...] = ()) -> Iterator[str]:
    """Every key that a file of this kind may hold, at any depth; `above` are the models that hold this one."""
    for name, field in model.model_fields.items():
        yield field.alias or name
        for part in (field.annotation, *get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel) and part not in (model, *above):
                yield from keys_of(part, (model, *above))


@pytest.mark.parametrize("model", SCHEMAS.values(), ids=list(SCHEMAS))
def test_every_key_of_a_file_is_explained(model: type[BaseModel]) -> None:
    page = (REFERENCE / "configuration.md").read_text(encoding="utf-8")
    assert [key for key in keys_of(model) if not re.search(rf"`(?:[a-z_.\[\]]*\.)?{key}\b", page)] == []


def test_every_keyword_is_explained() -> None:
    page = (REFERENCE / "keywords.md").read_text(encoding="utf-8")
    words = [word.upper() for languages in WORDS.values() for words in languages.values() for word in words]
    assert sorted(word for word in words if f"`{word}`" not in page) == []


def test_the_readme_has_exactly_two_commands_to_begin_with() -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^make \w+$", page, re.MULTILINE) == ["make demo", "make test"]
