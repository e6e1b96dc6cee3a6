"""The terminal's box never cuts a link in two, and never hands on an escape."""

import pytest

from bot.cli import screen

LINK = "https://vilanova-del-riu.example.org/processes/pressupost-participatiu/propostes/totes"


@pytest.mark.parametrize(("width", "is_boxed"), [(120, True), (80, False)])
def test_a_long_link_stays_whole(width: int, is_boxed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen.screen, "width", width)
    with screen.screen.capture() as shown:
        screen.show_reply(f"Pàgina oficial: {LINK}\n\n1. Menú")
    assert LINK in shown.get()
    assert ("│" in shown.get()) == is_boxed


def test_words_are_boxed_and_escapes_are_shown_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen.screen, "width", 60)
    with screen.screen.capture() as shown:
        screen.show_reply("Hola \x1b[31mvermell")
    assert "│ Hola \\x1b[31mvermell" in shown.get()
