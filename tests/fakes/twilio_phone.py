"""One phone, this terminal, at a Twilio on this machine: what is typed is an SMS to the bot, and its answers appear."""

import asyncio
import sys

from tests.fakes.twilio import Citizen, FakeTwilio

_ACCOUNT_SID = "AC" + "0" * 32


async def ring(port: int, town: str, public_url: str, deliver_to: str) -> None:
    """Serve until the terminal's input ends. Without `deliver_to` the bot has to list what came."""
    async with FakeTwilio(port) as twilio:
        account = twilio.account(_ACCOUNT_SID, "fake", "+34600000090", f"/twilio/{town}/sms")
        account.public_url, account.deliver_to = public_url or deliver_to, deliver_to
        citizen = twilio.citizen(account, "+34600000001", "+34600000090")
        print(f"sms:\n  account_sid: {_ACCOUNT_SID}\n  token: ${{TWILIO_TOKEN}}  # fake")
        print(f'  number: "+34 600 000 090"\n  base_url: {twilio.base_url}')
        showing = asyncio.create_task(_show(citizen))
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            form = citizen.form(line.rstrip("\n"))
            if deliver_to and (status := await citizen.posts(form)) != 200:
                print(f"  (the webhook answered {status or 'nothing'})")
        showing.cancel()


async def _show(citizen: Citizen) -> None:
    while True:
        text = await citizen.hears(patience=float("inf"))
        print("\n".join(f"  {line}" for line in text.splitlines()))
