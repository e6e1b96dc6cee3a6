"""Every mistake a person makes in a file, and the exact line that tells them."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.config.load import Faulty, load
from bot.config.source import Source
from tests.bot.config.vilabona import changed, good, with_files


def findings(source: Source) -> list[str]:
    try:
        return [str(finding) for finding in load(source).warnings]
    except Faulty as faulty:
        return [str(finding) for finding in faulty.findings]


MISTAKES = tomllib.loads(Path(__file__).with_name("mistakes.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_where_it_is(mistake: dict[str, Any]) -> None:
    assert findings(changed(mistake["file"], mistake["before"], mistake["after"])) == mistake["findings"]


def test_all_mistakes_are_told_at_once() -> None:
    files: dict[str, bytes | None] = {}
    expected = 0
    for name in ("population: 4200", "prefix: BON", "time_zone: Europe/Madrid", "profile: technical"):
        text = files.get("tenant.yaml") or good().files["tenant.yaml"]
        files["tenant.yaml"] = text.replace(name.encode(), name.partition(":")[0].encode() + b": [1]")
        expected += 1
    files["processes/mercat.yaml"] = (
        good().files["processes/mercat.yaml"].replace(b"ends_at: 2026-11-29", b"ends_at: 1")
    )
    files["channels.yaml"] = b"telegram: 3\n"
    files["surveys/bad.yaml"] = b"a: [\n"
    assert len([line for line in findings(with_files(files)) if "warning" not in line]) == expected + 3


def test_a_rule_speaks_even_where_other_things_in_the_file_are_wrong() -> None:
    text = (
        good()
        .files["processes/mercat.yaml"]
        .replace(b"2026-11-30T09:00", b"2026-11-29")
        .replace(b"limit: 5", b"limit: x")
    )
    found = findings(with_files({"processes/mercat.yaml": text}))
    assert [line.partition(": ")[0] for line in found] == ["processes/mercat.yaml:34:16", "processes/mercat.yaml:47:10"]


@pytest.mark.parametrize(
    ("files", "lines"),
    [
        ({"tenant.yaml": None}, "tenant.yaml:1:1: is missing (every town"),
        ({"platform.yaml": b"name: {ca: x}\n"}, "platform.yaml:1:1: stands beside tenant.yaml"),
        ({"terms/ca.md": None}, "terms/ca.md:1:1: is missing (the town's own, in its default language `ca`)"),
        ({"privacy/ca.md": b" \n"}, "privacy/ca.md:1:1: is blank"),
        ({"terms/ca.md": b"ok\n\xff\n"}, "terms/ca.md:2:1: is not UTF-8 here"),
        ({"proceses/x.yaml": b"a: 1\n"}, "proceses/x.yaml:1:1: is not read (did you mean processes/NAME.yaml?)"),
        ({"processes/x.yml": b"a: 1\n"}, "processes/x.yml:1:1: is not read (files end in .yaml: rename it)"),
        ({"terms/fr.md": b"Bonjour\n"}, "terms/fr.md:1:1: is not read (did you mean terms/LANGUAGE.md?)"),
        ({"surveys/Com va.yaml": good().files["surveys/us.yaml"]}, "surveys/Com va.yaml:1:1: has a name that cannot"),
        ({"tenant.yaml": b""}, "tenant.yaml:1:1: is empty"),
        ({"tenant.yaml": b"- a\n"}, "tenant.yaml:1:1: does not hold keys and values"),
        ({"shield.svg": b"<svg></svg>" * 20_000}, "shield.svg:1:1: is larger than 200 kB"),
    ],
)
def test_a_file_that_should_not_be_as_it_is_is_named(files: dict[str, bytes | None], lines: str) -> None:
    assert any(line.startswith(lines.replace("every town", "every tenant")) for line in findings(with_files(files)))


def test_texts_missing_in_another_language_are_one_counted_warning_a_file() -> None:
    text = good().files["surveys/us.yaml"].decode()
    for line in ("  en: How you use the square\n", "      en: What is missing?\n", "          en: Never\n"):
        text = text.replace(line, "")
    assert findings(with_files({"surveys/us.yaml": text.encode()})) == [
        "surveys/us.yaml:1:1: warning: texts missing: 3 in `en` (here is the first)"
    ]


def test_texts_missing_in_another_language_are_errors_where_the_town_is_strict() -> None:
    tenant = good().files["tenant.yaml"].replace(b"strict_languages: false", b"strict_languages: true")
    text = good().files["surveys/us.yaml"].decode()
    for line in ("  en: How you use the square\n", "      en: What is missing?\n"):
        text = text.replace(line, "")
    files = {"tenant.yaml": tenant, "surveys/us.yaml": text.encode(), "terms/en.md": None}
    assert findings(with_files(files)) == [
        "surveys/us.yaml:1:1: `title` has no text in `en`, and `strict_languages` is set (add `en: …`)",
        "surveys/us.yaml:21:5: `questions[2].text` has no text in `en`, and `strict_languages` is set (add `en: …`)",
        "terms/en.md:1:1: is missing, and `strict_languages` is set",
    ]


def test_a_secret_is_never_repeated() -> None:
    for key in ("token", "secret"):
        for value in ("123456:AAHs3cr3t", "'${lower}'", "[AAHs3cr3t]", "{AAHs3cr3t: 1}"):
            source = changed("channels.yaml", f"{key}: ${{TELEGRAM_{key.upper()}_VILABONA}}", f"{key}: {value}")
            assert findings(source)
            assert not any("AAHs3cr3t:" in line or "123456" in line for line in findings(source))


def test_a_tenant_must_have_a_name_that_fits_routes_and_rows() -> None:
    for name in ("Vila Bona", "1vila", "v", "x" * 40, "../vila", "*"):
        assert any("cannot be a tenant's name" in line for line in findings(Source(name, good().files)))
