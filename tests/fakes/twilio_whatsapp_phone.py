"""One phone, this terminal, with WhatsApp at a Twilio on this machine: what is typed is sent, a label presses it."""

import asyncio
import sys

from tests.fakes.twilio import FakeTwilio
from tests.fakes.twilio_whatsapp import Phone, plug

_ACCOUNT_SID = "AC" + "0" * 32
_NUMBER = "whatsapp:+34600000090"


async def ring(port: int, town: str, public_url: str, deliver_to: str) -> None:
    """Serve until the terminal's input ends. Without `deliver_to` the bot has to list what came."""
    async with FakeTwilio(port) as twilio:
        account = twilio.account(_ACCOUNT_SID, "fake")
        account.public_url, account.deliver_to = public_url or deliver_to, deliver_to
        phone = Phone(twilio, plug(account, _NUMBER, f"/twilio/{town}/whatsapp"), "whatsapp:+34600000001", _NUMBER)
        print(f"whatsapp:\n  account_sid: {_ACCOUNT_SID}\n  token: ${{TWILIO_TOKEN}}  # fake")
        print(f'  number: "+34 600 000 090"\n  base_url: {twilio.base_url}\n  content_url: {twilio.base_url}')
        showing = asyncio.create_task(_show(phone))
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            await _do(phone, line.rstrip("\n"))
        showing.cancel()


async def _do(phone: Phone, line: str) -> None:
    last = phone.arrived[-1] if phone.arrived else None
    status = await (phone.presses(line, last) if last and line in phone.seen(last).labels else phone.texts(line))
    if status not in {0, 200}:
        print(f"  (the webhook answered {status})")


async def _show(phone: Phone) -> None:
    shown = 0
    while True:
        await phone.hears(patience=float("inf"))
        for message in phone.arrived[shown:]:
            seen = phone.seen(message)
            files = message.fields.get("MediaUrl", [])
            print("\n".join(f"  {line}" for line in (*seen.body.splitlines(), *files)))
            print("".join(f"  [{label}]\n" for label in seen.labels), end="", flush=True)
        shown = len(phone.arrived)
