import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email_threads import (
    Thread,
    answered_subject,
    dump_thread,
    ids_in,
    in_reply_to,
    load_thread,
    one_line,
    references,
)

ROOT = "<thread.aaaaaaaaaaaaaaaaaaaa@vilanova.example.org>"


def ids(count: int) -> list[str]:
    return [f"<{number}@mail.example.org>" for number in range(count)]


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Proposta", "Re: Proposta"),
        ("Re: Proposta", "Re: Proposta"),
        ("RE: Re: re : RV: Fwd: FW: Proposta", "Re: Proposta"),
        ("Re[2]: Re(3): Proposta", "Re: Proposta"),
        ("AW: SV: Antw: Rif: Proposta", "Re: Proposta"),
        ("回复：Proposta", "Re: Proposta"),
        ("Recordatori: Proposta", "Re: Recordatori: Proposta"),
        ("Ref: expedient 7", "Re: Ref: expedient 7"),
        ("Dubte re: la plaça", "Re: Dubte re: la plaça"),
        ("Re:", ""),
        ("", ""),
    ],
)
def test_an_answer_says_re_once(subject: str, expected: str) -> None:
    assert answered_subject(subject) == expected


def test_a_thread_comes_back_as_the_mail_said() -> None:
    thread = load_thread(
        dump_thread("RE: Proposta", "<c@mail.example.org>", "<a@mail.example.org>\r\n\t<b@mail.example.org>")
    )
    assert thread == Thread("Proposta", "<c@mail.example.org>", ("<a@mail.example.org>", "<b@mail.example.org>"))
    assert in_reply_to(thread) == "<c@mail.example.org>"
    assert references(thread, ROOT).split() == [
        ROOT,
        "<a@mail.example.org>",
        "<b@mail.example.org>",
        "<c@mail.example.org>",
    ]


def test_news_joins_the_thread_by_its_root() -> None:
    assert references(load_thread(""), ROOT) == ROOT
    assert in_reply_to(None) == ""
    answered = load_thread(dump_thread("x", "<c@mail.example.org>", f"{ROOT} <b@mail.example.org>"))
    assert references(answered, ROOT).split() == [ROOT, "<b@mail.example.org>", "<c@mail.example.org>"]


def test_references_are_bounded_and_keep_the_root_and_the_last() -> None:
    long = dump_thread("x", "<last@mail.example.org>", " ".join(ids(500)))
    assert len(long) < 2000
    kept = references(load_thread(long), ROOT).split()
    assert (len(kept), kept[0], kept[-2:]) == (12, ROOT, ["<499@mail.example.org>", "<last@mail.example.org>"])


@pytest.mark.parametrize(
    "header",
    ["", "no id", "<no-at>", "<a@b\r\nBcc: x@example.org>", "<à@example.org>", "< a@b >", f"<{'a' * 300}@example.org>"],
)
def test_what_is_no_id_is_left_out(header: str) -> None:
    assert ids_in(header) == []


def test_an_id_stands_once() -> None:
    assert ids_in("<a@b> (comment) <c@d>,<a@b>") == ["<a@b>", "<c@d>"]


@given(subject=st.text(max_size=400), message_id=st.text(max_size=60), before=st.text(max_size=60))
def test_no_header_can_be_smuggled_in(subject: str, message_id: str, before: str) -> None:
    thread = load_thread(dump_thread(subject, message_id, before))
    assert thread is not None
    for header in (answered_subject(thread.subject), in_reply_to(thread), references(thread, ROOT)):
        assert len(header.splitlines()) <= 1
        assert header.isprintable() or "\u200d" in header


def test_a_subject_is_one_line_without_what_turns_it_round() -> None:
    assert one_line("Hola\r\nBcc: x@example.org\u202e\u2028fi\x00\x07") == "Hola Bcc: x@example.org fi"
    assert one_line("paraula " * 60, 20) == "paraula paraula par…"
    assert one_line("👩\u200d👧 família") == "👩\u200d👧 família"


@pytest.mark.parametrize("thread", ["", "{", "[]", "[1,2]", '["a"]', "null"])
def test_what_is_no_thread_answers_nothing(thread: str) -> None:
    assert load_thread(thread) is None
