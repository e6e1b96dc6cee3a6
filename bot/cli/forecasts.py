"""What broadcasts would be, as people read it, and the accounts that they would leave by."""

from collections.abc import Sequence

from rich.table import Table

from bot.cli.folder import out
from bot.cli.served import served, served_ids
from bot.config.accounts import Account
from bot.config.load import Loaded
from bot.forecast import Forecast
from storage.database import Store

_MICROS = 1_000_000


def accounts_of(store: Store, loaded: Loaded) -> list[Account]:
    """The accounts a town speaks through: its own, and those of the platform's that it shares."""
    if not loaded.shares:
        return list(loaded.accounts)
    platform = next((each for id in served_ids(store) if (each := served(store, id)).is_platform), None)
    shared = [each for each in platform.accounts if each.channel in loaded.shares] if platform else []
    return [*loaded.accounts, *shared]


def print_forecast(forecasts: Sequence[Forecast]) -> None:
    """Whom each would reach, whom not and why, what it costs, how long it takes, and when it runs next."""
    for each in forecasts:
        out.print(f"{each.broadcast}: {each.people} people" + (f", about {_money(each.cost)}" if each.cost else ""))
        table = Table("  channel", "language", "people", "segments", "cost", box=None, pad_edge=False)
        for reached in each.reached:
            segments, cost = str(reached.segments or ""), _money(reached.cost) if reached.cost else ""
            table.add_row(f"  {reached.channel}", reached.language, str(reached.people), segments, cost)
        if each.reached:
            out.print(table)
        for count, why in (
            (each.no_channel, "no channel reaches them where they asked for the topic"),
            (each.opted_out, "have said no to the topic"),
            (each.not_asked, "have never asked for the topic"),
        ):
            if count:
                out.print(f"  left out: {count} {why}")
        for lane, minutes in each.minutes.items():
            out.print(f"  {lane}: {_time(minutes)}")
        out.print(f"  next: {', '.join(each.next) or 'when a person starts it'}")


def plain(each: Forecast) -> dict[str, object]:
    """For programs."""
    return {name: getattr(each, name) for name in each.__struct_fields__} | {"people": each.people, "cost": each.cost}


def _money(micros: int) -> str:
    return f"{micros / _MICROS:.2f}"


def _time(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"about {max(1, rest)} min"
