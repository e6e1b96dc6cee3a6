"""Every word of ours exists in Catalan and Spanish, and nothing else does."""

import re
import shutil
import sys
from collections.abc import Sequence
from functools import cache
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from flows.text import DOMAIN, LOCALES, NAMES

ROOT = Path(__file__).parent.parent.parent
KEYWORDS = {
    "t": None,
    "tn": (1, 2),
    "translate": None,
    "translate_number": (1, 2),
    "message": None,
    "messages": (1, 2),
}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
TRANSLATED = sorted(set(NAMES) - {"en"})


@cache
def in_code() -> frozenset[str | tuple[str, ...]]:
    found = [
        message
        for room in ("flows", "bot")
        for _, _, message, _, _ in extract_from_dir(ROOT / room, METHODS, keywords=KEYWORDS)
    ]
    return frozenset(message for message in found if message)


@cache
def translated(language: str) -> Catalog:
    with (LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


def forms_of(words: str | Sequence[str] | None) -> list[str]:
    """A message's forms: one, or one for each grammatical number."""
    return [words] if isinstance(words, str) else list(words or ())


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_and_none_is_left_over(language: str) -> None:
    known = {
        message.id if isinstance(message.id, str) else tuple(message.id)
        for message in translated(language)
        if message.id
    }
    assert known == in_code()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_translation_is_finished_and_keeps_its_placeholders(language: str) -> None:
    for message in translated(language):
        if not message.id:
            continue
        originals = forms_of(message.id)
        forms = forms_of(message.string)
        assert not message.fuzzy, originals[0]
        assert len(forms) == len(originals), originals[0]
        for original, form in zip(originals, forms, strict=True):
            assert form, original
            assert placeholders(form) == placeholders(original), form


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_sentence_has_at_most_twenty_words(language: str) -> None:
    for message in translated(language):
        forms = forms_of(message.string)
        for form in forms if message.id else ():
            for sentence in re.split(r"(?<=[.!?:])\s", form):
                assert len(sentence.split()) <= 20, sentence


def compiler() -> ModuleType:
    spec = util.spec_from_file_location("compile_catalogs", ROOT / "packaging/compile_catalogs.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def word_for_help(compiled: BinaryIO) -> object:
    message = read_mo(compiled).get("Help")
    return message.string if message else ""


def test_catalogues_are_compiled_once_and_again_when_they_change(tmp_path: Path) -> None:
    for language in TRANSLATED:
        folder = Path("flows/locales") / language / "LC_MESSAGES"
        (tmp_path / folder).mkdir(parents=True)
        shutil.copy(ROOT / folder / f"{DOMAIN}.po", tmp_path / folder)
    compiled: list[Path] = compiler().compile_catalogs(tmp_path)
    assert [path.relative_to(tmp_path).parts[2] for path in compiled] == TRANSLATED
    with compiled[0].open("rb") as words:
        assert word_for_help(words) == "Ajuda"
    first = compiled[0].stat().st_mtime_ns
    compiler().compile_catalogs(tmp_path)
    assert compiled[0].stat().st_mtime_ns == first
    source = compiled[0].with_suffix(".po")
    source.write_text(source.read_text(encoding="utf-8").replace('"Ajuda"', '"Socors"'), encoding="utf-8")
    compiler().compile_catalogs(tmp_path)
    with compiled[0].open("rb") as words:
        assert word_for_help(words) == "Socors"
