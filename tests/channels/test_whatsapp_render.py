"""How an outbound looks on WhatsApp, each part as Twilio takes it and a phone shows it."""

import pytest
from msgspec import structs

from channels.errors import OutsideWindow
from channels.message import NO_NUMBER, Choice, Outbound, Template, Words
from channels.whatsapp_parts import LONGEST, Part, parts_of, template_of
from channels.whatsapp_shapes import SHAPES, Look, filled
from channels.whatsapp_words import literal, one_line
from tests.channels.whatsapp_shown import shown, words
from tests.fakes.twilio_content import Contents

WORDS = Words(choose="Escriu el número.", options="Tria una opció")
SIDS = {"news": {"ca": "HX" + "1" * 32, "es": "HX" + "2" * 32}, "answer": {"es": "HX" + "3" * 32}}


def outbound(text: str, *labels: str, title: str = "") -> Outbound:
    choices = tuple(Choice(number, label, f"q.{number}") for number, label in enumerate(labels, 1))
    return Outbound(text, title, choices, words=WORDS)


def test_a_short_question_has_buttons() -> None:
    (part,) = parts_of(outbound("Hi estàs d’acord?", "Sí", "No", title="Vilanova"))
    seen = shown(part)
    assert seen.body == "Vilanova\n\nHi estàs d’acord?"
    assert seen.buttons == [("Sí", "q.1"), ("No", "q.2")]


def test_four_choices_are_a_list_that_opens_in_our_words() -> None:
    (part,) = parts_of(outbound("Què t’interessa?", "Carrers", "Escola", "Esports", "Cultura"))
    seen = shown(part)
    assert (seen.opener, seen.body) == ("Tria una opció", "Què t’interessa?")
    assert seen.items == [
        (label, "", f"q.{n}") for n, label in enumerate(("Carrers", "Escola", "Esports", "Cultura"), 1)
    ]


def test_long_labels_stand_whole_below_their_numbers() -> None:
    labels = ("Millorar la il·luminació de la plaça del Mercat i dels carrers", "No")
    (part,) = parts_of(outbound("Què t’interessa?", *labels))
    assert shown(part).items == [("1", labels[0], "q.1"), ("2", labels[1], "q.2")]


def test_the_way_to_more_is_the_letter_that_asks_for_it() -> None:
    more = Choice(0, "Més (escriu M)", "q.m1")
    choices = tuple(
        Choice(number, f"Una proposta llarga de debò, la {number}", f"q.{number}") for number in range(1, 10)
    )
    (part,) = parts_of(Outbound("Tria:", choices=(*choices, more), words=WORDS))
    assert shown(part).items[-1] == ("M", "Més (escriu M)", "q.m1")


@pytest.mark.parametrize("labels", [("x" * 73, "No"), ("Sí", "Sí"), ("", "No"), tuple("abcdefghijk"), ("a\nb", "c")])
def test_what_cannot_be_drawn_is_written_with_numbers(labels: tuple[str, ...]) -> None:
    (part,) = parts_of(outbound("Tria:", *labels))
    assert not part.shape
    assert part.text.startswith("Tria:\n\n1. ")
    assert part.text.endswith("Escriu el número.")


def test_a_button_of_news_that_is_too_long_is_left_out() -> None:
    news = Outbound("Escriu X-1 per llegir-ho.", choices=(Choice(NO_NUMBER, "Llegeix tota la proposta", "@code"),))
    assert parts_of(news) == [Part("Escriu X-1 per llegir-ho.")]


def test_lines_go_ahead_since_no_variable_takes_a_line_break() -> None:
    ahead, part = parts_of(outbound("Obert ara:\n• La plaça\n• L’escola\n\nQuè vols fer?", "Proposar", "Votar"))
    assert ahead.text == "Obert ara:\n• La plaça\n• L’escola"
    assert shown(part).body == "Què vols fer?"


def test_words_that_end_in_lines_go_ahead_whole() -> None:
    ahead, part = parts_of(outbound("Obert ara:\n• La plaça", "Proposar", "Votar"))
    assert ahead.text == "Obert ara:\n• La plaça"
    assert shown(part).body == "Tria una opció"


def test_a_long_text_goes_ahead_and_its_end_stays_with_the_buttons() -> None:
    text = "\n\n".join(["Una frase. " * 60] * 4 + ["Hi estàs d’acord?"])
    *ahead, part = parts_of(outbound(text, "Sí", "No"))
    assert all(len(each.text) <= LONGEST and not each.shape for each in ahead)
    assert shown(part).body.endswith("Hi estàs d’acord?")
    assert len(shown(part).body) <= 1024


def test_what_stands_in_place_of_a_list_fits_one_message() -> None:
    labels = tuple(f"{number} " + "à" * 69 for number in range(10))
    (*_, part) = parts_of(outbound("\n\n".join(["b" * 500] * 3), *labels))
    assert part.shape
    assert len(part.text) <= LONGEST
    assert all(label in part.text for label in labels)


def test_words_that_look_like_a_variable_are_never_one() -> None:
    *ahead, part = parts_of(outbound("Escriu {{2}} aquí", "Sí", "No"))
    assert "{{2}}" in "".join(words(each) for each in ahead)
    assert "{{2}}" not in shown(part).body


@pytest.mark.parametrize(
    ("text", "is_changed"),
    [
        ("*molt* bé", True),
        ("_molt_ bé", True),
        ("~molt~ bé", True),
        ("un ```codi``` aquí", True),
        ("snake_case_name", False),
        ("https://example.org/a_b_c", False),
        ("3 * 4 * 5", False),
        ("5*", False),
        ("* un\n* dos", False),
    ],
)
def test_marks_are_shown_as_they_were_written(text: str, is_changed: bool) -> None:
    assert (literal(text) != text) is is_changed
    assert literal(text).replace("\u200b", "") == text


def test_every_shape_is_taken_and_fills_all_it_names() -> None:
    contents = Contents()
    for shape in SHAPES.values():
        content = contents.create(shape.to_dict())
        values = [f"v{number}" for number in range(1, shape.variables + 1)]
        seen = contents.shown(content.sid, filled(values))
        assert len(seen.choices) == shape.choices
        assert "v1" in seen.body
    assert len(SHAPES) == 3 * (3 + 7 + 10)
    assert {shape.look for shape in SHAPES.values()} == set(Look)


def test_variables_are_json_that_holds_no_bare_apostrophe() -> None:
    assert "'" not in filled(["d'acord", "l’escola", '"sí"'])


def test_outside_the_window_the_template_of_the_message_says_it_in_the_language() -> None:
    news = structs.replace(outbound("…"), template=Template("answer", ("Vilanova", "Ombra\na la plaça", "VIL-1")))
    part = template_of(structs.replace(news, language="es"), SIDS, "ca")
    assert (part.template, part.values) == (SIDS["answer"]["es"], ("Vilanova", "Ombra a la plaça", "VIL-1"))


def test_a_language_without_its_template_gets_the_towns_own_then_any() -> None:
    said = structs.replace(outbound("…"), template=Template("news", ("Vilanova",)), language="en")
    assert template_of(structs.replace(said, language="es"), SIDS, "ca").template == SIDS["news"]["es"]
    assert template_of(said, SIDS, "es").template == SIDS["news"]["es"]
    assert template_of(said, SIDS, "en").template == SIDS["news"]["ca"]


def test_a_template_that_is_not_configured_is_said_by_the_general_one() -> None:
    said = structs.replace(outbound("…"), template=Template("comment", ("Vilanova", "Ombra", "VIL-1")), language="ca")
    assert template_of(said, SIDS, "ca").values == ("Vilanova",)


@pytest.mark.parametrize(
    "template", [None, Template("news", ("Vilanova",)), Template("person", ("Vilanova", "T", "a" * 700))]
)
def test_what_no_template_says_is_refused_and_never_lost(template: Template | None) -> None:
    said = structs.replace(outbound("…"), template=template)
    templates = {"person": SIDS["news"]} if template and template.name == "person" else {}
    with pytest.raises(OutsideWindow):
        template_of(said, templates, "ca")


@pytest.mark.parametrize("value", ["", " \n ", "\u200b", "a\tb\n\nc", "a" + " " * 9 + "b", "{{1}}", "a\u2028b"])
def test_what_fills_a_template_is_one_line_that_is_not_empty(value: str) -> None:
    contents = Contents()
    sid = contents.approve("Hola! Tens novetats de {{1}} aquí.", "HX" + "4" * 32).sid
    assert contents.shown(sid, filled([one_line(value)])).body
