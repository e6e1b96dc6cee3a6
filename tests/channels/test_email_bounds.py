"""Mail without bounds: large, deep, many, endless. It is read in time and in little memory, or as far as that goes."""

import time
import tracemalloc
from collections.abc import Callable

import pytest

from channels.channel import Ignored
from channels.email_files import LARGEST
from channels.email_headers import mailbox
from channels.email_pages import MOST_DRAWN
from channels.message import Inbound, Kind
from tests.channels.mailbag import HEAD, PLAIN, hear, said

MEGABYTE = 1024 * 1024
PHOTO = (
    b"Content-Type: image/jpeg; name=a.jpg\r\nContent-Disposition: attachment\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n"
)
LINE = b"QUJD" * 19 + b"\r\n"


def mixed(*parts: bytes) -> bytes:
    return (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
        + b"--b--\r\n"
    )


def nested(depth: int) -> bytes:
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    return HEAD + opened + PLAIN + b"hola\r\n"


def page(html: bytes) -> bytes:
    return HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + html


HEAVY: dict[str, Callable[[], bytes]] = {
    "a file of 50 MB": lambda: mixed(PLAIN + b"hola", PHOTO + LINE * (50 * MEGABYTE // len(LINE))),
    "a thousand files": lambda: mixed(PLAIN + b"hola", *[PHOTO + LINE * 200] * 1000),
    "50 MB of text": lambda: HEAD + PLAIN + b"hola\r\n" * (50 * MEGABYTE // 6),
    "one line of 50 MB": lambda: HEAD + PLAIN + b"a" * 50 * MEGABYTE,
    "50 MB of a page": lambda: page(b"<p>hola</p>" * (50 * MEGABYTE // 11)),
    "a cell as wide as the page": lambda: page(
        b"<table><tr><td>" + b"x" * 200_000 + b"</td></tr>" + b"<tr><td>a</td></tr>" * 5000
    ),
    "millions of headers": lambda: HEAD + b"X: y\r\n" * (50 * MEGABYTE // 6) + b"\r\nhola",
    "what almost is a boundary": lambda: (
        HEAD + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--ax\r\n" * 8_000_000
    ),
    "parts in parts": lambda: nested(3000) + LINE * 250_000,
    "tags in tags": lambda: page(b"<div><blockquote>" * 20_000 + b"x"),
    "lists in lists": lambda: page(b"<ul>" * 250 + b"<li>a" * 40_000),
    "lines that almost quote": lambda: (
        HEAD + PLAIN + b"El 24/11/26 10:12 wrote ha escrit el 2026 10:12:x:\r\n" * 20_000
    ),
    "quotes in From": lambda: b"From: " + b'"\\' * 25_000 + b"\r\n\r\nhola",
    "comments in From": lambda: b"From: " + b"(" * 50_000 + b"\r\n\r\nhola",
    "parameters": lambda: HEAD + b"Content-Type: text/plain" + b';a="b' * 20_000 + b"\r\n\r\nhola",
    "flowing lines": lambda: HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"a \r\n" * 500_000,
    "accents on one letter": lambda: HEAD + PLAIN + b"e" + "\u0301".encode() * 500_000,
}


@pytest.mark.parametrize("name", HEAVY)
def test_no_mail_takes_long(name: str) -> None:
    body = HEAVY[name]()
    started = time.process_time()
    heard = hear(body)
    assert time.process_time() - started < 2
    assert isinstance(heard[0], Inbound | Ignored)


@pytest.mark.parametrize(
    "name", ["a file of 50 MB", "a thousand files", "one line of 50 MB", "a cell as wide as the page"]
)
def test_no_mail_takes_much_memory(name: str) -> None:
    body = HEAVY[name]()
    tracemalloc.start()
    hear(body)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 25 * MEGABYTE


def test_a_file_that_is_too_large_is_named_with_its_size() -> None:
    heard = said(mixed(PLAIN + b"hola", PHOTO + LINE * (15 * MEGABYTE // len(LINE))))
    assert (heard.kind, heard.text, heard.files[0].name, heard.files[0].data) == (Kind.MEDIA, "hola", "a.jpg", b"")
    assert heard.files[0].size > LARGEST


def test_of_a_thousand_files_the_first_are_kept() -> None:
    heard = said(HEAVY["a thousand files"]())
    assert [len(file.data) for file in heard.files] == [11_400] * 20
    assert len({file.id for file in heard.files}) == 20


def test_a_from_without_end_is_soon_given_up() -> None:
    started = time.process_time()
    assert mailbox('"\\' * 4_000) == ""
    assert time.process_time() - started < 0.2


def test_of_a_page_no_more_is_drawn_than_anybody_writes() -> None:
    assert said(page(b"<b>a</b>" * 9_000)).text.count("a") <= MOST_DRAWN
