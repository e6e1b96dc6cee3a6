"""How an outbound becomes letters, as far as that does not depend on who gets them."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct, structs

from channels.email_settings import EmailSettings
from channels.email_threads import Thread, answered_subject, load_thread, one_line
from channels.message import Choice, Enclosed, Outbound, Words
from channels.text import cut, storable

LONGEST = 50_000
"""Characters of a letter's text; what is longer goes on in the next one."""
_HEAVIEST = 15 * 1024 * 1024
"""Bytes of the files in one part: servers take some 25 MB, and a file grows by a third on its way."""
_LONGEST_HEARD = 600
_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x9f]")


class Part(Struct, frozen=True, omit_defaults=True):
    """One mail, without what only its sending tells: to whom it goes, and the names that come back with an answer."""

    sender: str
    """The town that writes, as people know it."""
    subject: str
    title: str
    text: str
    language: str
    words: Words = Words()
    choices: tuple[Choice, ...] = ()
    heard: str = ""
    thread: Thread | None = None
    """What it answers; None for news."""
    files: tuple[Enclosed, ...] = ()


def parts_of(outbound: Outbound, settings: EmailSettings) -> list[Part]:
    """The letters to send, in order; the choices stand in the last."""
    title, text, thread = seen(outbound.title), seen(outbound.text), load_thread(outbound.thread)
    name = settings.name(outbound.language)
    town = title if settings.is_shared and title else name
    part = Part(
        sender=one_line(town),
        subject=(answered_subject(thread.subject) if thread else "")
        or _subject_of_news(town, outbound.about or title, text),
        title=title,
        text=text,
        language=outbound.language,
        words=outbound.words,
        choices=outbound.choices,
        heard=_shortened(seen(outbound.heard)),
        thread=thread,
    )
    letters = list(_pages(part))
    first, *others = _bundles(outbound.files)
    letters[-1] = structs.replace(letters[-1], files=first)
    for files in others:
        letters.append(structs.replace(letters[-1], title="", text="", heard="", files=files))
        letters[-2] = structs.replace(letters[-2], choices=())
    return letters


def seen(text: str) -> str:
    """The words with plain line breaks and without controls, which show nothing."""
    return _UNSEEN.sub("", _BREAK.sub("\n", storable(text)))


def _subject_of_news(town: str, title: str, text: str) -> str:
    """The town, and what it is about: a title, else how the text begins."""
    about = title if title != town else ""
    about = about or next((line for line in text.split("\n") if line.strip()), "")
    return one_line(f"{town}: {about}" if about else town)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_HEARD else text[: cut(text, _LONGEST_HEARD)[0][1]].rstrip() + "…"


def _pages(part: Part) -> Iterator[Part]:
    spans = cut(part.text, LONGEST) or [(0, 0)]
    for number, (start, stop) in enumerate(spans, 1):
        page = structs.replace(part, text=part.text[start:stop])
        if number > 1:
            page = structs.replace(page, title="", heard="")
        yield page if number == len(spans) else structs.replace(page, choices=())


def _bundles(files: Sequence[Enclosed]) -> list[tuple[Enclosed, ...]]:
    """The files, in as few letters as carry them."""
    bundles: list[tuple[Enclosed, ...]] = [()]
    for file in files:
        if bundles[-1] and sum(len(each.data) for each in (*bundles[-1], file)) > _HEAVIEST:
            bundles.append(())
        bundles[-1] += (file,)
    return bundles
