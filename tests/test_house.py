"""The house rules that no linter knows: sizes, names, and that whatever exists is tried and explained.

That every word is translated is tested in `tests/flows/test_catalogs.py`, that the manuals are true
in `tests/test_docs.py`.
"""

import hashlib
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from statistics import median

import pytest

from channels.catalog import CHANNELS
from flows.catalog import FLOWS
from flows.text import NAMES

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "channels", "flows", "storage")
FOLDERS = {*ROOMS, "tests", "docs", "examples", "packaging", "schemas", ".ci"}
FILES = {
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    ".gitignore",
    ".pre-commit-config.yaml",
    "alembic.ini",
    "babel.cfg",
    "pyproject.toml",
    "requirements.txt",
    "requirements-dev.txt",
}
VAGUE = {"base", "common", "core", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}
MAX_LINES = 250
MAX_MEDIAN = 150
EUPL_SHA256 = "57fb42fbcd0b037ce528ed8f72f1ec095d67bc6825ecf1448ff39be1fe68a4b4"
INVENTED = ("example.org", "www.w3.org")
VERSIONS = "storage/migrations/versions"


def git(*arguments: str) -> list[str]:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()


@cache
def files() -> tuple[str, ...]:
    """What is in the repository or about to be."""
    return tuple(sorted(name for name in git("ls-files", "-co", "--exclude-standard") if (ROOT / name).is_file()))


@cache
def sources() -> tuple[Path, ...]:
    return tuple(ROOT / name for name in files() if name.endswith(".py") and name.split("/")[0] in ROOMS)


@cache
def texts() -> dict[str, str]:
    return {name: (ROOT / name).read_text(encoding="utf-8", errors="replace") for name in files()}


def naming(pattern: str, suffix: str = "") -> list[str]:
    """Files whose text matches, with the line, as a person would look for them."""
    searched = re.compile(pattern)
    return [
        f"{name}:{text.count(chr(10), 0, found.start()) + 1}: {found.group()}"
        for name, text in texts().items()
        if name.endswith(suffix)
        for found in searched.finditer(text)
    ]


def test_the_top_level_is_what_was_agreed() -> None:
    tops = {tuple(name.split("/", 1)) for name in files()}
    assert {top[0] for top in tops if len(top) > 1} <= FOLDERS
    assert {top[0] for top in tops if len(top) == 1} <= FILES


def test_no_source_file_is_long() -> None:
    lines = {path: len(path.read_text().splitlines()) for path in sources() if VERSIONS not in str(path)}
    assert {str(path.relative_to(ROOT)): count for path, count in lines.items() if count > MAX_LINES} == {}
    assert median(count for count in lines.values() if count) < MAX_MEDIAN


def test_no_name_admits_anything() -> None:
    parts = {name: set(re.split(r"[/_.]", name)) for name in files()}
    assert {name: words & VAGUE for name, words in parts.items() if words & VAGUE} == {}


def test_every_module_opens_with_the_question_it_answers() -> None:
    assert [
        str(path) for path in sources() if path.name != "__init__.py" and not path.read_text().startswith('"""')
    ] == []


def test_nothing_is_silenced_or_left_for_later() -> None:
    assert naming(r"#\s*type:\s*" + "ignore", ".py") == []
    assert naming(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b", ".py") == []
    assert naming(r"except Exception:\s+(?:continue|pass)\b", ".py") == []


def test_no_file_names_a_registry_or_a_machine() -> None:
    hosts = ("py" + "pi.org", "pythonhosted" + ".org", "npm" + "js.", "golang" + ".org", "registry" + ".")
    folders = ("work", "root", "home", "tmp", "Users")
    paths = rf"(?<![\w.~}}])/(?:{'|'.join(folders)})/[\w.]"
    assert naming("|".join(re.escape(host) for host in hosts)) == []
    assert naming(paths) == []


def test_nobody_real_is_named() -> None:
    examples = {name for name in files() if name.startswith("examples/")}
    phones = naming(r"\+34(?: ?\d){9,}")
    hosts = naming(r"(?:https?://|[\w.+-]@)[\w-]+(?:\.[\w-]+)+")
    assert [found for found in phones if not re.search(r"\+34 ?600 ?000 ?0\d\d$", found)] == []
    assert [found for found in hosts if found.split(":")[0] in examples and not found.endswith(INVENTED)] == []


def test_the_licence_is_the_exact_text() -> None:
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == EUPL_SHA256
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert (project["license"], project["license-files"]) == ("EUPL-1.2", ["LICENSE"])


@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_every_channel_has_a_page_and_real_payloads(name: str) -> None:
    assert (ROOT / f"docs/how-to/{name}.md").is_file()
    assert any((ROOT / f"tests/channels/payloads/{name}").glob("*.json"))


@pytest.mark.parametrize("language", sorted(NAMES))
@pytest.mark.parametrize("name", sorted(FLOWS))
def test_every_flow_has_a_conversation(name: str, language: str) -> None:
    assert (ROOT / f"tests/conversations/{name}-{language}.toml").is_file()


def test_a_released_migration_is_never_edited() -> None:
    released = git("tag", "--merged", "HEAD", "--sort=-creatordate", "--list", "v*")
    changed = git("diff", "--name-only", "--diff-filter=MDR", released[0], "--", VERSIONS) if released else []
    assert changed == []
