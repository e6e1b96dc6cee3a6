"""`init`: a new town that is right up to what only the town can write."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.cli.starter import slug_of
from bot.config.source import read_folder
from bot.config.tenants import check_all

OPTIONS = {
    "--name": "Sant Pere d'Avall",
    "--email": "participacio@santpere.example.org",
    "--official-url": "https://santpere.example.org",
    "--population": "812",
    "--phone": "+34 600 000 003",
    "--administrator": "Pau Riu",
}


def init(folder: Path, *more: str, answers: str | None = None, **changed: str) -> Result:
    options = [
        one for pair in {**OPTIONS, **{f"--{key}": value for key, value in changed.items()}}.items() for one in pair
    ]
    return CliRunner().invoke(
        app, ["init", str(folder), *([] if answers else ["--yes", *options]), *more], input=answers
    )


def codes(town: Path) -> dict[str, set[str]]:
    """What is wrong, by file."""
    found: dict[str, set[str]] = {}
    for finding in check_all([read_folder(town)], is_whole=False)[0].findings:
        found.setdefault(finding.path, set()).add(finding.code)
    return found


def test_only_what_the_town_must_write_is_left(tmp_path: Path) -> None:
    made = init(tmp_path)
    assert made.exit_code == 0
    assert codes(tmp_path / "sant-pere-d-avall") == {
        "tenant.yaml": {"blank"},
        **{
            f"{kind}/{language}.md": {"model", "to_fill"}
            for kind in ("terms", "privacy")
            for language in ("ca", "en", "es")
        },
    }


def test_once_the_town_has_written_it_the_files_are_right(tmp_path: Path) -> None:
    init(tmp_path, "--grant", "Decret 2026/12", "--grant-date", "2026-03-02", "--languages", "es,ca")
    town = tmp_path / "sant-pere-d-avall"
    for file in [*town.glob("terms/*.md"), *town.glob("privacy/*.md")]:
        text = re.sub(r"<!--.*-->\n", "", file.read_text())
        file.write_text(re.sub(r"\[\[.*?\]\]", "ho hem escrit", text))
    assert codes(town) == {}
    assert check_all([read_folder(town)], is_whole=False)[0].is_good


def test_it_says_what_is_left_and_what_comes_next(tmp_path: Path) -> None:
    printed = init(tmp_path).stdout
    assert f"{tmp_path}/sant-pere-d-avall/terms/ca.md:1:1: the terms text is still the model" in printed
    assert f"{tmp_path}/sant-pere-d-avall/tenant.yaml:26:14: `grant.reference` is blank" in printed
    assert "participabot apply" in printed


def test_every_key_is_explained_and_editors_find_the_schemas(tmp_path: Path) -> None:
    init(tmp_path)
    text = (tmp_path / "sant-pere-d-avall/tenant.yaml").read_text()
    schema = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert schema is not None
    assert (tmp_path / "sant-pere-d-avall" / schema[1]).is_file()
    assert text.count("\n# ") >= 13


def test_it_asks_what_it_was_not_told(tmp_path: Path) -> None:
    answers = "Vila\n\na@example.org\nca\n\n\nhttps://vila.example.org\n90\n+34 600 000 004\nAnna\nDecret 1\nvila_bot\n"
    made = init(tmp_path, answers=answers)
    assert made.exit_code == 0, made.output
    assert "token: ${TELEGRAM_TOKEN_VILA}" in (tmp_path / "vila/channels.yaml").read_text()
    assert set(codes(tmp_path / "vila")) == {"terms/ca.md", "privacy/ca.md"}


def test_names_are_written_so_that_they_are_read_as_they_are(tmp_path: Path) -> None:
    for name in ('Vila "la Nova": #1', "null", "l'Ametlla", "[x]"):
        folder = tmp_path / slug_of(name + " x")
        init(tmp_path, "--id", folder.name, name=name)
        document = read_folder(folder).files["tenant.yaml"].decode()
        assert not any("syntax" in found for found in codes(folder).values()), document


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--id", "Bad Name"], "A folder of a town is named"),
        (["--languages", "ca,fr"], "Languages are of ca, es, en"),
    ],
)
def test_an_answer_that_cannot_be_is_wrong_usage(tmp_path: Path, more: list[str], said: str) -> None:
    refused = init(tmp_path, *more)
    assert (refused.exit_code, said in refused.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(tmp_path: Path) -> None:
    init(tmp_path)
    (tmp_path / "sant-pere-d-avall/tenant.yaml").write_text("mine")
    assert init(tmp_path).exit_code == 2
    assert (tmp_path / "sant-pere-d-avall/tenant.yaml").read_text() == "mine"


def test_yes_without_a_needed_option_names_it(tmp_path: Path) -> None:
    refused = CliRunner().invoke(app, ["init", str(tmp_path), "--yes"])
    assert (refused.exit_code, "--name is needed" in refused.stderr) == (2, True)


def test_a_town_is_named_after_its_letters() -> None:
    names = {
        "Sant Pere d'Avall": "sant-pere-d-avall",
        "L'Hospitalet": "l-hospitalet",
        "Vil·la Gran": "villa-gran",
        "3 Ñus": "nus",
    }
    assert {name: slug_of(name) for name in names} == names
