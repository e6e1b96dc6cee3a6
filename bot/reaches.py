"""Through which accounts a town can write first to somebody: by SMS to a phone, by mail to an email."""

from collections.abc import Mapping

from bot.config.accounts import Account
from bot.config.files.channels import SmsPart
from bot.towns import Towns
from flows.participation.reach import Kind, Reach

_TAKES: Mapping[str, Kind] = {"sms": Kind.PHONE, "email": Kind.EMAIL}
"""On Telegram a person begins, and on WhatsApp only an approved template may."""


def reaches_of(towns: Towns, tenant_id: str) -> tuple[Reach, ...]:
    """Those that are served, of the town's own and of the platform's that it shares."""
    return tuple([_reach(each) for each in towns.accounts_of(tenant_id) if _is_open(towns, each)])


def _is_open(towns: Towns, account: Account) -> bool:
    return account.channel in _TAKES and towns.accounts.find(account.channel, account.tenant_id) is not None


def _reach(account: Account) -> Reach:
    country = account.part.countries[0] if isinstance(account.part, SmsPart) else ""
    return Reach(account.channel, account.lane, _TAKES[account.channel], country)
