"""Deep links as they come in: followed from outside, or by a button of ours that follows one."""

from channels.message import Inbound, Kind

LINK = "@"
"""Before the code of a deep link, what a button brings back that follows it, whatever question is open."""


def followed(inbound: Inbound) -> str | None:
    """The code of the deep link that was followed; None where none was."""
    if inbound.kind is Kind.PRESS and inbound.text.startswith(LINK):
        return inbound.text.removeprefix(LINK)
    return inbound.text if inbound.kind is Kind.START else None
