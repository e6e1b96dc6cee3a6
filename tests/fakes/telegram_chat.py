"""A citizen's private chat with a bot, as it stands on her phone."""

import asyncio
from dataclasses import dataclass, field
from html import unescape

from tests.fakes.telegram_files import Kept
from tests.fakes.telegram_refusals import NOT_MODIFIED, Refused, Rows, bad_request


@dataclass
class Message:
    """One message from the bot; `text` is what is left of `html` when the markup is parsed."""

    id: int
    html: str
    text: str
    rows: Rows = ()
    edits: int = 0
    file: Kept | None = None
    """With a file the text is its caption; `kind` is how it was sent, "photo" or "document"."""
    kind: str = ""

    @property
    def entities(self) -> list[dict[str, object]]:
        """As Telegram tells them; only a bold beginning is known here."""
        if not self.html.startswith("<b>"):
            return []
        bold = unescape(self.html.removeprefix("<b>").partition("</b>")[0])
        return [{"type": "bold", "offset": 0, "length": len(bold.encode("utf-16-le")) // 2}]

    @property
    def buttons(self) -> list[str]:
        return [button.text for row in self.rows for button in row]


@dataclass
class Chat:
    id: int
    messages: dict[int, Message] = field(default_factory=dict)
    is_blocked: bool = False
    is_deactivated: bool = False
    moved_to: int = 0
    arrivals: list[Message] = field(default_factory=list)
    """Every message and every edit of one, as they came; not a question that has only got its answer below it."""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def last(self) -> Message:
        """The message that came last."""
        return next(reversed(self.messages.values()))

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages.values()]

    def check_reachable(self) -> None:
        if self.moved_to:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, words, {"migrate_to_chat_id": self.moved_to})
        if self.is_blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if self.is_deactivated:
            raise Refused(403, "Forbidden: user is deactivated")

    def receive(self, message: Message) -> Message:
        self.messages[message.id] = message
        self.arrivals.append(message)
        self.arrived.set()
        return message

    def edit(self, message_id: int, html: str, text: str, rows: Rows) -> Message:
        message = self.message(message_id)
        if message.file:
            raise bad_request("there is no text in the message to edit")
        if (message.html, message.rows) == (html, rows):
            raise bad_request(NOT_MODIFIED)
        is_answered = text.startswith(f"{message.text}\n\n→ ")
        message.html, message.text, message.rows = html, text, rows
        message.edits += 1
        if is_answered:
            return message
        self.arrivals.append(message)
        self.arrived.set()
        return message

    def edit_buttons(self, message_id: int, rows: Rows) -> Message:
        message = self.message(message_id)
        if message.rows == rows:
            raise bad_request(NOT_MODIFIED)
        message.rows = rows
        return message

    def message(self, message_id: int) -> Message:
        if message_id not in self.messages:
            raise bad_request("message to edit not found")
        return self.messages[message_id]
