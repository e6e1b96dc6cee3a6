"""Somebody nobody has met yet, writing letters: a first one, then answers with "Reply"."""

from contextlib import suppress

from bot.app import App
from bot.notices import channel_words
from channels.email import Email
from flows.text import NAMES
from tests.fakes.mail import FakeMail
from tests.fakes.mail_citizen import Mailer
from tests.fakes.mail_letter import Letter
from tests.persons import PATIENCE, Exchange, Person
from tests.pictures import SAMPLES

_MARKERS = {channel_words(language, is_slow=True).marker for language in NAMES}
_REPEATS = {channel_words(language, is_slow=True).heard for language in NAMES}


class ByEmail(Person):
    """Reads the plain part and answers by number. Her first letter is proved by her mail server; her answers prove
    themselves."""

    medium = "email"

    def __init__(self, app: App, account: str, mail: FakeMail, remembered: dict[str, str]) -> None:
        super().__init__(remembered)
        channel = app.reception.channel(Email.name, account)
        assert isinstance(channel, Email)
        self._app = app
        self.mailer = Mailer(mail, f"person{self.id}@mail.example.org", channel.settings.address)
        self._last: Letter | None = None
        self._pressed: tuple[Letter, str] | None = None

    async def exchange(self, text: str) -> str:
        """A letter in, and the letters that arrive."""
        return await self._writes(text)

    async def attaches(self, name: str, words: str) -> str:
        media_type, data = SAMPLES[name]
        return await self._writes(words, ((name, media_type, data),))

    async def presses(self, label: str) -> str:
        """There is nothing to press: the number before the label is written, in answer to the letter that has it."""
        if label:
            letter = next(each for each in reversed(self.mailer.inbox.letters) if f". {label}" in each.plain)
            line = next(line for line in letter.plain.splitlines() if line.endswith(f". {label}"))
            self._pressed = letter, line.partition(".")[0].strip()
        assert self._pressed, "nothing was pressed"
        letter, number = self._pressed
        answer = await self.mailer.answers(letter, number)
        return await self._answered(answer)

    async def reads(self, patience: float = PATIENCE) -> str:
        """The letters that arrive."""
        words = self._news()
        if not words:
            with suppress(TimeoutError):
                await self.mailer.inbox.comes(patience)
            words = self._news()
        return words

    def check(self, exchange: Exchange, reply: str) -> None:
        """As elsewhere, but for where lines end."""
        expected = [" ".join(words.split()) for words in exchange.expected]
        super().check(Exchange(exchange.line, expected), " ".join(reply.split()))

    async def _writes(self, words: str, files: tuple[tuple[str, str, bytes], ...] = ()) -> str:
        if self._last is None:
            return await self._answered(await self.mailer.writes(words, files=files))
        return await self._answered(await self.mailer.answers(self._last, words, files))

    async def _answered(self, answer: str) -> str:
        assert answer.startswith("250"), answer
        await self._app.outbox.empty()
        return self._news()

    def _news(self) -> str:
        letters = self.mailer.inbox.news()
        self._last = letters[-1] if letters else self._last
        return "\n\n".join(_own(letter.plain) for letter in letters)


def _own(plain: str) -> str:
    """What the letter says, without the line above which to answer and what is repeated of hers."""
    lines = [line for line in plain.strip().splitlines() if line not in _MARKERS]
    while lines and not lines[0]:
        del lines[0]
    if lines and lines[0] in _REPEATS:
        del lines[0]
        while lines and lines[0].startswith(">"):
            del lines[0]
    return "\n".join(lines).strip()
