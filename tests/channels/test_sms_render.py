"""How words look on SMS: few segments, cut between words, nothing lost, the parts told apart."""

import os
import random

import pytest

from channels.message import Choice, Enclosed, Outbound, Words
from channels.segments import Encoding, measure
from channels.sms_parts import parts_of
from tests.channels.test_segments import counted

COUNT = 20_000 if os.environ.get("SOAK") else 150
MARKED = Words(choose="Respon amb el número.", part="({part}/{parts})")
LONG = "La plaça necessita més ombra, bancs i aigua. " * 20


def bodies(outbound: Outbound, segments: int = 4, strips_accents: bool = False) -> list[str]:
    return [part.body for part in parts_of(outbound, segments, strips_accents)]


def test_a_question_is_words_and_numbers() -> None:
    question = Outbound(
        "T’agrada «això»?", title="Vilanova", choices=(Choice(1, "Sí", "a"), Choice(2, "No", "b")), words=MARKED
    )
    assert bodies(question) == ['Vilanova\n\nT\'agrada "això"?\n\n1. Sí\n2. No\n\nRespon amb el número.']


def test_a_long_text_is_cut_at_words_and_its_parts_are_marked() -> None:
    parts = bodies(Outbound(LONG, words=MARKED))
    assert [part[:6] for part in parts] == [f"({number}/{len(parts)}) " for number in range(1, len(parts) + 1)]
    assert " ".join(part[6:] for part in parts) == LONG.strip()
    assert all(counted(part)[2] == 4 for part in parts[:-1])


def test_each_part_is_in_the_encoding_of_its_own_words() -> None:
    parts = bodies(Outbound("a word " * 84 + "\n\n" + "plaça " * 80, words=MARKED))
    assert [measure(part).encoding for part in parts] == [Encoding.GSM_7, Encoding.UCS_2, Encoding.UCS_2]


@pytest.mark.parametrize("segments", [1, 2, 4, 10])
def test_no_part_is_dearer_than_was_said_and_nothing_is_lost(segments: int) -> None:
    chance = random.Random(segments)
    words = [
        "casa",
        "informació",
        "€uro",
        "{[x]}",
        "l’aigua",
        "😀",
        "x" * 170,
        "ç" * 80,
        "👩\u200d👩\u200d👧",
        "\n\n",
        "és",
    ]
    for _ in range(COUNT):
        text = " ".join(chance.choices(words, k=chance.randint(1, 120)))
        parts = bodies(Outbound(text, words=chance.choice([MARKED, Words()])), segments)
        assert all(1 <= counted(part)[2] <= segments for part in parts)
        unmarked = "".join(
            part.partition(") ")[2] if part.startswith("(1/") or part[:1] == "(" else part for part in parts
        )
        assert "".join(unmarked.split()) == "".join(text.replace("’", "'").split())


def test_accents_go_only_where_the_town_says_so() -> None:
    outbound = Outbound("Informació de la plaça")
    assert bodies(outbound) == ["Informació de la plaça"]
    assert bodies(outbound, strips_accents=True) == ["Informacio de la placa"]


def test_a_file_is_named_since_none_goes_along() -> None:
    files = (Enclosed("VIL-1.jpg", "image/jpeg", b"x"), Enclosed("VIL-2.pdf", "application/pdf", b"y"))
    assert bodies(Outbound("Mira:", files=files)) == ["Mira:\n\n[VIL-1.jpg]\n\n[VIL-2.pdf]"]


@pytest.mark.parametrize("text", ["", " ", "\u200b\u00a0", "\x00"])
def test_no_words_are_no_message(text: str) -> None:
    assert bodies(Outbound(text)) == []
