"""The calls that carry words and files, in and out, and what their failures mean."""

import re
from collections.abc import Mapping
from urllib.parse import quote

import msgspec
from msgspec import Struct
from telegram import Bot, InputFile
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, TelegramError

from channels.errors import (
    AddressMoved,
    AddressStopped,
    FileGone,
    FileTooLarge,
    Later,
    Misconfigured,
    SendFailed,
    Uncertain,
)
from channels.message import Attached
from channels.telegram_parts import Part
from channels.telegram_request import AccountRequest, NotSent, TooLarge, Unclear
from channels.text import storable

_GONE = ("chat not found", "peer_id_invalid", "user not found")
_PHOTOS = ("image/jpeg", "image/png", "image/webp")
_NO_PHOTO = ("photo_", "image_process_failed")
"""A picture that Telegram does not take as a photo (too long for its width, say) may still go as a document."""
_UPLOADS_WITHIN = 60.0
_PATH = re.compile(r"(?!.*\.\.)[\w-][\w./-]{0,300}", re.ASCII)


class _File(Struct):
    file_path: str = ""
    file_size: int = 0


class _Found(Struct):
    result: _File


_found = msgspec.json.Decoder(_Found)


async def say(bot: Bot, chat_id: int, part: Part) -> str:
    """Send a part and return its id."""
    if part.file is None:
        return await _worded(bot, "SendMessage", "text", chat_id, part)
    if part.file.media_type in _PHOTOS:
        try:
            return await _worded(bot, "SendPhoto", "caption", chat_id, part, "photo")
        except BadRequest as error:
            if not any(says(error, words) for words in _NO_PHOTO):
                raise
    return await _worded(bot, "SendDocument", "caption", chat_id, part, "document")


async def replace(bot: Bot, chat_id: int, part: Part) -> bool:
    """Whether the earlier message now says this. An edit may be repeated, so a lost answer is no harm."""
    words: dict[str, str | int] = {"message_id": part.replaces, "text": part.html, "parse_mode": "HTML"}
    try:
        await _call(bot, "EditMessageText", chat_id, part, words)
    except BadRequest as error:
        return says(error, "message is not modified")
    except Unclear as error:
        raise NotSent(error.message) from None
    return True


async def fetch(request: AccountRequest, account: str, attached: Attached, most: int) -> bytes:
    """Ask where a file is, then bring it from there. Raises one of `channels.errors`."""
    try:
        body = await request.retrieve(f"{account}/getFile?file_id={quote(attached.id, safe='')}")
        file = _found.decode(body).result
        if file.file_size > most:
            raise TooLarge("larger than is taken")
        if not _PATH.fullmatch(file.file_path):
            raise BadRequest("a file path that is none")
        return await request.download(file.file_path, most)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Later("Telegram: the answer cannot be read") from None
    except TooLarge:
        raise FileTooLarge("Telegram: the file is too large") from None
    except BadRequest as error:
        if says(error, "file is too big"):
            raise FileTooLarge("Telegram: the file is too large") from None
        raise FileGone(f"Telegram: {storable(error.message[:120])}") from None
    except NetworkError as error:
        after = error.after if isinstance(error, NotSent) else None
        raise Later(f"Telegram: {storable(error.message[:120])}", after) from None
    except TelegramError as error:
        raise Misconfigured(f"Telegram: {storable(error.message[:120])}") from None


def failure(error: TelegramError) -> SendFailed:
    """What a failed call means to the outbox.

    A 5xx that the Bot API itself words is a refusal and comes here as `NotSent`; any other one, from whatever stands
    in between, as `Unclear`.
    """
    reason = f"Telegram: {storable(error.message[:120])}"
    if isinstance(error, NotSent):
        return Later(reason, error.after)
    if isinstance(error, ChatMigrated):
        return AddressMoved("Telegram: moved", str(error.new_chat_id))
    if isinstance(error, Forbidden) or any(says(error, words) for words in _GONE):
        return AddressStopped(reason)
    if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
        return Uncertain(reason)
    return Misconfigured(reason)


def says(error: TelegramError, words: str) -> bool:
    """The library capitalises what Telegram says, so case does not count."""
    return words in error.message.lower()


async def _worded(bot: Bot, method: str, words: str, chat_id: int, part: Part, file: str = "") -> str:
    """The words in HTML; where Telegram does not take our markup, plain."""
    files: dict[str, str | int | InputFile] = (
        {file: InputFile(part.file.data, filename=part.file.name)} if part.file else {}
    )
    try:
        return await _call(bot, method, chat_id, part, {words: part.html, "parse_mode": "HTML", **files})
    except BadRequest as error:
        if not says(error, "can't parse entities"):
            raise
    return await _call(bot, method, chat_id, part, {words: part.plain, **files})


async def _call(bot: Bot, method: str, chat_id: int, part: Part, words: Mapping[str, str | int | InputFile]) -> str:
    """Call by the library's generic way: its typed one makes a whole `Message` of each answer, a third of the
    cost of a send, of which only the id is wanted. Methods are written with a capital, which Telegram takes
    too, since for its own names the library insists on the typed way."""
    arguments: dict[str, object] = {"chat_id": chat_id, **words}
    if part.keyboard:
        arguments["reply_markup"] = part.keyboard
    if part.file is None:
        arguments["link_preview_options"] = {"is_disabled": True}
        message = await bot.do_api_request(method, arguments)
    else:
        message = await bot.do_api_request(method, arguments, read_timeout=_UPLOADS_WITHIN)
    if not isinstance(message, dict):
        raise Unclear("the answer is no message")
    return str(message["message_id"])
