from datetime import timedelta
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from channels.email_parts import parts_of
from channels.email_threads import dump_thread
from channels.email_tokens import VALID_DAYS, Leaving, Purpose, Token
from channels.errors import AddressStopped
from channels.message import Address, Enclosed, Outbound
from tests.channels.letters import ANA, NAME, NOW, mail, read, settings, write

ROOT = settings().tokens.root_id("vilanova", ANA)
QUESTION = "<q1@mail.example.org>"
THREAD = dump_thread("RV: Re: La plaça", QUESTION, "<q0@mail.example.org>")
ANSWER = Outbound("Sí?", thread=THREAD)
NEWS = Outbound("Han respost la teva proposta.\nMira-ho.")


def test_an_answer_goes_on_with_the_thread() -> None:
    sent = write(ANSWER)
    headers = read(sent.message).headers
    assert headers["subject"] == "Re: La plaça"
    assert headers["in-reply-to"] == QUESTION
    assert headers["references"] == f"{ROOT} <q0@mail.example.org> {QUESTION}"
    assert headers["auto-submitted"] == "auto-replied"
    assert not {"list-unsubscribe", "list-id", "precedence"} & headers.keys()


def test_news_begins_with_the_root_that_their_thread_has_too() -> None:
    headers = read(write(NEWS).message).headers
    assert headers["references"] == ROOT
    assert "in-reply-to" not in headers
    assert headers["auto-submitted"] == "auto-generated"
    assert headers["precedence"] == "bulk"
    assert headers["list-id"] == "<vilanova.vilanova.example.org>"


def test_the_names_that_come_back_are_ours() -> None:
    sent, tokens, today = write(ANSWER), settings().tokens, NOW.date()
    headers = read(sent.message).headers
    name, answer_to = parseaddr(headers["reply-to"])
    assert parseaddr(headers["from"]) == ("Vilanova", "participa@vilanova.example.org")
    assert name == "Vilanova"
    answer, bounce = tokens.of_address(answer_to, today), tokens.of_address(sent.sender, today)
    message = tokens.of_message_id(headers["message-id"], today)
    assert answer == Token(Purpose.ANSWER, "?" + NAME.removeprefix("vilanova"))
    assert bounce == Token(Purpose.BOUNCE, "?" + NAME.removeprefix("vilanova"))
    assert message == Token(Purpose.MESSAGE, NAME)
    assert sent.message_id == headers["message-id"]
    late = today + timedelta(VALID_DAYS + 1)
    assert tokens.of_address(answer_to, late) == Token(Purpose.ANSWER, answer.name, is_expired=True)


def test_news_can_be_ended_by_one_click_or_by_mail() -> None:
    headers = read(write(NEWS).message).headers
    by_link, by_mail = headers["list-unsubscribe"].split(", ")
    assert headers["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert by_mail.startswith("<mailto:participa%2Ba")
    assert by_mail.endswith("?subject=STOP&body=STOP>")
    address, token = by_link.strip("<>").rsplit("/", 1)
    assert address == "https://participa.example.org/email/vilanova/stop"
    assert settings().tokens.of_stop(token) == Leaving(Address("email", ANA), "ca")
    assert read(write(NEWS, public_url="").message).headers["list-unsubscribe"] == by_mail
    assert "list-unsubscribe-post" not in read(write(NEWS, public_url="").message).headers


@pytest.mark.parametrize(
    ("outbound", "is_shared", "subject", "sender"),
    [
        (Outbound("Han respost.\nBla"), False, "Vilanova: Han respost.", "Vilanova"),
        (Outbound("Ana ha comentat «La plaça»:", about="La plaça"), False, "Vilanova: La plaça", "Vilanova"),
        (Outbound("Ana ha comentat:", title="El Roure", about="La font"), True, "El Roure: La font", "El Roure"),
        (Outbound("Han respost.", title="La plaça"), False, "Vilanova: La plaça", "Vilanova"),
        (Outbound("Hola!", title="Vilanova"), False, "Vilanova: Hola!", "Vilanova"),
        (Outbound("Han respost.", title="El Roure"), True, "El Roure: Han respost.", "El Roure"),
        (Outbound("Hi han respost.", language="es"), False, "Villanueva: Hi han respost.", "Villanueva"),
        (Outbound("x", thread=dump_thread("", QUESTION, "")), False, "Vilanova: x", "Vilanova"),
    ],
)
def test_the_subject_of_news_is_the_town_and_what_it_is_about(
    outbound: Outbound, is_shared: bool, subject: str, sender: str
) -> None:
    headers = read(write(outbound, is_shared=is_shared).message).headers
    assert headers["subject"] == subject
    assert parseaddr(headers["from"])[0] == sender


def test_our_mail_is_known_as_ours_and_asks_for_no_automatic_answer() -> None:
    headers = read(write(ANSWER).message).headers
    assert headers["x-participabot"] == "vilanova"
    silenced = headers["x-auto-response-suppress"].split(", ")
    assert {"OOF", "AutoReply"} <= set(silenced)
    assert "NDR" not in silenced


def test_ids_and_links_are_never_encoded_or_torn() -> None:
    long = settings(address="participa@participacio.vilanova-del-penedes-i-la-serra.example.org")
    thread = dump_thread("x", QUESTION, " ".join(f"<{'a' * 200}{number}@mail.example.org>" for number in range(9)))
    for outbound in (Outbound("x", thread=thread), NEWS):
        sent = write(outbound, address=long.address)
        head, _, _ = sent.message.partition(b"\r\n\r\n")
        unfolded = head.replace(b"\r\n ", b" ").decode()
        for name in ("Message-ID", "In-Reply-To", "References", "List-Unsubscribe"):
            assert f"{name}: =?" not in unfolded
        assert f"Message-ID: {sent.message_id}\n" in unfolded.replace("\r\n", "\n") + "\n"


@trying(max_examples=60, deadline=None)
@given(title=st.text(max_size=80), text=st.text(max_size=80), thread=st.text(max_size=60), name=st.text(max_size=60))
def test_no_words_can_add_a_header(title: str, text: str, thread: str, name: str) -> None:
    for outbound in (Outbound(text, title=title), Outbound(text, title, thread=dump_thread(thread, thread, thread))):
        sent = write(outbound, names={"ca": name}, is_shared=True)
        headers = read(sent.message).headers
        assert {each for each in headers if each not in KNOWN} == set()
        assert parseaddr(headers["from"])[1] == "participa@vilanova.example.org"


KNOWN = {
    "from", "to", "reply-to", "subject", "date", "message-id", "in-reply-to", "references", "content-language",
    "x-participabot", "x-auto-response-suppress", "auto-submitted", "precedence", "list-id", "list-unsubscribe",
    "list-unsubscribe-post", "mime-version", "content-type",
}  # fmt: skip


def test_a_file_keeps_its_type_and_a_strange_one_does_no_harm() -> None:
    files = (
        Enclosed("a.pdf", "application/pdf", b"%PDF"),
        Enclosed("Bcc: x\r\nb.bin", "multipart/mixed; boundary=x", b"\r\n.\r\n"),
        Enclosed("c.png", "image/png", b"png"),
    )
    found = read(write(Outbound("x", files=files)).message).files
    assert found == [
        Enclosed("c.png", "image/png", b"png"),
        Enclosed("a.pdf", "application/pdf", b"%PDF"),
        Enclosed("Bcc: x b.bin", "application/octet-stream", b"\r\n.\r\n"),
    ]


@pytest.mark.parametrize(
    ("address", "recipient", "is_international"),
    [
        (ANA, ANA, False),
        ("ana@exàmple.example.org", "ana@xn--exmple-jta.example.org", False),
        ("àngels@example.org", "àngels@example.org", True),
        ('"ana maria"@example.org', "", False),
        ("o'neil+x@example.org", "o'neil+x@example.org", False),
    ],
)
def test_any_address_that_mail_can_reach(address: str, recipient: str, is_international: bool) -> None:
    (part,) = parts_of(ANSWER, settings())
    if not recipient:
        with pytest.raises(AddressStopped):
            mail(part, address)
        return
    sent = mail(part, address)
    assert (sent.recipient, sent.is_international) == (recipient, is_international)
    assert f"\r\nTo: {recipient}\r\n".encode() in sent.message
    assert is_international or sent.message.isascii()


@pytest.mark.parametrize(
    "address", ["", "ana", "@example.org", "ana@", "a@b\r\nBcc: c@example.org", f"a@{'x' * 70}.org"]
)
def test_who_has_no_address_is_not_written_to_again(address: str) -> None:
    (part,) = parts_of(ANSWER, settings())
    with pytest.raises(AddressStopped) as stopped:
        mail(part, address)
    assert "example" not in stopped.value.reason


def test_nothing_of_it_shows_in_a_log() -> None:
    sent = write(ANSWER)
    shown = repr((sent, settings(password="a-secret"), settings().tokens))
    assert "ana@" not in shown
    assert "a-secret" not in shown
    assert "kkkk" not in shown
