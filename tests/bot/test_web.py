"""The web's limits: size, time, how much at once; what watches the process; the terminal's routes."""

import asyncio
import json

import aiohttp
import pytest

from bot.web.hooks import Hooks
from bot.web.server import MAX_BODY, Server
from tests.bot.house import HEADER, OWN, SECRETS, House, open_house
from tests.bot.parrot import PARROT, heard_in

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def raw(url: str, head: str, body: bytes = b"", wait: float = 5) -> bytes:
    """Speak HTTP by hand; what comes back within `wait` seconds."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(head.encode() + body)
    await writer.drain()
    try:
        async with asyncio.timeout(wait):
            return await reader.read(200)
    except TimeoutError:
        return b""
    finally:
        writer.close()


async def test_a_body_over_a_mebibyte_is_refused(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        assert await house.post(b" " * MAX_BODY) == 200
        assert await house.post(b" " * (MAX_BODY + 1)) == 413
        ana = house.citizen()
        assert await ana.starts() == 200


async def test_a_slow_body_is_given_up(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        hooks = Hooks(house.app.reception, read_within=0.3)
        server = Server(house.app.reception, hooks)
        port = await server.start("127.0.0.1", 0)
        head = f"POST /telegram/{OWN} HTTP/1.1\r\nHost: x\r\n{HEADER}: {SECRETS[OWN]}\r\nContent-Length: 100\r\n\r\n"
        answer = await raw(f"http://127.0.0.1:{port}", head, b"{")
        assert answer.startswith(b"HTTP/1.1 408")
        assert hooks.refused["slow"] == 1
        await server.stop()


async def test_too_much_at_once_is_asked_to_come_again(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        hooks = Hooks(house.app.reception, at_once=2)
        server = Server(house.app.reception, hooks)
        url = f"http://127.0.0.1:{await server.start('127.0.0.1', 0)}"
        head = f"POST /telegram/{OWN} HTTP/1.1\r\nHost: x\r\n{HEADER}: {SECRETS[OWN]}\r\nContent-Length: 100\r\n\r\n"
        slow = [asyncio.create_task(raw(url, head, b"{", wait=1)) for _ in range(2)]
        await asyncio.sleep(0.2)
        answer = await raw(url, head.replace("100", "0"))
        assert answer.startswith(b"HTTP/1.1 503")
        assert b"Retry-After: " in answer
        assert (await raw(url, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")).startswith(b"HTTP/1.1 200")
        await asyncio.gather(*slow)
        await server.stop()


async def test_a_broken_body_is_refused_in_one_line(database_url: str, caplog: pytest.LogCaptureFixture) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        head = f"POST /telegram/{OWN} HTTP/1.1\r\nHost: x\r\n{HEADER}: {SECRETS[OWN]}\r\n"
        broken = [
            (f"{head}Content-Encoding: gzip\r\nContent-Length: 12\r\n\r\n", b"secret words"),
            (f"{head}Transfer-Encoding: chunked\r\n\r\n", b"secret words\r\n"),
            (f"{head}Content-Encoding: zstd\r\nContent-Length: 12\r\n\r\n", b"secret words"),
        ]
        for each in broken:
            assert b" 400 " in (await raw(house.url, *each))[:13]
        await raw(house.url, f"{head}Content-Length: 100\r\n\r\n", b"secret words", wait=0.2)
        await asyncio.sleep(0.2)
        assert house.app.hooks.refused["cut"] >= 2
        assert await house.citizen().starts() == 200
    assert "secret words" not in caplog.text
    assert "Traceback" not in caplog.text


async def test_slow_forgers_take_nobodys_place(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house:
        hooks = Hooks(house.app.reception, at_once=2)
        server = Server(house.app.reception, hooks)
        url = f"http://127.0.0.1:{await server.start('127.0.0.1', 0)}"
        head = f"POST /telegram/{OWN} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
        forged = [head + "\r\n", head + f"{HEADER}: guess\r\n\r\n", head.replace(OWN, "nobody") + "\r\n"]
        answers = await asyncio.gather(*(raw(url, each, b"{", wait=3) for each in forged))
        assert [answer[:12] for answer in answers] == [b"HTTP/1.1 403"] * 3
        assert dict(hooks.refused) == {"forged": 2, "unknown account": 1}
        await server.stop()


async def test_who_watches_sees_when_it_is_ready(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house, aiohttp.ClientSession() as session:
        for path in ("healthz", "readyz"):
            async with session.get(f"{house.url}/{path}") as response:
                assert response.status == 200
        house.app.reception.is_open = False
        async with session.get(f"{house.url}/readyz") as response:
            assert response.status == 503


@pytest.mark.parametrize("path", ["/", "/telegram", f"/telegram/{OWN}/x", "/nothing", "/console/x/replies"])
async def test_other_paths_say_nothing(database_url: str, path: str) -> None:
    async with (
        open_house(database_url, flows=PARROT) as house,
        aiohttp.ClientSession() as session,
        session.get(house.url + path, headers={HEADER: SECRETS[OWN]}) as response,
    ):
        assert response.status in (403, 404, 405)
        assert OWN not in await response.text()


async def test_the_terminal_speaks_over_http_to_who_knows_the_secret(database_url: str) -> None:
    async with open_house(database_url, flows=PARROT) as house, aiohttp.ClientSession() as session:
        secret = console_secret(house)
        line = {"from": "+34 600 000 001", "id": "1", "text": "hola"}
        url = f"{house.url}/console/{OWN}"
        for headers, status in (({}, 403), ({"x-participabot-secret": "no"}, 403), (secret, 200), (secret, 200)):
            async with session.post(url, json=line, headers=headers) as response:
                assert response.status == status
        query = {"from": "+34 600 000 001", "seconds": "2"}
        async with session.get(f"{url}/replies", params=query) as response:
            assert response.status == 403
        async with session.get(f"{url}/replies", params=query, headers=secret) as response:
            (reply,) = json.loads(await response.text())
            assert heard_in(reply) == []


def console_secret(house: House) -> dict[str, str]:
    channel = house.app.reception.channel("console", OWN)
    return {"x-participabot-secret": str(getattr(channel, "secret", ""))}
