"""The page of a letter: what WCAG asks of it, counted."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from lxml import html

from channels.email_look import plain
from channels.email_parts import LONGEST, parts_of
from channels.email_threads import dump_thread
from channels.message import NO_NUMBER, Choice, Enclosed, Outbound, Words
from tests.channels.letters import read, settings, write

WORDS = Words(
    choose="Escriu el número.",
    marker="— Escriu la teva resposta per sobre d’aquesta línia —",
    heard="Has escrit:",
    stop="Per no rebre més missatges, escriu BAIXA.",
)
THREAD = dump_thread("La plaça", "<q@mail.example.org>", "")
PICTURE = Enclosed("VIL-PROP-1-1.jpg", "image/jpeg", b"jpeg")
CALENDAR = Enclosed("reunió.ics", "text/calendar", b"BEGIN:VCALENDAR")
FULL = Outbound(
    "Què en penses?\nMira-ho a https://vilanova.example.org/plaça?a=1&b=2.\n\nTria:",
    title="Arbres <a la plaça>",
    choices=(Choice(1, "Sí & tant", "q.0"), Choice(12, "No", "q.11"), Choice(0, "Més (escriu M)", "q.m1")),
    words=WORDS,
    files=(PICTURE, CALENDAR),
    thread=THREAD,
    heard="<script>alert(1)</script>",
)
NEWS = Outbound("L’Ajuntament ha respost.", words=WORDS, language="ca")


def page(outbound: Outbound) -> html.HtmlElement:
    return read(write(outbound).message).page


@pytest.mark.parametrize("outbound", [FULL, NEWS], ids=["an answer", "news"])
def test_the_page_says_what_it_is(outbound: Outbound) -> None:
    letter = read(write(outbound).message)
    root = letter.page
    assert (root.get("lang"), root.get("dir")) == ("ca", "ltr")
    assert root.findtext("head/title") == letter.headers["subject"]
    assert len(root.xpath("//h1")) == 1
    assert root.xpath("//h2 | //h3 | //table | //font | //script | //*[@style]") == []
    assert all(picture.get("alt") for picture in root.iter("img"))
    assert letter.headers["content-language"] == "ca"


def test_nothing_is_fetched_from_anywhere() -> None:
    letter = read(write(FULL).message)
    assert re.findall(r"(?:src|background|url\()\W*(https?:|//)", letter.source) == []
    assert [each.get("src") for each in letter.page.iter("img")] == ["cid:picture1@vilanova.example.org"]
    ids = [each["Content-ID"] for each in letter.whole.walk() if each["Content-ID"]]
    assert ids == ["<picture1@vilanova.example.org>"]


def test_every_choice_is_a_link_that_writes_the_answer_to_the_address_with_the_token() -> None:
    letter = read(write(FULL).message)
    links = {link.text_content(): urlsplit(link.get("href")) for link in letter.page.iter("a")}
    mails = {label: url for label, url in links.items() if url.scheme == "mailto"}
    assert {label: parse_qs(url.query)["body"] for label, url in mails.items()} == {
        "Sí & tant": ["1"],
        "No": ["12"],
        "Més (escriu M)": ["M"],
    }
    for url in mails.values():
        assert unquote(url.path) in letter.headers["reply-to"]
        assert "+" not in url.path
        assert parse_qs(url.query)["subject"] == ["Re: La plaça"]
    assert [item.get("value") for item in letter.page.xpath("//ol/li")] == ["1", "12"]


def test_an_address_in_the_words_is_a_link_and_the_stop_behind_it_is_not() -> None:
    (link,) = page(FULL).xpath("//a[starts-with(@href, 'https:')]")
    assert link.get("href") == link.text_content() == "https://vilanova.example.org/plaça?a=1&b=2"


def test_a_choice_that_only_a_button_could_make_is_left_out() -> None:
    outbound = Outbound("Escriu X-1.", choices=(Choice(NO_NUMBER, "Llegir-ho", "@code"),), words=WORDS)
    letter = read(write(outbound).message)
    assert "Llegir-ho" not in letter.source + letter.plain
    assert letter.page.xpath("//ol") == []


def test_words_of_others_are_never_markup() -> None:
    letter = read(write(FULL).message)
    assert letter.page.xpath("//script") == []
    assert letter.page.findtext(".//h1") == "Arbres <a la plaça>"
    assert letter.page.xpath("//blockquote")[0].text_content().strip() == "<script>alert(1)</script>"


def test_what_is_read_from_right_to_left_says_so_and_turns_nothing_else() -> None:
    letter = read(write(Outbound("مرحبا بكم\n\nVilanova", heard="שלום", words=WORDS, thread=THREAD)).message)
    assert letter.page.get("dir") == "rtl"
    assert [each.get("dir") for each in letter.page.xpath("//blockquote/p | //main/p[@dir]")] == ["rtl", "rtl", "ltr"]
    assert "unicode-bidi: isolate" in letter.source


def test_the_marker_stands_first_and_the_way_out_of_news_last() -> None:
    news = read(write(NEWS).message)
    assert news.plain == (
        "— Escriu la teva resposta per sobre d’aquesta línia —\n\nL’Ajuntament ha respost.\n\n"
        "-- \nPer no rebre més missatges, escriu BAIXA."
    )
    (way_out,) = news.page.iter("a")
    assert parse_qs(urlsplit(way_out.get("href")).query)["body"] == ["STOP"]
    answer = read(write(FULL).message)
    assert "BAIXA" not in answer.plain + answer.source


def test_the_plain_part_says_all_of_it() -> None:
    assert read(write(FULL).message).plain == (
        "— Escriu la teva resposta per sobre d’aquesta línia —\n\n"
        "Has escrit:\n> <script>alert(1)</script>\n\n"
        "Arbres <a la plaça>\n\n"
        "Què en penses?\nMira-ho a https://vilanova.example.org/plaça?a=1&b=2.\n\nTria:\n\n"
        "1. Sí & tant\n12. No\nMés (escriu M)\n\nEscriu el número.\n\n"
        "[VIL-PROP-1-1.jpg, 1 KB]\n[reunió.ics, 1 KB]"
    )


def test_lines_are_short_and_the_reader_joins_them_again() -> None:
    text = "Una frase prou llarga per no cabre en una sola línia. " * 6 + "\n\n> no és una cita\nFrom here\n  sagnat"
    (part,) = parts_of(Outbound(text, heard="paraula " * 30, words=WORDS, thread=THREAD), settings())
    assert max(len(line) for line in plain(part).split("\n")) <= 76
    letter = read(write(Outbound(text, heard="paraula " * 30, words=WORDS, thread=THREAD)).message)
    assert letter.plain.endswith("sola línia.\n\n> no és una cita\nFrom here\n  sagnat")
    assert ("> " + "paraula " * 30).strip() in letter.plain


def test_what_was_heard_is_not_sent_back_at_length() -> None:
    (part,) = parts_of(Outbound("Fet.", heard="molt " * 1000, thread=THREAD), settings())
    assert len(part.heard) <= 601
    assert part.heard.endswith("molt…")


def test_what_is_too_long_for_one_letter_goes_on_in_the_next() -> None:
    first, second = parts_of(Outbound("a" * LONGEST + "\n\nb", choices=FULL.choices, title="T", heard="x"), settings())
    assert (first.title, first.heard, first.choices) == ("T", "x", ())
    assert (second.text, second.title, second.heard, second.choices) == ("b", "", "", FULL.choices)


def test_files_too_heavy_for_one_letter_go_in_several() -> None:
    files = tuple(Enclosed(f"{number}.pdf", "application/pdf", b"x" * (6 << 20)) for number in range(5))
    parts = parts_of(Outbound("Aquí els tens.", files=files, choices=FULL.choices), settings())
    assert [len(part.files) for part in parts] == [2, 2, 1]
    assert [part.text for part in parts] == ["Aquí els tens.", "", ""]
    assert [bool(part.choices) for part in parts] == [False, False, True]


def test_contrast_is_enough_by_day_and_by_night_and_letters_are_large_enough() -> None:
    style = read(write(FULL).message).page.findtext("head/style") or ""
    day, night = style.split("@media (prefers-color-scheme: dark)")
    for scheme in (day, night):
        (ground,) = re.findall(r"background: (#\w{6})", scheme)
        colours = re.findall(r"[{ ]color: (#\w{6})", scheme)
        assert len(colours) == 3
        assert min(contrast(colour, ground) for colour in colours) >= 4.5
    assert min(int(size) for size in re.findall(r"(\d+)px[/;]", re.sub("padding[^;]*;|margin[^;]*;", "", style))) >= 16
    assert "text-decoration: underline" in style


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
