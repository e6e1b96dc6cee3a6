"""The schemas of editors are those of the code, and the examples keep them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.config.schemas import SCHEMAS, schema_files

ROOT = Path(__file__).parents[3]
FILES = sorted((ROOT / "examples").rglob("*.yaml"))


def test_the_schemas_kept_in_the_repository_are_those_of_the_code() -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "schemas").glob("*.json")}
    assert kept == schema_files(), "run `participabot schema --write schemas`"


def test_schema_writes_them(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["schema", "--write", str(tmp_path / "new")]).exit_code == 0
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == sorted(schema_files())


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_examples_keep_the_schema_that_they_name(kind: str) -> None:
    of_kind: list[Path] = []
    for path in FILES:
        named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text(encoding="utf-8"))
        assert named is not None, f"{path} names no schema in its first line"
        schema = (path.parent / named[1]).resolve()
        assert schema.is_file(), path
        if schema.name == f"{kind}.schema.json":
            of_kind.append(path)
    assert of_kind, f"no example of a {kind}"
    ran = validate(kind, *of_kind)
    assert ran.returncode == 0, ran.stdout


def test_a_schema_refuses_what_check_refuses(tmp_path: Path) -> None:
    wrong = tmp_path / "tenant.yaml"
    wrong.write_text("population: many\n")
    assert validate("tenant", wrong).returncode == 1


def validate(kind: str, *files: Path) -> subprocess.CompletedProcess[str]:
    schema = str(ROOT / f"schemas/{kind}.schema.json")
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", schema, *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False)
