"""One bot as Telegram keeps it: its chats, its webhook or its queue of updates, and what it answers to each method."""

import asyncio
import itertools
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from tests.fakes.telegram_chat import Chat, Message
from tests.fakes.telegram_files import Files, check_caption, check_photo
from tests.fakes.telegram_markup import parsed
from tests.fakes.telegram_refusals import (
    OTHER_POLL,
    TOO_OLD,
    WEBHOOK_ACTIVE,
    Refused,
    bad_request,
    check_description,
    check_language,
    check_length,
    check_webhook,
    read_commands,
    read_keyboard,
)

Update: TypeAlias = dict[str, Any]
Parameters: TypeAlias = Mapping[str, str]


class Fault(StrEnum):
    """What goes wrong with one call."""

    INTERNAL = "a 500 in the Bot API's own words"
    BAD_GATEWAY = "a 502 page of a proxy"
    SILENCE = "accepted, never answered"
    RESET = "accepted, then the connection is reset"
    CUT = "accepted, then the answer is cut short"
    GARBAGE = "accepted, then answered with something that is not JSON"
    NOTHING = "accepted, then answered without a result"
    YES = "accepted, then answered with true where a message is due"
    NO_MESSAGE = "accepted, then answered with a result that is no message"


@dataclass
class Webhook:
    url: str
    secret: str


@dataclass
class Bot:
    token: str
    rate: float = float("inf")
    """Sends a second; more get a 429."""
    webhook: Webhook | None = None
    allowed: frozenset[str] = frozenset()
    chats: dict[int, Chat] = field(default_factory=dict)
    commands: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    open_queries: set[str] = field(default_factory=set)
    queue: deque[Update] = field(default_factory=deque)
    faults: deque[tuple[str, Fault]] = field(default_factory=deque)
    """Methods and what goes wrong with the next call of each."""
    calls: list[tuple[str, Parameters]] = field(default_factory=list)
    files: Files = field(default_factory=Files)

    def __post_init__(self) -> None:
        self.ids = itertools.count(1)
        self.sent_at: deque[float] = deque()
        self.has_update = asyncio.Event()
        self._polls = 0
        self._methods: dict[str, Callable[[Parameters], Awaitable[object]]] = {
            "getMe": self._get_me,
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
            "sendDocument": self._send_document,
            "getFile": self._get_file,
            "sendChatAction": self._accept,
            "editMessageText": self._edit_message_text,
            "editMessageReplyMarkup": self._edit_message_reply_markup,
            "answerCallbackQuery": self._answer_callback_query,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getUpdates": self._get_updates,
            "setMyCommands": self._set_my_commands,
            "setMyDescription": self._set_my_description,
            "setMyShortDescription": self._set_my_short_description,
        }
        self._names = {name.lower(): name for name in self._methods}

    async def call(self, method: str, parameters: Parameters) -> object:
        """The result of a method; raises `Refused`."""
        name = self._names.get(method.lower())
        if name is None:
            raise Refused(404, "Not Found")
        self.calls.append((name, parameters))
        return await self._methods[name](parameters)

    def next_fault(self, method: str) -> Fault | None:
        for waiting in self.faults:
            if waiting[0].lower() == method.lower():
                self.faults.remove(waiting)
                return waiting[1]
        return None

    def chat(self, chat_id: int) -> Chat:
        """The chat of somebody who has written to this bot."""
        return self.chats.setdefault(chat_id, Chat(chat_id))

    def enqueue(self, update: Update) -> None:
        """Keep an update for `getUpdates`."""
        self.queue.append(update)
        self.has_update.set()

    def _reachable(self, parameters: Parameters) -> Chat:
        chat = self.chats.get(int(parameters["chat_id"]))
        if chat is None:
            raise bad_request("chat not found")
        chat.check_reachable()
        return chat

    def _pace(self) -> None:
        now = time.monotonic()
        while self.sent_at and self.sent_at[0] <= now - 1:
            self.sent_at.popleft()
        if len(self.sent_at) >= self.rate:
            raise Refused(429, "Too Many Requests: retry after 1", {"retry_after": 1})
        self.sent_at.append(now)

    def _message(self, chat: Chat, message: Message) -> dict[str, object]:
        shown: dict[str, object] = {
            "message_id": message.id,
            "from": {"id": 1, "is_bot": True, "first_name": "Bot"},
            "chat": {"id": chat.id, "type": "private"},
            "date": int(time.time()),
            "caption" if message.file else "text": message.text,
        }
        if message.rows:
            rows = [[{"text": button.text, "callback_data": button.data} for button in row] for row in message.rows]
            shown["reply_markup"] = {"inline_keyboard": rows}
        return shown

    async def _accept(self, _: Parameters) -> object:
        return True

    async def _get_me(self, _: Parameters) -> object:
        return {"id": 1, "is_bot": True, "first_name": "Bot", "username": "participa_bot"}

    async def _send_message(self, parameters: Parameters) -> object:
        html = parameters.get("text", "")
        text = parsed(html, parameters.get("parse_mode", ""))
        check_length(text)
        rows = read_keyboard(parameters.get("reply_markup"))
        chat = self._reachable(parameters)
        self._pace()
        return self._message(chat, chat.receive(Message(next(self.ids), html, text, rows)))

    async def _send_photo(self, parameters: Parameters) -> object:
        check_photo(self.files.uploaded(parameters, "photo", 10).data)
        return self._send_file(parameters, "photo", 10)

    async def _send_document(self, parameters: Parameters) -> object:
        return self._send_file(parameters, "document", 50)

    def _send_file(self, parameters: Parameters, what: str, most: int) -> object:
        kept = self.files.uploaded(parameters, what, most)
        html = parameters.get("caption", "")
        text = parsed(html, parameters.get("parse_mode", ""))
        check_caption(text)
        rows = read_keyboard(parameters.get("reply_markup"))
        chat = self._reachable(parameters)
        self._pace()
        return self._message(chat, chat.receive(Message(next(self.ids), html, text, rows, file=kept, kind=what)))

    async def _get_file(self, parameters: Parameters) -> object:
        return self.files.found(parameters.get("file_id", ""))

    async def _edit_message_text(self, parameters: Parameters) -> object:
        html = parameters.get("text", "")
        text = parsed(html, parameters.get("parse_mode", ""))
        check_length(text)
        rows = read_keyboard(parameters.get("reply_markup"))
        chat = self._reachable(parameters)
        return self._message(chat, chat.edit(int(parameters["message_id"]), html, text, rows))

    async def _edit_message_reply_markup(self, parameters: Parameters) -> object:
        chat = self._reachable(parameters)
        rows = read_keyboard(parameters.get("reply_markup"))
        return self._message(chat, chat.edit_buttons(int(parameters["message_id"]), rows))

    async def _answer_callback_query(self, parameters: Parameters) -> object:
        if parameters["callback_query_id"] not in self.open_queries:
            raise bad_request(TOO_OLD)
        self.open_queries.remove(parameters["callback_query_id"])
        return True

    async def _set_webhook(self, parameters: Parameters) -> object:
        url, secret = parameters.get("url", ""), parameters.get("secret_token", "")
        if not url:
            return await self._delete_webhook(parameters)
        check_webhook(url, secret)
        self.webhook = Webhook(url, secret)
        self._allow(parameters)
        return True

    async def _delete_webhook(self, _: Parameters) -> object:
        self.webhook = None
        return True

    def _allow(self, parameters: Parameters) -> None:
        if "allowed_updates" in parameters:
            self.allowed = frozenset(json.loads(parameters["allowed_updates"]))

    async def _get_updates(self, parameters: Parameters) -> object:
        if self.webhook:
            raise Refused(409, WEBHOOK_ACTIVE)
        self._allow(parameters)
        self._polls += 1
        poll = self._polls
        offset = int(parameters.get("offset", "0"))
        while self.queue and self.queue[0]["update_id"] < offset:
            self.queue.popleft()
        if not self.queue:
            self.has_update.clear()
            try:
                async with asyncio.timeout(float(parameters.get("timeout", "0"))):
                    await self.has_update.wait()
            except TimeoutError:
                return []
        if poll != self._polls:
            raise Refused(409, OTHER_POLL)
        return list(itertools.islice(self.queue, int(parameters.get("limit", "100"))))

    async def _set_my_commands(self, parameters: Parameters) -> object:
        language = parameters.get("language_code", "")
        check_language(language)
        self.commands[language] = read_commands(parameters["commands"])
        return True

    async def _set_my_description(self, parameters: Parameters) -> object:
        return self._describe(self.descriptions, parameters.get("description", ""), parameters, 512)

    async def _set_my_short_description(self, parameters: Parameters) -> object:
        return self._describe(self.short_descriptions, parameters.get("short_description", ""), parameters, 120)

    @staticmethod
    def _describe(kept: dict[str, str], text: str, parameters: Parameters, limit: int) -> bool:
        language = parameters.get("language_code", "")
        check_language(language)
        check_description(text, limit)
        kept[language] = text
        return True
