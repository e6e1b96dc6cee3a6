"""What an account needs at its provider before anybody writes: Telegram's webhook, commands and descriptions in each
language; WhatsApp's buttons and lists."""

from bot.accounts import Served
from bot.log import log_of
from bot.notices import town_name
from channels.errors import SendFailed
from channels.telegram import Telegram
from channels.whatsapp import Whatsapp
from flows.keywords import command_list
from flows.participation.tenant import Town
from flows.text import catalogue

_SHORTEST, _LONGEST = 120, 512

_log = log_of(__name__)


async def provision(served: Served, town: Town, public_url: str) -> bool:
    """Tell the provider; whether it took it. Doing it again changes nothing."""
    try:
        match served.channel:
            case Telegram() as telegram:
                await _telegram(telegram, town, f"{public_url.rstrip('/')}/telegram/{served.owner}")
            case Whatsapp() as whatsapp:
                await _whatsapp(whatsapp, served.lane)
    except SendFailed as failed:
        _log.error("not provisioned", lane=served.lane, why=failed.reason)
        return False
    return True


async def _telegram(telegram: Telegram, town: Town, url: str) -> None:
    commands = {language: command_list(language) for language in town.languages}
    descriptions = {language: _descriptions(town, language) for language in town.languages}
    await telegram.provision(url, commands, descriptions)


async def _whatsapp(whatsapp: Whatsapp, lane: str) -> None:
    missing = await whatsapp.contents.missing()
    for shape in missing:
        await whatsapp.contents.make(shape)
    if missing:
        _log.info("buttons made", lane=lane, shapes=len(missing))


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
