"""The fake is as strict as Telegram: asked directly, without the library or us."""

import asyncio
import random
from collections import Counter

import aiohttp
import pytest
from aiohttp import web

from tests.channels.conftest import SECRET, TOKEN
from tests.fakes.telegram import Bot, Citizen, FakeTelegram
from tests.fakes.telegram_bot import Webhook
from tests.fakes.telegram_markup import parsed
from tests.fakes.telegram_refusals import Refused

HELLO = {"chat_id": "34600000001", "text": "Hola"}
BUTTON = '{"inline_keyboard":[[{"text":"Sí","callback_data":"q.1"}]]}'


async def ask(api: FakeTelegram, method: str, token: str = TOKEN, **form: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{api.base_url}/bot{token}/{method}", data=form) as got,
    ):
        answer = await got.json()
        return got.status, answer.get("description", "")


@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag"),
        ("<b><i>a</b></i>", 'expected "</i>", found "</b>"'),
        ("<blink>a</blink>", 'Unsupported start tag "blink"'),
        ("1 < 2", "Unclosed start tag at byte offset 2"),
        ("à<>", 'Unsupported start tag "" at byte offset 2'),
    ],
)
def test_broken_markup_is_refused(html: str, complaint: str) -> None:
    with pytest.raises(Refused, match="can't parse entities") as refused:
        parsed(html, "HTML")
    assert complaint in refused.value.description


def test_good_markup_leaves_the_words() -> None:
    assert (
        parsed('<b>A &amp; <i>b</i></b> &lt;x&gt; &foo; <a href="https://example.org">c</a>', "HTML")
        == "A & b <x> &foo; c"
    )


async def test_each_mistake_has_its_status_and_words(api: FakeTelegram, bot: Bot, ana: Citizen) -> None:
    assert await ask(api, "sendMessage", "9:unknown", **HELLO) == (401, "Unauthorized")
    assert await ask(api, "sendTelepathy", **HELLO) == (404, "Not Found")
    assert await ask(api, "sendMessage", **(HELLO | {"chat_id": "7"})) == (400, "Bad Request: chat not found")
    assert await ask(api, "sendMessage", **(HELLO | {"text": " "})) == (400, "Bad Request: message text is empty")
    assert await ask(api, "sendMessage", **(HELLO | {"text": "😀" * 2049})) == (400, "Bad Request: message is too long")
    long = BUTTON.replace("q.1", "ç" * 33)
    assert await ask(api, "sendMessage", **HELLO, reply_markup=long) == (400, "Bad Request: BUTTON_DATA_INVALID")
    assert await ask(api, "setWebhook", url="https://example.org", secret_token="a b") == (
        400,
        "Bad Request: secret token contains unallowed characters",
    )
    commands = '[{"command":"Menú","description":"x"}]'
    assert await ask(api, "setMyCommands", commands=commands) == (400, "Bad Request: BOT_COMMAND_INVALID")


async def test_more_than_the_rate_is_too_many(api: FakeTelegram, bot: Bot, ana: Citizen) -> None:
    bot.rate = 3
    statuses = Counter([(await ask(api, "sendMessage", **HELLO))[0] for _ in range(5)])
    assert statuses == {200: 3, 429: 2}


async def test_a_press_is_answered_once(api: FakeTelegram, bot: Bot, ana: Citizen) -> None:
    await ask(api, "sendMessage", **HELLO, reply_markup=BUTTON)
    update = ana.pressed("Sí")
    query = update["callback_query"]["id"]
    assert (await ask(api, "answerCallbackQuery", callback_query_id=query))[0] == 200
    status, words = await ask(api, "answerCallbackQuery", callback_query_id=query)
    assert (status, "query is too old" in words) == (400, True)


async def test_polling_and_a_webhook_exclude_each_other(api: FakeTelegram, bot: Bot) -> None:
    bot.webhook = Webhook("https://example.org", SECRET)
    assert (await ask(api, "getUpdates"))[0] == 409
    bot.webhook = None
    first = asyncio.create_task(ask(api, "getUpdates", timeout="5"))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(ask(api, "getUpdates", timeout="5"))
    await asyncio.sleep(0.05)
    bot.enqueue({"update_id": 1})
    assert [(await first)[0], (await second)[0]] == [409, 200]


async def test_updates_reach_the_webhook_repeated_and_shuffled(api: FakeTelegram, bot: Bot) -> None:
    came: list[tuple[str, int]] = []

    async def hook(request: web.BaseRequest) -> web.Response:
        update = await request.json()
        came.append((request.headers["X-Telegram-Bot-Api-Secret-Token"], update["update_id"]))
        return web.Response(status=503 if len(came) == 1 else 200)

    runner = web.ServerRunner(web.Server(hook))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    bot.webhook = Webhook("https://example.org/telegram/vilanova", SECRET)
    ana = api.citizen(bot, 34600000001, deliver_to=f"http://{host}:{port}/telegram/vilanova")
    updates = [ana.typed(str(number)) for number in range(20)]
    statuses = await ana.does_all(updates, copies=range(1, 6), shuffled_by=random.Random(1))
    assert Counter(statuses)[503] == 1
    assert {secret for secret, _ in came} == {SECRET}
    assert {update_id for _, update_id in came} == {update["update_id"] for update in updates}
    assert len(came) > 20
    assert [update_id for _, update_id in came] != sorted(update_id for _, update_id in came)
    await runner.cleanup()
