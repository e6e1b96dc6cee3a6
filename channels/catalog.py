"""The channels there are."""

from collections.abc import Mapping
from typing import Any

from channels.channel import Channel
from channels.console import Console
from channels.telegram import Telegram

CHANNELS: Mapping[str, type[Channel[Any]]] = {
    Telegram.name: Telegram,
    Console.name: Console,
}
