"""What is published: cleaned of what cannot be seen, and Decidim's etiquette."""

import pytest

from flows.participation.refusal import Reason, Refused
from flows.participation.writing import check_etiquette, has_hidden, one_line, paragraphs


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  Two\n words ", "Two words"),
        ("a\x00b", "ab"),
        ("safe \u202egnp.exe\u202c", "safe gnp.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("lone \ud800 half", "lone half"),
        ("e\u0301", "\u00e9"),
        ("fine\u00a0space", "fine space"),
        ("👩\u200d👧 walks", "👩\u200d👧 walks"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("1\ufe0f\u20e3 ❤\ufe0f\u200d🔥 👷🏽\u200d♀\ufe0f", "1\ufe0f\u20e3 ❤\ufe0f\u200d🔥 👷🏽\u200d♀\ufe0f"),
        ("Ab" + "\u200d" * 14, "Ab"),
        ("\ufe0f" * 15, ""),
        ("\u3164\u115f\u1160\uffa0\u2800\u034f", ""),
        ("a" + "\u0323" * 50, "\u1ea1" + "\u0323" * 4),
    ],
)
def test_what_cannot_be_seen_is_not_kept(text: str, kept: str) -> None:
    assert one_line(text) == kept


def test_paragraphs_keep_their_lines_but_no_gaps() -> None:
    assert paragraphs(" One \r\n\r\n\r\n\n two\u2028three \n") == "One\n\ntwo\nthree"


@pytest.mark.parametrize("text", ["a\u202eb", "a\u200bb", "a\u2066b", "a\x07b", "\u3164\u3164", "a\u2800b"])
def test_hidden_characters_are_found(text: str) -> None:
    assert has_hidden(text)
    assert not has_hidden("Marta Solé-Puig, l'àvia")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("AAAAAAAAaaaaaaaa", Reason.TOO_MANY_CAPITALS),
        ("AAAAAAAaaaaaaaaa", None),
        ("AAAAAAAaaaaaaaa", Reason.TOO_MANY_CAPITALS),
        ("AAAAAAaaaaaaaaa", None),
        ("ÀÈÉÍÒÓÚÇÀÈÉÍÒÓÚ", None),
        ("Trees now!!", Reason.TOO_MANY_MARKS),
        ("Trees now!?", Reason.TOO_MANY_MARKS),
        ("¿¡Trees now?", Reason.TOO_MANY_MARKS),
        ("Trees! Now! Why?", None),
        ("Trees...", None),
        ("trees", Reason.STARTS_IN_LOWERCASE),
        ("àrbres", None),
        ("3 trees", None),
        ("¿Trees?", None),
    ],
)
def test_etiquette_is_decidims(text: str, reason: Reason | None) -> None:
    if reason is None:
        check_etiquette(text)
        return
    with pytest.raises(Refused) as refused:
        check_etiquette(text)
    assert refused.value.reason is reason
