"""Somebody who answers a survey on any medium: reads what is asked, and answers in the form that is shown there."""

import re
from collections.abc import Mapping

from flows.participation.answers import choices_in
from flows.participation.conditions import asked
from flows.participation.survey import CHOSEN, MATRICES, WRITTEN, Item, Survey, Type
from flows.survey_fields import Tongue
from flows.text import catalogue, cut
from tests.persons import Person

LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROW = 40
_STEPS_MOST = 60
_LAST_LOOKS = (
    "Shall I send it? You answer once.",
    "Shall I send it? You answer once, and what is published is only added up.",
    "Shall I send it? You answer once, and nobody can tell which answers are yours.",
    "Shall I send it? You can change it until the survey closes; only what is added up is published.",
    "Shall I send it? You can change it until it closes.",
)


class Respondent:
    """`wanted` are the answers by item, as they are kept; what is not among them is passed over.

    `presses` several choices one by one, where there is something to press; else they are written all at once.
    `forms` is what was seen: how each item was asked.
    """

    def __init__(
        self, person: Person, survey: Survey, language: str, wanted: Mapping[str, str], presses: bool = False
    ) -> None:
        self.person, self.survey, self.wanted, self.presses = person, survey, wanted, presses
        self.tongue = Tongue(language, language)
        self.ours = catalogue(language)
        self.answered: dict[str, str] = {}
        self.forms: dict[str, str] = {}

    async def answers(self, reply: str) -> str:
        """From the first question to the last look, which is returned."""
        for _ in range(_STEPS_MOST):
            if any(self.ours.translate(each, {}) in _flat(reply) for each in _LAST_LOOKS):
                return reply
            reply = await self._answer(_flat(reply))
        raise AssertionError(f"no end to it:\n{reply}")

    async def _answer(self, reply: str) -> str:
        waiting = [item for item in asked(self.survey, self.answered) if item.key not in self.answered]
        numbered = [(item, number) for item in waiting if (number := self._number(item, reply))]
        if numbered:
            return await self._at_once(numbered)
        item = next((item for item in waiting if self._pattern(item).search(reply)), None)
        assert item is not None, f"none of {[each.key for each in waiting]} in:\n{reply}"
        wanted = self.answered[item.key] = self.wanted.get(item.key, "")
        self.forms[item.key] = "alone"
        if not wanted:
            return await self.person.says(self.ours.translate("Skip this question", {}))
        if item.question.type in WRITTEN:
            return await self.person.says(wanted)
        if item.question.type is Type.FILES:
            await self.person.attaches(wanted, "")
            return await self.person.says(self.ours.translate("Go on", {}))
        return await self._choose(item, wanted)

    async def _choose(self, item: Item, wanted: str) -> str:
        chosen = choices_in(wanted)
        numbers = [self._place(item, slug) + 1 for slug in chosen.options]
        is_one = item.question.type in (Type.SINGLE_OPTION, Type.MATRIX_SINGLE)
        if not self.presses or is_one:
            glue = "," if item.question.type is Type.SORTING else " "
            typed = glue.join(str(number) for number in numbers)
            free = next(iter(chosen.words.values()), "")
            return await self.person.says(f"{typed}: {free}" if free else typed)
        reply = ""
        for number in numbers:
            reply = await self.person.presses(self.tongue.words(item.question.options[number - 1].name))
        if item.question.type is not Type.SORTING:
            reply = await self.person.presses(self.ours.translate("That is all", {}))
        free = next(iter(chosen.words.values()), "")
        return await self.person.says(free) if free else reply

    async def _at_once(self, numbered: list[tuple[Item, str]]) -> str:
        marks = []
        for item, number in numbered:
            wanted = self.answered[item.key] = self.wanted.get(item.key, "")
            self.forms[item.key] = "at once"
            if item.question.type in WRITTEN and wanted:
                marks.append(f"{number}: {wanted}")
            elif wanted:
                letters = "".join(LETTERS[self._place(item, slug)] for slug in choices_in(wanted).options)
                marks.append(f"{number}{letters}")
        reply = await self.person.says("\n".join(marks) or self.ours.translate("Skip this question", {}))
        free = next((each for item, _ in numbered for each in self._free(item)), "")
        return await self.person.says(free) if free else reply

    def _free(self, item: Item) -> list[str]:
        wanted = self.wanted.get(item.key, "")
        return [*choices_in(wanted).words.values()] if item.question.type in CHOSEN else []

    def _place(self, item: Item, slug: str) -> int:
        return [option.slug for option in item.question.options].index(slug)

    def _pattern(self, item: Item) -> re.Pattern[str]:
        text = self.tongue.words(item.question.text)
        if item.question.type not in MATRICES or item.row is None:
            return re.compile(re.escape(_flat(text)))
        begins, row = re.escape(cut(_flat(text), _ROW).rstrip("…")), re.escape(self.tongue.words(item.row.name))
        return re.compile(rf"{begins}[^→)]{{0,80}}?(?:→ )?{row}")

    def _number(self, item: Item, reply: str) -> str:
        found = re.search(rf"(?:^| )(\d+)\. (?:{self._pattern(item).pattern})", reply)
        return found[1] if found else ""


def _flat(text: str) -> str:
    return " ".join(text.split())
