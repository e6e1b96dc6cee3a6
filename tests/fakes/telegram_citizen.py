"""A citizen with Telegram on her phone."""

import asyncio
import itertools
import random
import time
from collections.abc import Mapping, Sequence

import aiohttp
import msgspec

from tests.fakes.telegram_bot import Bot, Update
from tests.fakes.telegram_chat import Chat, Message
from tests.fakes.telegram_refusals import Button

_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_CONNECTIONS = 40
"""How many webhook calls Telegram makes to a bot at once."""

_update_ids = itertools.count(100_000)


class Citizen:
    """What she does is an update; each method delivers it and returns the status of the webhook call."""

    def __init__(
        self, bot: Bot, session: aiohttp.ClientSession, chat_id: int, language: str = "ca", deliver_to: str = ""
    ) -> None:
        self.bot = bot
        self.id = chat_id
        self.user = {"id": chat_id, "is_bot": False, "first_name": "Ana", "language_code": language}
        self._session = session
        self._deliver_to = deliver_to
        self._heard = 0

    @property
    def chat(self) -> Chat:
        return self.bot.chat(self.id)

    async def types(self, text: str) -> int:
        return await self.does(self.typed(text))

    async def starts(self, code: str = "") -> int:
        """Follows a deep link, or presses START."""
        return await self.types(f"/start {code}".strip())

    async def presses(self, label: str, message: Message | None = None) -> int:
        """Presses the button so labelled under `message`, by default under the newest message that has it."""
        return await self.does(self.pressed(label, message))

    async def edits(self, text: str) -> int:
        return await self.does(self._update("edited_message", {**self._written(text), "edit_date": int(time.time())}))

    async def attaches(self, what: str, content: object, caption: str = "") -> int:
        """Sends a photo, a voice message, a location…"""
        return await self.does(self.attached(what, content, caption))

    async def sends_photo(self, data: bytes, caption: str = "", album: str = "") -> int:
        """A photo of her camera, in the sizes in which Telegram keeps it; it takes what the camera wrote with it."""
        return await self.does(self.photographed(data, caption, album))

    async def sends_document(self, name: str, data: bytes, media_type: str, caption: str = "") -> int:
        """A file of her phone."""
        return await self.does(self.documented(name, data, media_type, caption))

    async def blocks(self) -> int:
        self.chat.is_blocked = True
        return await self.does(self._member("member", "kicked"))

    async def unblocks(self) -> int:
        self.chat.is_blocked = False
        return await self.does(self._member("kicked", "member"))

    async def hears(self, patience: float = 5.0) -> Message:
        """The next message, or edit of one, that she has not heard yet."""
        async with asyncio.timeout(patience):
            while len(self.chat.arrivals) <= self._heard:
                self.chat.arrived.clear()
                await self.chat.arrived.wait()
        self._heard += 1
        return self.chat.arrivals[self._heard - 1]

    async def does(self, update: Update) -> int:
        """Deliver one update once; 0 is a call that got no answer, 202 an update that waits or is not wanted."""
        statuses = await self.does_all([update])
        return statuses[0] if statuses else 202

    async def does_all(
        self, updates: Sequence[Update], copies: Sequence[int] = (1,), shuffled_by: random.Random | None = None
    ) -> list[int]:
        """Deliver all at once, each as many times as one of `copies` says, in an order of the given generator."""
        wanted = [update for update in updates if not self.bot.allowed or self.bot.allowed.intersection(update)]
        if shuffled_by:
            wanted = [update for update in wanted for _ in range(shuffled_by.choice(copies))]
            shuffled_by.shuffle(wanted)
        else:
            wanted = [update for update in wanted for _ in range(copies[0])]
        at_once = asyncio.Semaphore(_CONNECTIONS)
        return list(await asyncio.gather(*(self._deliver(update, at_once) for update in wanted)))

    def typed(self, text: str) -> Update:
        """The update of a message, not yet delivered."""
        return self._update("message", self._written(text))

    def attached(self, what: str, content: object, caption: str = "") -> Update:
        """The update of a voice message, a location…"""
        return self._update("message", self._held({what: content}, caption))

    def photographed(self, data: bytes, caption: str = "", album: str = "") -> Update:
        """The update of a photo; those of one `album` come as several."""
        thumbnail, full = self.bot.files.keep("", b"small", "photos"), self.bot.files.keep("", data, "photos")
        sizes = [
            {"file_id": thumbnail, "file_unique_id": "s", "width": 90, "height": 67, "file_size": 5},
            {"file_id": full, "file_unique_id": "l", "width": 1280, "height": 960, "file_size": len(data)},
        ]
        content: dict[str, object] = {"photo": sizes}
        return self._update("message", self._held(content | ({"media_group_id": album} if album else {}), caption))

    def documented(self, name: str, data: bytes, media_type: str, caption: str = "") -> Update:
        """The update of a document."""
        document = {"file_id": self.bot.files.keep(name, data), "file_unique_id": "d", "file_name": name}
        return self._update(
            "message", self._held({"document": document | {"mime_type": media_type, "file_size": len(data)}}, caption)
        )

    def pressed(self, label: str, message: Message | None = None) -> Update:
        """The update of a press, not yet delivered."""
        message, button = self._find(label, message)
        query_id = str(next(_update_ids))
        self.bot.open_queries.add(query_id)
        rows = [[{"text": each.text, "callback_data": each.data} for each in row] for row in message.rows]
        shown = {
            "message_id": message.id,
            "date": int(time.time()),
            "chat": {"id": self.id, "type": "private"},
            "from": {"id": 1, "is_bot": True, "first_name": "Bot"},
            "text": message.text,
            "entities": message.entities,
            "reply_markup": {"inline_keyboard": rows},
        }
        query = {"id": query_id, "from": self.user, "chat_instance": "1", "message": shown, "data": button.data}
        return self._update("callback_query", query)

    async def _deliver(self, update: Update, at_once: asyncio.Semaphore) -> int:
        webhook = self.bot.webhook
        url = self._deliver_to or (webhook.url if webhook else "")
        if not url:
            self.bot.enqueue(update)
            return 202
        headers = {"Content-Type": "application/json"}
        if webhook:
            headers[_SECRET_HEADER] = webhook.secret
        async with at_once:
            try:
                async with self._session.post(url, data=msgspec.json.encode(update), headers=headers) as response:
                    await response.read()
                    return response.status
            except aiohttp.ClientError:
                return 0

    def _find(self, label: str, message: Message | None) -> tuple[Message, Button]:
        candidates = [message] if message else list(reversed(self.chat.messages.values()))
        for candidate in candidates:
            for button in itertools.chain.from_iterable(candidate.rows):
                if button.text == label:
                    return candidate, button
        shown = candidates[0].buttons if candidates else []
        raise AssertionError(f"no button {label!r}; the last message has {shown}")

    def _written(self, text: str) -> dict[str, object]:
        chat = {"id": self.id, "type": "private", "first_name": "Ana"}
        message_id = next(self.bot.ids)
        return {"message_id": message_id, "date": int(time.time()), "chat": chat, "from": self.user, "text": text}

    def _held(self, content: Mapping[str, object], caption: str) -> dict[str, object]:
        message = {**self._written(""), **content, "caption": caption}
        del message["text"]
        if not caption:
            del message["caption"]
        return message

    def _member(self, old: str, new: str) -> Update:
        user = {"id": 1, "is_bot": True, "first_name": "Bot"}
        changed: Mapping[str, object] = {
            "chat": {"id": self.id, "type": "private"},
            "from": self.user,
            "date": int(time.time()),
            "old_chat_member": {"status": old, "user": user},
            "new_chat_member": {"status": new, "user": user, "until_date": 0},
        }
        return self._update("my_chat_member", changed)

    def _update(self, kind: str, content: Mapping[str, object]) -> Update:
        self.bot.chat(self.id)
        return {"update_id": next(_update_ids), kind: content}
