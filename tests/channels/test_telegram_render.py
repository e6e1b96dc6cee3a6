import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.message import Choice, Outbound
from channels.telegram_parts import Part, parts_of
from channels.text import cut, is_blank, storable, utf16_units
from tests.fakes.telegram_markup import parsed

SEEN_AS_ONE = [
    "e\u0301",
    "👩\u200d👩\u200d👧\u200d👦",
    "👍🏽",
    "🇨🇦",
    "☝\ufe0f",
    "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
    "\u1112\u1161\u11ab",
    "\r\n",
]


def labels(part: Part) -> list[list[str]]:
    return [[button["text"] for button in row] for row in json.loads(part.keyboard)["inline_keyboard"]]


def choices(*labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(number, label, f"q.{number}") for number, label in enumerate(labels, 1))


def test_the_title_is_bold_and_nothing_of_the_text_is_markup() -> None:
    (part,) = parts_of(Outbound('1 < 2 && "<b>"', title="A & B"))
    assert part.html == '<b>A &amp; B</b>\n\n1 &lt; 2 &amp;&amp; "&lt;b&gt;"'
    assert part.plain == 'A & B\n\n1 < 2 && "<b>"'


def test_short_choices_stand_in_pairs_and_others_have_a_row_each() -> None:
    assert labels(parts_of(Outbound("?", choices=choices("Sí", "No", "Menú")))[0]) == [["Sí", "No"], ["Menú"]]
    long = "Millorar la il·luminació"
    assert labels(parts_of(Outbound("?", choices=choices("Sí", long)))[0]) == [["Sí"], [long]]


def test_a_choice_too_long_for_a_button_is_listed_in_full() -> None:
    long = "Fer un carril bici segregat que uneixi l’estació amb l’institut i el poliesportiu"
    (part,) = parts_of(Outbound("Què prefereixes?", choices=choices(long, "Res")))
    assert part.plain == f"Què prefereixes?\n\n1. {long}\n2. Res"
    assert labels(part) == [["1. Fer un carril bici segregat que…"], ["2. Res"]]


def test_only_the_last_part_has_buttons_and_only_the_first_replaces() -> None:
    first, second = parts_of(Outbound("a" * 4096 + "\n\n" + "b", choices=choices("Sí"), replaces="41"))
    assert (first.plain, first.keyboard, first.replaces) == ("a" * 4096, "", 41)
    assert (second.plain, bool(second.keyboard), second.replaces) == ("b", True, 0)


def test_a_long_title_is_bold_in_every_part_it_reaches() -> None:
    first, second = parts_of(Outbound("text", title="t" * 5000))
    assert first.html == f"<b>{'t' * 4096}</b>"
    assert second.html == f"<b>{'t' * 904}</b>\n\ntext"


def test_the_limit_counts_utf_16_units_after_markup() -> None:
    assert len(parts_of(Outbound("😀" * 2048))) == 1
    assert len(parts_of(Outbound("😀" * 2049))) == 2
    assert len(parts_of(Outbound("&" * 4096))) == 1


def test_words_that_nobody_could_see_are_never_sent() -> None:
    assert [part.plain for part in parts_of(Outbound(" \u200b\n"))] == ["…"]
    assert [part.plain for part in parts_of(Outbound("a" * 4096 + "\u200b" * 9000 + "b"))][-1].endswith("b")


def test_a_cut_is_made_where_a_reader_would_make_it() -> None:
    text = "U dos tres.\n\nQuatre cinc\nsis set vuit nou"
    assert [text[start:stop] for start, stop in cut(text, 20)] == ["U dos tres.", "Quatre cinc", "sis set vuit nou"]
    assert [text[start:stop] for start, stop in cut(text, 32)] == ["U dos tres.\n\nQuatre cinc", "sis set vuit nou"]


@pytest.mark.parametrize("whole", SEEN_AS_ONE)
def test_what_is_seen_as_one_character_is_not_torn(whole: str) -> None:
    text = whole * 40
    for limit in range(24, 40):
        for start, stop in cut(text, limit, utf16_units):
            part = text[start:stop]
            assert part.replace(whole, "") == "", (limit, part)


def test_a_character_wider_than_a_message_is_torn_rather_than_lost() -> None:
    text = "e" + "\u0301" * 5000
    assert "".join(text[start:stop] for start, stop in cut(text, 4096, utf16_units)) == text


@settings(deadline=None, max_examples=200)
@given(text=st.text("ab \n\u0301😀\u200d🇨", max_size=120), limit=st.integers(2, 30))
def test_a_cut_leaves_out_only_white_space(text: str, limit: int) -> None:
    spans = cut(text, limit, utf16_units)
    assert all(utf16_units(text[start:stop]) <= limit and not is_blank(text[start:stop]) for start, stop in spans)
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    assert is_blank("".join(text[before:after] for before, after in zip(edges[::2], edges[1::2], strict=True)))


@given(st.text(st.characters(), max_size=50))
def test_whatever_is_storable_can_be_encoded_and_stays_so(text: str) -> None:
    kept = storable(text)
    assert b"\x00" not in kept.encode()
    assert storable(kept) == kept
    assert len(kept) == len(text.replace("\x00", ""))


def test_the_markup_of_a_part_is_never_torn() -> None:
    for part in parts_of(Outbound("<&>" * 3000, title="<&>" * 2000)):
        assert parsed(part.html, "HTML") == part.plain
