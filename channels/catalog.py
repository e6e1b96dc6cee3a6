"""The channels there are."""

from collections.abc import Mapping
from typing import Any

from channels.channel import Channel
from channels.console import Console
from channels.email import Email
from channels.sms import Sms
from channels.telegram import Telegram
from channels.whatsapp import Whatsapp

CHANNELS: Mapping[str, type[Channel[Any]]] = {
    Telegram.name: Telegram,
    Sms.name: Sms,
    Whatsapp.name: Whatsapp,
    Email.name: Email,
    Console.name: Console,
}
