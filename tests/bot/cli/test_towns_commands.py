"""The commands for towns' files, as a technician runs them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import COMMANDS, app
from tests.bot.config.mutations import mutation
from tests.bot.config.vilabona import FOLDER, changed

TOWN = FOLDER.as_posix()


def run(*arguments: str | Path, answers: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], input=answers)


@pytest.fixture
def towns(tmp_path: Path) -> Path:
    """A folder with the complete town in it."""
    shutil.copytree(FOLDER, tmp_path / "towns" / "vilabona")
    return tmp_path / "towns"


@pytest.fixture
def made_store(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTICIPABOT_DATABASE_URL", database_url)


def break_it(towns: Path) -> None:
    source = changed("tenant.yaml", "prefix: BON", "prefix: bon")
    (towns / "vilabona/tenant.yaml").write_bytes(source.files["tenant.yaml"])


def test_help_is_quick_and_imports_no_command() -> None:
    before = os.times()
    words = "import sys, bot.cli; bot.cli.app(['--help'], standalone_mode=False); print(sorted(sys.modules))"
    printed = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True).stdout
    after = os.times()
    assert after.children_user - before.children_user + after.children_system - before.children_system < 0.5
    assert all(f"\n  {name}" in printed for name in COMMANDS)
    assert "'pydantic'" not in printed
    assert "'sqlalchemy'" not in printed


@pytest.mark.parametrize("command", ["init", "check", "plan", "apply", "approve", "migrate", "schema"])
def test_every_command_explains_itself(command: str) -> None:
    asked = run(command, "--help")
    assert (asked.exit_code, "Usage:" in asked.stdout) == (0, True)


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["check", "--bogus"], ["check", "/nowhere"], ["check", TOWN, "--tenant", "other"], ["approve", "x"]],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_check_is_well_with_a_good_town() -> None:
    checked = run("check", TOWN)
    assert (checked.exit_code, checked.stdout) == (0, "")
    assert checked.stderr == "1 town: 0 errors, 0 warnings\n"


def test_check_prints_each_finding_on_a_line_of_its_own(towns: Path) -> None:
    break_it(towns)
    checked = run("check", towns)
    assert checked.exit_code == 1
    place = f"{towns}/vilabona/tenant.yaml:9:9"
    assert checked.stdout == f"{place}: `prefix` is not 2 to 10 capitals or digits (for example `VIL`)\n"


def test_check_prints_json_for_programs(towns: Path) -> None:
    break_it(towns)
    checked = run("check", towns, "--json")
    assert checked.exit_code == 1
    assert json.loads(checked.stdout) == [
        {
            "tenant": "vilabona",
            "path": f"{towns}/vilabona/tenant.yaml",
            "line": 9,
            "column": 9,
            "level": "error",
            "code": "prefix",
            "message": "`prefix` is not 2 to 10 capitals or digits",
            "hint": "for example `VIL`",
        }
    ]


def test_a_town_that_lost_its_first_file_is_not_passed_over(towns: Path) -> None:
    shutil.copytree(FOLDER, towns / "other")
    (towns / "other/tenant.yaml").unlink()
    checked = run("check", towns)
    assert (checked.exit_code, f"{towns}/other/tenant.yaml:1:1: is missing" in checked.stdout) == (1, True)


def test_an_empty_folder_is_wrong_usage(tmp_path: Path) -> None:
    assert run("check", tmp_path).exit_code == 2


@pytest.mark.usefixtures("made_store")
def test_plan_apply_and_plan_again(towns: Path) -> None:
    planned = run("plan", towns)
    assert (planned.exit_code, "mercat/ideas" in planned.stdout) == (0, True)
    assert run("apply", towns).exit_code == 0
    assert run("plan", towns).stdout == "Unchanged: vilabona.\n"
    terms = towns / "vilabona/terms/ca.md"
    terms.write_text(terms.read_text() + "Més normes.\n")
    changes = json.loads(run("plan", towns, "--json").stdout)[0]["changes"]
    assert changes == [{"sign": "~", "kind": "text", "name": "terms/ca", "fields": ["words"], "contributions": 0}]


@pytest.mark.usefixtures("made_store")
def test_a_wrong_file_keeps_everything_from_being_applied(towns: Path) -> None:
    shutil.copytree(FOLDER, towns / "other")
    (towns / "other/channels.yaml").unlink()
    break_it(towns)
    for command in ("plan", "apply"):
        refused = run(command, towns)
        assert refused.exit_code == 1
        assert "tenant.yaml:9:9: `prefix` is not" in refused.stderr
    assert run("apply", towns, "--tenant", "other").exit_code == 0
    assert run("plan", towns, "-t", "other").stdout == "Unchanged: other.\n"


@pytest.mark.usefixtures("made_store")
@pytest.mark.parametrize("seed", range(14))
def test_check_says_yes_exactly_where_plan_and_apply_do(seed: int, tmp_path: Path) -> None:
    for path, content in mutation(seed).source.files.items():
        file = tmp_path / "vilabona" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    codes = {run(command, tmp_path / "vilabona").exit_code for command in ("check", "plan", "apply")}
    assert codes in ({0}, {1}, {2})


def test_without_a_store_plan_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PARTICIPABOT_DATABASE_URL", f"sqlite:///{tmp_path}/none.sqlite3")
    refused = run("plan", TOWN)
    assert refused.exit_code == 1
    assert "migrate" in refused.stderr
    assert not (tmp_path / "none.sqlite3").exists()


def test_migrate_makes_the_store_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PARTICIPABOT_DATABASE_URL", f"sqlite:///{tmp_path}/store.sqlite3")
    first, second = run("migrate"), run("migrate")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "it was at none" in first.stdout
    assert "already" in second.stdout
    assert run("apply", TOWN).exit_code == 0


def test_a_store_that_cannot_be_reached_is_told_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTICIPABOT_DATABASE_URL", "postgresql+psycopg://me:hunter2@127.0.0.1:1/none")
    for arguments in (["plan", TOWN], ["migrate"]):
        refused = run(*arguments)
        assert refused.exit_code == 1
        assert "hunter2" not in refused.output


@pytest.mark.usefixtures("made_store")
def test_approve_lets_the_first_process_be_shown(towns: Path) -> None:
    run("apply", towns)
    assert run("approve", "vilabona", "mercat", "--by", "Mireia").exit_code == 1
    first, second = (run("approve", "vilabona", "riu", "--by", "Mireia") for _ in range(2))
    assert (first.exit_code, first.stdout) == (0, "vilabona/riu is approved.\n")
    assert (second.exit_code, second.stdout) == (0, "vilabona/riu was approved before.\n")


def test_colours_are_left_out_where_nobody_wants_them(towns: Path) -> None:
    break_it(towns)
    command = [sys.executable, "-m", "bot", "check", str(towns)]
    env = {**os.environ, "NO_COLOR": "1", "FORCE_COLOR": "1"}
    printed = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert printed.returncode == 1
    assert "\x1b[3" not in printed.stdout
