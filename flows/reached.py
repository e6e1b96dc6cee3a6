"""Where a person is reached, as they call it."""

from collections.abc import Mapping

from flows.turn import Turn

_NAMES: Mapping[str, str] = {"telegram": "Telegram", "sms": "SMS", "whatsapp": "WhatsApp"}
"""The same in every language."""


def channel_name(turn: Turn, channel: str) -> str:
    """A channel's name within a sentence."""
    return turn.t("email") if channel == "email" else _NAMES.get(channel, channel)
