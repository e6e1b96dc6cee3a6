import asyncio

from channels.console import Console, Reply
from channels.message import Address, Choice, Inbound, Kind, Outbound, Words, name_of

ANA = Address("console", "+34600000001")
NAME = name_of("vilanova", 1)
PAU = Address("console", "+34600000002")


def test_a_question_is_a_numbered_list() -> None:
    choices = (Choice(1, "Sí", "q.1"), Choice(2, "No", "q.2"))
    outbound = Outbound("Bé?", title="Vilanova", choices=choices, words=Words(choose="Respon amb el número."))
    assert Console("vilanova").render(outbound) == [Reply("Vilanova\n\nBé?\n\n1. Sí\n2. No\n\nRespon amb el número.")]


async def test_replies_wait_for_their_reader_in_order() -> None:
    console = Console("vilanova")
    first, second = await console.send(ANA, Reply("u"), NAME), await console.send(ANA, Reply("dos"), NAME)
    await console.send(PAU, Reply("tres"), NAME)
    assert first != second
    assert await console.replies(ANA.id, 1) == ["u", "dos"]
    assert await console.replies(PAU.id, 1) == ["tres"]


async def test_a_reader_waits_for_the_first_reply() -> None:
    console = Console("vilanova")
    reading = asyncio.create_task(console.replies(ANA.id, 5))
    await asyncio.sleep(0)
    await console.send(ANA, Reply("hola"), NAME)
    assert await reading == ["hola"]
    again = asyncio.create_task(console.replies(ANA.id, 5))
    await asyncio.sleep(0.01)
    assert not again.done()
    await console.send(ANA, Reply("adeu"), NAME)
    assert await again == ["adeu"]
    assert await console.replies(ANA.id, 0.01) == []


async def test_nothing_is_kept_for_ever() -> None:
    console = Console("vilanova")
    for number in range(1500):
        await console.send(ANA, Reply(str(number)), NAME)
    replies = await console.replies(ANA.id, 1)
    assert (len(replies), replies[-1]) == (1000, "1499")


async def test_a_terminal_needs_no_acknowledgement_and_fetches_nothing() -> None:
    console = Console("vilanova")

    async def deliver(_: object) -> None:
        raise AssertionError

    await console.acknowledge(Inbound("vilanova", ANA, "1", Kind.TEXT))
    await console.listen(deliver)


def test_two_consoles_do_not_share_a_secret() -> None:
    assert Console("vilanova").secret != Console("vilanova").secret
