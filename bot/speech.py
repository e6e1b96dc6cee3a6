"""What is said in one turn: the words on the way, then the question, as much of it as there is room for."""

from collections.abc import Sequence
from zlib import crc32

from bot.manner import Manner
from bot.pages import fit, width
from bot.question import Said, Shown, hint, open_question, shown
from bot.session import Asked, Prompt, Session
from bot.together import words
from flows.step import Ask, File
from flows.turn import Turn

_LONG = 160
"""Characters of a card or a menu."""
_LITTLE = 6
"""A part of the room: what exceeds it by less is worth no message of its own."""


class Speech:
    """`parts` gathers what is said before the question."""

    def __init__(self, turn: Turn, manner: Manner) -> None:
        self.parts: list[str] = []
        self._files: list[File] = []
        self._title = ""
        self._turn = turn
        self._manner = manner

    def say(self, title: str, text: str, files: Sequence[File] = ()) -> None:
        """One more thing."""
        if title and not self.parts:
            self._title = title
        elif title:
            self.parts.append(title)
        self.parts.append(text)
        self._files.extend(files)

    def clear(self) -> None:
        """Nothing of it was to be said."""
        self.parts.clear()
        self._title = ""

    def said(self) -> Said:
        """Words after which nothing is asked."""
        return Said("\n\n".join(self.parts), self._title, files=tuple(self._files))

    def end(self, session: Session) -> Said:
        """The matter is done: the place that it led to is shown when it is asked for."""
        session.prompt = None
        session.wrong = session.shown = 0
        self.parts.append(self._turn.t("To go on: MENU"))
        text, choices = self._fitted(prompt := Prompt(0), "\n\n".join(self.parts))
        if prompt.rest:
            session.prompt = prompt
        return Said(text, self._title, choices, files=tuple(self._files))

    def ask(
        self,
        session: Session,
        ask: Ask,
        several: Sequence[tuple[Asked, Ask]],
        replaces: bool,
        picked: Sequence[str] = (),
    ) -> Said:
        """The question, or several of them at once; `picked` are the values of its choices that are taken so far."""
        turn, manner = self._turn, self._manner
        prompt = open_question(session, ask, turn, [asked for asked, _ in several], picked)
        if several:
            self.say("", words(turn, several))
            return self.said()
        if not self._stands_above(session, ask):
            self.say(ask.title, ask.text, () if replaces else ask.files)
        text, choices = self._fitted(prompt, "\n\n".join(self.parts))
        how = hint(session, ask, turn, manner)
        return Said(text, self._title, choices, replaces, how, tuple(self._files))

    def go_on(self, prompt: Prompt) -> Said:
        """What did not fit before; below the last of it the next choices, or the same where there are no others."""
        prompt.page += 1
        text, choices = self._fitted(prompt, prompt.rest)
        if not prompt.rest:
            return Said(text, choices=choices)
        prompt.page -= 1
        return Said(text, choices=choices[-1:])

    def _fitted(self, prompt: Prompt, text: str) -> tuple[str, tuple[Shown, ...]]:
        """As many words as there is room for above the choices."""
        prompt.rest, room = "", self._manner.room
        choices = shown(prompt, self._turn, self._manner)
        taken = len(self._title) + width([choice.label for choice in choices])
        if room and len(text) + taken > room + room // _LITTLE:
            text, prompt.rest = fit(text, max(room - taken, room // 3))
            choices = shown(prompt, self._turn, self._manner)
        return text, choices

    def _stands_above(self, session: Session, ask: Ask) -> bool:
        """A card or a menu that was shown last is not said again below a short remark: its choices are enough."""
        before, session.shown = session.shown, crc32(ask.text.encode("utf-8", "replace"))
        is_long = bool(ask.choices) and len(ask.text) > _LONG
        return is_long and bool(self.parts) and before == session.shown
