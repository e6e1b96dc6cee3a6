"""SMS through the whole house: signed webhooks, replies, receipts, forgeries, gaps, and a provider that is down."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import col, select

import bot.delivery
import channels.twilio_missed
from storage.inbounds import Claim, Quarantined
from storage.outbox import Message, State
from tests.bot.sms_house import NUMBERS, OTHER, PUBLIC, SIDS, TOKENS, TOWN, SmsHouse, open_sms_house
from tests.ears import listening
from tests.fakes.twilio import Fault
from tests.fakes.twilio_citizen import post
from tests.fakes.twilio_signature import signature, written


@pytest.fixture
def url(tmp_path: Path, sqlite_template: Path) -> str:
    path = tmp_path / "store.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
async def house(url: str, tmp_path: Path) -> AsyncIterator[SmsHouse]:
    async with open_sms_house(url, tmp_path / "media") as open_house:
        yield open_house


def messages(house: SmsHouse, town: str = TOWN) -> list[Message]:
    return house.app.store.run(town, lambda db: list(db.all(select(Message).order_by(col(Message.id)))))


def claims(house: SmsHouse, town: str = TOWN) -> int:
    return house.app.store.run(town, lambda db: len(db.all(select(Claim.external_id))))


async def settled(house: SmsHouse) -> None:
    await house.app.outbox.empty()
    await house.twilio.told()


async def all_sent(house: SmsHouse) -> None:
    """Return once no message waits or is on its way."""
    async with asyncio.timeout(20):
        while any(message.state is not State.SENT for message in messages(house)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_who_writes_is_answered_by_number(house: SmsHouse) -> None:
    ana = house.citizen()
    assert await ana.texts("hola") == 200
    shown = await ana.hears()
    assert "1. " in shown
    assert ana.messages[0].fields["StatusCallback"][0].startswith(f"{PUBLIC}/twilio/{TOWN}/status/sms.{TOWN}.")


async def test_the_answer_to_twilio_is_an_empty_document(house: SmsHouse) -> None:
    ana = house.citizen()
    body = written(ana.form("hola"))
    url = f"{PUBLIC}/twilio/{TOWN}/sms"
    headers = {"X-Twilio-Signature": signature(TOKENS[TOWN], url, body)}
    async with house.twilio.session.post(f"{house.url}/twilio/{TOWN}/sms", data=body, headers=headers) as answer:
        assert (answer.status, answer.content_type, await answer.text()) == (200, "text/xml", "<Response/>")


async def test_what_comes_again_and_in_any_order_acts_once(house: SmsHouse) -> None:
    ana, chance = house.citizen(), random.Random(7)
    forms = [form for form in (ana.form(f"hola {number}") for number in range(5)) for _ in range(3)]
    chance.shuffle(forms)
    statuses = await asyncio.gather(*(ana.posts(form) for form in forms))
    assert set(statuses) == {200}
    await settled(house)
    assert claims(house) == 5


@pytest.mark.parametrize("signer", ["", "another token", TOKENS[OTHER], TOKENS[TOWN] + " "])
async def test_a_forger_is_refused_and_leaves_nothing(signer: str, house: SmsHouse) -> None:
    body = written(house.citizen().form("hola"))
    headers = {"X-Twilio-Signature": signature(signer, f"{PUBLIC}/twilio/{TOWN}/sms", body)} if signer else {}
    async with house.twilio.session.post(f"{house.url}/twilio/{TOWN}/sms", data=body, headers=headers) as answer:
        assert (answer.status, await answer.text()) == (403, "")
    assert (claims(house), messages(house)) == (0, [])
    assert house.app.hooks.refused["forged"] == 1


async def test_a_message_signed_for_one_town_is_nothing_to_another(house: SmsHouse) -> None:
    body = written(house.citizen().form("hola"))
    headers = {"X-Twilio-Signature": signature(TOKENS[TOWN], f"{PUBLIC}/twilio/{TOWN}/sms", body)}
    for path in (f"/twilio/{OTHER}/sms", f"/twilio/{TOWN}/whatsapp", "/twilio/nowhere/sms", f"/twilio/{TOWN}/sms?x=1"):
        async with house.twilio.session.post(house.url + path, data=body, headers=headers) as answer:
            assert answer.status == 403
    assert claims(house) == claims(house, OTHER) == 0


async def test_what_is_signed_but_cannot_be_read_is_kept_aside(house: SmsHouse) -> None:
    account = house.account()
    for form in ({"AccountSid": SIDS[TOWN]}, {"AccountSid": SIDS[TOWN], "Body": "x" * 500_000}):
        assert await post(house.twilio.session, account, f"{PUBLIC}/twilio/{TOWN}/sms", form) == 200
    kept = house.app.store.run(TOWN, lambda db: list(db.all(select(Quarantined.reason))))
    assert len(kept) == 2
    too_large = {"AccountSid": SIDS[TOWN], "Body": "x" * 1_100_000}
    assert await post(house.twilio.session, account, f"{PUBLIC}/twilio/{TOWN}/sms", too_large) in {0, 413}


async def test_statuses_shuffled_doubled_and_early_are_all_taken(house: SmsHouse) -> None:
    account, ana = house.account(), house.citizen()
    account.shuffled_by, account.is_told_early = random.Random(3), True
    assert await ana.texts("hola") == 200
    await all_sent(house)
    await settled(house)
    assert all("ErrorCode" not in path for _, path in account.calls)
    assert house.app.hooks.refused.total() == 0


@pytest.mark.parametrize(
    "name", ["sms", "sms.x", "sms.town.1", "sms.town.one.0", "telegram.town.1.0", "whatsapp.town.1.0"]
)
async def test_a_status_of_nothing_of_ours_is_refused_or_kept_aside(name: str, house: SmsHouse) -> None:
    form = {"AccountSid": SIDS[TOWN], "MessageSid": "SM" + "0" * 32, "MessageStatus": "sent"}
    status = await post(house.twilio.session, house.account(), f"{PUBLIC}/twilio/{TOWN}/status/{name}", form)
    assert status in {200, 403, 404}
    assert messages(house) == []


async def test_stop_is_twilios_to_answer(house: SmsHouse) -> None:
    ana = house.citizen()
    await ana.texts("hola")
    await settled(house)
    ana.news()
    assert await ana.texts("CANCEL") == 200
    await settled(house)
    assert (ana.news(), claims(house)) == ([], 2)


async def test_what_a_webhook_missed_is_heard_once(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels.twilio_missed, "_EVERY", 0.1)
    async with open_sms_house(url, tmp_path / "media") as house:
        ana, berta = house.citizen(1), house.citizen(2)
        await ana.texts("hola")
        ana.form("menú")
        berta.form("hola")
        house.account().receive("22000", NUMBERS[TOWN], "El teu codi és 1234")
        await berta.hears()
        await ana.hears()
        await ana.hears()
        await asyncio.sleep(0.3)
        await settled(house)
        assert (len(ana.messages), len(berta.messages), claims(house)) == (2, 1, 3)


async def test_without_a_public_address_messages_are_listed(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels.twilio_missed, "_EVERY_WITHOUT_WEBHOOK", 0.05)
    async with open_sms_house(url, tmp_path / "media", is_public=False) as house:
        ana = house.citizen()
        assert await ana.texts("hola") == 403
        assert "1. " in await ana.hears()


async def test_an_hour_without_twilio_loses_and_doubles_nothing(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels.twilio_missed, "_EVERY", 0.1)
    monkeypatch.setattr(channels.twilio_missed, "_FIRST_PAUSE", 0.05)
    monkeypatch.setattr(bot.delivery, "_FIRST_RETRY", 0.1)
    with listening("twilio", "channels", level=logging.INFO) as heard:
        async with open_sms_house(url, tmp_path / "media", rate=50) as house:
            account = house.account()
            people = [house.citizen(number) for number in range(1, 9)]
            account.is_down = True
            for person in people:
                assert await person.texts("hola") == 200
            await house.app.outbox.empty()
            assert all(person.messages == [] for person in people)
            account.is_down = False
            account.faults.extend([Fault.RESET, Fault.CUT, Fault.GARBAGE])
            async with asyncio.timeout(60):
                for person in people:
                    await person.rings()
                await all_sent(house)
            assert [len(person.messages) for person in people] == [1] * len(people)
    assert not any(person.phone in line or TOKENS[TOWN] in line for person in people for line in heard)


async def test_no_log_holds_a_number_a_word_or_a_token(house: SmsHouse, capfd: pytest.CaptureFixture[str]) -> None:
    with listening("twilio", "channels", "aiohttp") as heard:
        ana = house.citizen()
        await ana.texts("Aquestes paraules són només meves")
        house.account().faults.append(Fault.INTERNAL)
        await ana.texts("Aquestes també, i prou")
        await settled(house)
    logged = "\n".join([*heard, *capfd.readouterr()])
    for secret in (ana.phone, "paraules són", "també, i prou", TOKENS[TOWN]):
        assert secret not in logged
