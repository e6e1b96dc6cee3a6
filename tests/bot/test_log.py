"""Logs carry ids, never what a person wrote, an address or a secret."""

import logging

import pytest

from bot.log import configure_log, log_of


@pytest.mark.parametrize("form", ["console", "json"])
def test_personal_values_are_dropped_and_lines_stay_lines(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    configure_log(form)
    try:
        log_of("test").info(
            "said", text="secret words", address="+34 600 000 001", tenant="vilanova", why="a\nb\x1b[31m"
        )
        try:
            raise ValueError("secret words")
        except ValueError:
            log_of("test").exception("broke", inbound_id="7")
    finally:
        root.handlers[:], root.level = handlers, level
    printed = capsys.readouterr().err
    assert "secret words" not in printed
    assert "+34" not in printed
    assert "\x1b" not in printed
    assert len(printed.strip().splitlines()) == 2
    assert "vilanova" in printed
    assert "ValueError" in printed
    assert "test_log.py" in printed


def test_libraries_that_log_addresses_only_warn() -> None:
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    configure_log("json")
    root.handlers[:], root.level = handlers, level
    for name in ("httpx", "telegram", "aiohttp.access"):
        assert not logging.getLogger(name).isEnabledFor(logging.INFO)
