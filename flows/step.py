"""The vocabulary of a conversation: a flow is a module of steps, a step returns one of these moves.

A step is a plain function of the turn. One that returns `Ask` describes a question and changes nothing: the
engine calls it again when the reply comes. Only a step that asks nothing may write, through one rule, once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from flows.turn import Turn


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing offered. `value` is kept as the answer; `also` are words that mean it, besides its label.

    `brief` is the label where each word costs.
    """

    value: str
    label: str
    also: tuple[str, ...] = ()
    brief: str = ""


class Wrong(Exception):
    """A check does not accept what was typed; the message says in the citizen's language what is expected."""


Check: TypeAlias = Callable[["Turn", str], str]
"""Typed words to the answer that is kept; raises `Wrong`."""


DONE = "."
"""The value of the choice that ends picking by buttons."""


class Picks(NamedTuple):
    """Several choices are one answer: so many at most, or all of them in the person's order."""

    most: int
    in_order: bool = False

    def example(self, count: int) -> str:
        """How it is written, where there are so many: "1 2", or "2,1,3", which is nobody's answer by chance."""
        if not self.in_order:
            return "1" if self.most == 1 else "1 2"
        return ",".join(str(number) for number in (2, 1, *range(3, count + 1)))


@dataclass(frozen=True, slots=True)
class File:
    """A file shown with words: small ones that were made now as `data`, an attachment by its id (`content_id`)."""

    name: str
    media_type: str
    data: bytes = b""
    content_id: int = 0


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that waits. With choices and no `check`, only a choice is an answer.

    `then` is the step that follows; it finds the answer in `turn.answers` under this step's own name (and
    argument: "question:q3"). `label` names the answer in a review ("Title"); an Ask without one is
    navigation: its answer is not kept in the draft, reviewed or edited.

    With `takes_files` it takes so many photos and documents, one message after the other
    (`participation.attachments.handed_in` finds them). Where it has a `check` as well, the words below a file are the
    answer. It stays open until a choice or words end it; a choice of the empty value goes on without any file.

    With `takes_voice` it takes voice notes as well; with `takes_place` a place on the map is an answer.

    With `picks` several choices are one answer, their values in a row: written all at once and read by `check`, or
    pressed one after the other up to a choice of the value `DONE` (in order: up to the last).

    `help` is said to who asks for help here.

    `passes_on`, in an aside: words that are none of its choices are meant for the question that it interrupted;
    a mere yes is not, since nobody knows to what.

    Where each word costs, `brief` stands for title and text, and what `is_optional` is passed over: EDIT reaches it.
    Where several questions fit in one message, those `ahead` are asked with this one: steps that ask next whatever is
    answered here, each by the `number` that it has among them.

    `adds_to` names the answer to which words after a "+" are added here; they are checked as that answer was.
    """

    text: str
    then: str
    choices: Sequence[Choice] = ()
    check: Check | None = None
    title: str = ""
    label: str = ""
    files: Sequence[File] = ()
    takes_files: int = 0
    takes_voice: bool = False
    takes_place: bool = False
    passes_on: bool = False
    brief: str = ""
    is_optional: bool = False
    ahead: Sequence[str] = ()
    number: int = 0
    adds_to: str = ""
    picks: Picks | None = None
    help: str = ""


@dataclass(frozen=True, slots=True)
class Say:
    """Words that do not wait, followed by the next step.

    Where each word costs, `brief` stands for title and text, and a place (a menu, a card) that comes next waits to be
    asked for, unless this `opens` it.
    """

    text: str
    then: str
    title: str = ""
    files: Sequence[File] = ()
    brief: str = ""
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Goto:
    """Go on elsewhere: "step", "step:argument", or "flow.step" to enter another flow about something.

    `RESUME` goes back to the question that an aside (language, review, cancel) interrupted, or to the menu.
    `dropped` throws away what was answered in this flow: there is no draft to come back to.
    """

    step: str
    about: str = ""
    dropped: bool = False


RESUME = "resume"

Move: TypeAlias = Ask | Say | Goto
Step: TypeAlias = Callable[["Turn"], Move]


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow's steps by name, as its module defines them.

    An `aside` interrupts another flow and hands back to it. A `place` is where "back" leads from the first question
    of a flow that was entered from here (a menu, a card).
    """

    name: str
    steps: dict[str, Step] = field(default_factory=dict)
    is_aside: bool = False
    is_place: bool = False


def flow(module: ModuleType, *names: str, aside: bool = False, place: bool = False) -> Flow:
    """The flow a module defines: its name is the module's, its steps the functions named, first the start."""
    return Flow(module.__name__.rpartition(".")[2], {name: getattr(module, name) for name in names}, aside, place)
