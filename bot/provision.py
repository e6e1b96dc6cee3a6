"""What a Telegram bot shows before anybody writes: its webhook, and commands and descriptions in each language."""

from bot.accounts import Served
from bot.log import log_of
from bot.notices import town_name
from channels.errors import SendFailed
from channels.telegram import Telegram
from flows.catalog import WORDS, Command
from flows.participation.tenant import Town
from flows.reply import fold
from flows.text import catalogue

_SHORTEST, _LONGEST = 120, 512

_log = log_of(__name__)


async def provision(served: Served, town: Town, public_url: str) -> bool:
    """Tell Telegram; whether it took it. Doing it again changes nothing."""
    if not isinstance(served.channel, Telegram):
        return True
    url = f"{public_url.rstrip('/')}/telegram/{served.owner}"
    commands = {language: commands_in(language) for language in town.languages}
    descriptions = {language: _descriptions(town, language) for language in town.languages}
    try:
        await served.channel.provision(url, commands, descriptions)
    except SendFailed as failed:
        _log.error("not provisioned", lane=served.lane, why=failed.reason)
        return False
    return True


def commands_in(language: str) -> list[tuple[str, str]]:
    """The commands of the bot's menu button, as Telegram accepts them, each with what it does."""
    t = catalogue(language).translate
    shown = [
        (Command.MENU, t("What is open now", {})),
        (Command.HELP, t("Help, and people to talk to", {})),
        (Command.LANGUAGE, t("Another language", {})),
        (Command.BACK, t("The question before", {})),
        (Command.STOP, t("No more messages", {})),
    ]
    return [(fold(WORDS[command][language][0]), description) for command, description in shown]


def _descriptions(town: Town, language: str) -> tuple[str, str]:
    t = catalogue(language).translate
    values = {"town": town_name(town, language)}
    short = t("Take part in {town}: propose, answer and follow.", values)
    long = t(
        "Here you take part in {town} from your phone: see what is open, propose, answer surveys and follow what "
        "comes of it. You talk to an automatic system of the town; write HELP to reach people.",
        values,
    )
    return short[:_SHORTEST], long[:_LONGEST]
