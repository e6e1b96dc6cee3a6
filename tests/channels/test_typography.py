"""On SMS only typography changes: never a letter, never a digit."""

import os
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.segments import forcing, is_plain, measure
from channels.typography import plain, unaccented

EXAMPLES = 20_000 if os.environ.get("SOAK") else 200
_texts = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("’“”«»–—…\u00a0\u200b·•aàíçñ\u0301 \n")),
    max_size=60,
)


@pytest.mark.parametrize(
    ("odd", "typed"),
    [
        ("l’escola", "l'escola"),
        ("“Sí”, «no» i ‘potser’", '"Sí", "no" i \'potser\''),
        ("9–12 h — vine…", "9-12 h - vine..."),
        ("10\u00a0€ i 3\u202f000", "10 € i 3 000"),
        ("soft\u00adhyphen, zero\u200bwidth\ufeff", "softhyphen, zerowidth"),
        ("pau\u2028i treva\r\nsempre", "pau\ni treva\nsempre"),
        ("cafe\u0301", "café"),
        ("El dia · l'hora", "El dia - l'hora"),
        ("• un\n• dos", "- un\n- dos"),
        ("left\u200eright\u202e", "leftright"),
    ],
)
def test_typography_becomes_plain(odd: str, typed: str) -> None:
    assert plain(odd) == typed


@pytest.mark.parametrize(
    "text",
    [
        "col·laboració",
        "pingüí, ça, niño, Àgora, œuvre",
        "ŀl ª º №",
        "٢ ۳ १",
        "مقاعد \u2067أكثر\u2069",
        "👩\u200d👩\u200d👧",
        "👍🏽",
    ],
)
def test_what_means_something_stays(text: str) -> None:
    assert plain(text) == text


@settings(max_examples=EXAMPLES, deadline=None)
@given(_texts)
def test_no_letter_digit_or_accent_changes(text: str) -> None:
    def kept(words: str) -> str:
        return "".join(each for each in unicodedata.normalize("NFC", words) if unicodedata.category(each)[0] in "LNM")

    assert kept(plain(text)) == kept(text)


@settings(max_examples=EXAMPLES, deadline=None)
@given(_texts)
def test_it_is_done_once_and_never_makes_a_text_of_one_encoding_dearer(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    assert set(forcing(once)) <= set(forcing(unicodedata.normalize("NFC", text)))


def test_accents_go_only_where_that_makes_the_text_cheaper() -> None:
    assert unaccented("Informació de la plaça, això és l'edició col·lectiva") == (
        "Informacio de la placa, això és l'edicio col.lectiva"
    )
    assert unaccented("Informació 😀") == "Informació 😀"
    assert unaccented("Això és è é à ò ù ñ") == "Això és è é à ò ù ñ"


@settings(max_examples=EXAMPLES, deadline=None)
@given(_texts)
def test_stripped_or_left_whole(text: str) -> None:
    bare = unaccented(text)
    assert bare == text or (is_plain(bare) and len(bare) == len(text))
    assert measure(bare).segments <= measure(text).segments
