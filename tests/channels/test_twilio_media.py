"""Files come from Twilio's hosts alone, whatever address a form or a redirect names."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from typing import TypeAlias

import aiohttp
import pytest
from aiohttp import web

import channels.twilio_media
from channels.connections import Connections
from channels.errors import FileGone, FileTooLarge, Later, SendFailed
from channels.message import Attached
from channels.sms import Sms
from channels.twilio_media import fetch
from tests.channels.conftest import ACCOUNT_SID, NUMBER, TWILIO_TOKEN, sms_settings
from tests.fakes.twilio import Account, FakeTwilio

Answer: TypeAlias = Callable[[], web.Response]

PHONE = "+34600000001"
MEDIA = "/2010-04-01/Accounts/AC/Messages/MM/Media/ME"


class Host:
    """A server on this machine that may be the API, or anybody."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[tuple[str, str]] = []
        self.answer: Answer = web.Response
        self._runner = web.ServerRunner(web.Server(self._hear, access_log=None), shutdown_timeout=0.1)

    async def _hear(self, request: web.BaseRequest) -> web.StreamResponse:
        self.asked.append((request.path, request.headers.get("Authorization", "")))
        return self.answer()

    async def start(self) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()


@pytest.fixture
async def api() -> AsyncIterator[Host]:
    host = Host()
    await host.start()
    yield host
    await host.stop()


@pytest.fixture
async def other() -> AsyncIterator[Host]:
    host = Host()
    await host.start()
    yield host
    await host.stop()


async def test_a_file_comes_as_it_was_sent(sms: Sms, account: Account, twilio: FakeTwilio) -> None:
    form = twilio.citizen(account, PHONE, NUMBER).form("Mireu", [("image/jpeg", b"\xff\xd8" + b"x" * 200_000)])
    data = await sms.fetch(Attached(form["MediaUrl0"], "", "image/jpeg"), 300_000)
    assert data == b"\xff\xd8" + b"x" * 200_000


async def test_a_file_that_is_larger_than_is_taken_is_not_read_on(
    sms: Sms, account: Account, twilio: FakeTwilio
) -> None:
    form = twilio.citizen(account, PHONE, NUMBER).form("", [("image/jpeg", b"x" * 2000)])
    with pytest.raises(FileTooLarge):
        await sms.fetch(Attached(form["MediaUrl0"]), 1999)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "https://127.0.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:169.254.169.254]/x",
        "https://[::1]/x",
        "https://2130706433/x",
        "https://0x7f.0.0.1/x",
        "https://localhost/x",
        "file:///etc/passwd",
        "ftp://api.twilio.com/x",
        "http://api.twilio.com/x",
        "http://mms.twiliocdn.com/x",
        "https://api.twilio.com.example.org/x",
        "https://api.twilio.com:8443/x",
        "https://api.twilio.com@example.org/x",
        "https://example.org\\@mms.twiliocdn.com/x",
        "https://mms.twiliocdn.com\\.example.org/x",
        "https://mms.twiliocdn.com:22/x",
        "https://MMS.twiliocdn.com.example.org/x",
        "https://xmms.twiliocdn.com/x",
        "https://s3-external-1.amazonaws.com/somebody/x",
        "https://s3-external-1.amazonaws.com/media.twiliocdn.com.somebody/x",
        "https://s3-external-1.amazonaws.com/media.twiliocdn.com/../somebody/x",
        "https://s3-external-1.amazonaws.com/media.twiliocdn.com/%2e%2e/somebody/x",
        "https://mms.twiliocdn.com/x\r\nHost: example.org",
        "https://mms.twiliocdn.com:port/x",
        "https://[mms.twiliocdn.com/x",
        "//mms.twiliocdn.com/x",
        "data:image/png;base64,AAAA",
        "https://mms.twiliocdn.com/" + "x" * 3000,
        "",
    ],
)
async def test_no_other_address_is_called(url: str, connections: Connections) -> None:
    settings = sms_settings("https://api.twilio.com")
    with pytest.raises(FileGone):
        await fetch(connections, settings, url, 1000)


async def test_another_port_of_this_machine_is_not_the_api(api: Host, other: Host, connections: Connections) -> None:
    with pytest.raises(FileGone):
        await fetch(connections, sms_settings(api.url), f"{other.url}{MEDIA}", 1000)
    assert other.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_anybody_else_is_not_followed(
    status: int, api: Host, other: Host, connections: Connections
) -> None:
    for location in (f"{other.url}/x", "https://169.254.169.254/x", "file:///etc/passwd", "http://[", ""):
        api.answer = partial(web.Response, status=status, headers={"Location": location})
        with pytest.raises(FileGone):
            await fetch(connections, sms_settings(api.url), f"{api.url}{MEDIA}", 1000)
    assert other.asked == []


async def test_a_redirect_within_the_api_is_followed_with_the_token(api: Host, connections: Connections) -> None:
    answers = [web.Response(status=307, headers={"Location": "/elsewhere"}), web.Response(body=b"photo")]
    api.answer = lambda: answers.pop(0)
    assert await fetch(connections, sms_settings(api.url), f"{api.url}{MEDIA}", 1000) == b"photo"
    assert [path for path, _ in api.asked] == [MEDIA, "/elsewhere"]
    assert all(shown.startswith("Basic ") for _, shown in api.asked)


async def test_the_token_is_shown_to_no_other_host_of_twilio(api: Host, connections: Connections) -> None:
    asked: list[tuple[str, bool]] = []

    async def note(_: object, __: object, started: aiohttp.TraceRequestStartParams) -> None:
        asked.append((started.url.host or "", "Authorization" in started.headers))

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(note)
    connections.session.trace_configs.append(trace)
    trace.freeze()
    api.answer = lambda: web.Response(status=307, headers={"Location": "https://mms.twiliocdn.com/x?Signature=s"})
    with pytest.raises((Later, AssertionError)):
        await fetch(connections, sms_settings(api.url), f"{api.url}{MEDIA}", 1000)
    assert asked == [("127.0.0.1", True), ("mms.twiliocdn.com", False)]


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (lambda: web.Response(status=404), FileGone),
        (lambda: web.Response(status=500), Later),
        (lambda: web.Response(status=401), Later),
        (lambda: web.Response(text="<script>", content_type="text/html"), FileGone),
        (lambda: web.Response(text="<svg/>", content_type="image/svg+xml"), FileGone),
        (lambda: web.Response(body=b"x", headers={"Content-Encoding": "gzip"}), Later),
        (lambda: web.Response(status=302, headers={"Location": MEDIA}), FileGone),
    ],
    ids=["gone", "trouble", "not authentic", "a page", "a drawing that runs", "packed", "round and round"],
)
async def test_what_is_no_file(answer: Answer, failure: type[SendFailed], api: Host, connections: Connections) -> None:
    api.answer = answer
    with pytest.raises(failure) as raised:
        await fetch(connections, sms_settings(api.url), f"{api.url}{MEDIA}", 1000)
    assert type(raised.value) is failure
    assert TWILIO_TOKEN not in raised.value.reason


async def test_a_file_that_does_not_come_is_asked_for_later(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels.twilio_media, "_WITHIN", aiohttp.ClientTimeout(total=0.2))
    channel = Sms(sms_settings("http://127.0.0.1:1"), connections, lambda: datetime.now(UTC))
    with pytest.raises(Later) as raised:
        await channel.fetch(Attached(f"http://127.0.0.1:1{MEDIA}"), 1000)
    assert ACCOUNT_SID not in raised.value.reason
