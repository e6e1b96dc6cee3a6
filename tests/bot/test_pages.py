"""How much fits in a message where room is short."""

from bot.pages import fit, spans


def test_words_are_cut_behind_a_sentence_else_between_words() -> None:
    assert fit("One is short. Two is longer. Three", 30) == ("One is short. Two is longer.", "Three")
    assert fit("One is short without any end of it", 20) == ("One is short without", "any end of it")
    assert fit("x" * 30, 20) == ("x" * 20, "x" * 10)
    assert fit("short", 20) == ("short", "")


def test_choices_stand_on_pages_that_leave_room_for_words() -> None:
    assert spans(["a"] * 6, 6, 300) == [range(6)]
    assert spans(["a"] * 7, 6, 300) == [range(5), range(5, 7)]
    assert spans(["x" * 90] * 3, 6, 300) == [range(2), range(2, 3)]
    assert spans(["x" * 90] * 6, 6, 0) == [range(6)]
