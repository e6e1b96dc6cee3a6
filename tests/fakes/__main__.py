"""A provider on loopback with one phone, this terminal: what is typed is sent, a button's label presses it."""

import argparse
import asyncio
import sys

from tests.fakes.mail_desk import sit_down
from tests.fakes.telegram import Citizen, FakeTelegram
from tests.fakes.twilio_phone import ring
from tests.fakes.twilio_whatsapp_phone import ring as ring_on_whatsapp


async def main() -> None:
    options = _options()
    if options.sms:
        await ring(options.port, options.town, options.public_url, options.deliver_to)
        return
    if options.whatsapp:
        await ring_on_whatsapp(options.port, options.town, options.public_url, options.deliver_to)
        return
    if options.email:
        await sit_down(options.port, options.door, options.raw)
        return
    async with FakeTelegram(options.port) as telegram:
        citizen = telegram.citizen(telegram.bot(options.token), options.chat, options.language, options.deliver_to)
        citizen.chat  # noqa: B018 (she has written before)
        print(f"Bot API at {telegram.base_url}, token {options.token}. Type, or write a button's label to press it.")
        listening = asyncio.create_task(_show_what_comes(citizen))
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            await _do(citizen, line.rstrip("\n"))
        listening.cancel()


async def _do(citizen: Citizen, line: str) -> None:
    labels = citizen.chat.last.buttons if citizen.chat.messages else []
    status = await (citizen.presses(line) if line in labels else citizen.types(line))
    if status not in {200, 202}:
        print(f"  (the webhook answered {status or 'nothing'})")


async def _show_what_comes(citizen: Citizen) -> None:
    while True:
        message = await citizen.hears(patience=float("inf"))
        print("\n".join(f"  {line}" for line in message.text.splitlines()))
        for row in message.rows:
            print("  " + " ".join(f"[{button.text}]" for button in row))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes", description=__doc__)
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default="1:fake")
    parser.add_argument("--chat", type=int, default=34600000001)
    parser.add_argument("--language", default="ca")
    parser.add_argument(
        "--deliver-to",
        default="",
        help="the bot on this machine (SMS, WhatsApp), its webhook (Telegram); without it the bot has to ask",
    )
    parser.add_argument("--sms", action="store_true", help="Twilio's API in place of Telegram's")
    parser.add_argument("--whatsapp", action="store_true", help="WhatsApp at Twilio in place of Telegram's API")
    parser.add_argument("--town", default="vilanova", help="SMS, WhatsApp: whose account it is")
    parser.add_argument("--public-url", default="", help="SMS, WhatsApp: the bot's PARTICIPABOT_PUBLIC_URL")
    parser.add_argument("--email", action="store_true", help="mail servers in place of Telegram's API")
    parser.add_argument("--door", type=int, default=0, help="email: the bot's PARTICIPABOT_LMTP_PORT; else it fetches")
    parser.add_argument("--raw", action="store_true", help="email: show every mail as it travels")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main())
