"""The survey that is asked everywhere: five questions of four options, a review, thanks.

The raw references share `advance`.
"""

from msgspec import Struct, field

OPTIONS = ("Very often", "Now and then", "Hardly ever", "Never")
QUESTIONS = (
    "How often do you walk to the market square on a Saturday?",
    "How often do you take the bus to the county hospital?",
    "How often do you borrow books from the Carrer Nou library?",
    "How often do you use the new cycle lane by the river?",
    "How often do you come to the open meetings at the town hall?",
)
REVIEW = "Shall I send it? You answer once, and what is published is only added up."
THANKS = "Sent. Thank you!"
WELCOME = "Hello! Open a survey with its link."
HELP = "Please answer with one of the numbers shown."

ENDS = ("Send it", "Change something", "Leave it for later", "Throw it away")


class Choice(Struct):
    """One thing offered, as a button or by its number."""

    number: int
    label: str
    payload: str


class Reply(Struct):
    """What is said to the citizen; `submitted` when the survey has just ended."""

    text: str
    choices: list[Choice] = []
    language: str = "en"
    submitted: bool = False


class State(Struct):
    """A citizen's place: step 0 is nowhere, 1 to 5 a question, 6 the review; choices exactly as they were shown."""

    step: int = 0
    survey: str = ""
    prompt: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    choices: list[Choice] = field(default_factory=list)


def advance(state: State, text: str) -> Reply:
    """Take one message: "/start <survey>" begins, a number answers."""
    if text.startswith("/start"):
        survey = text.removeprefix("/start").strip()
        if not survey:
            return Reply(WELCOME)
        state.step, state.survey, state.answers = 1, survey, {}
        return _show(state)
    chosen = next((choice for choice in state.choices if str(choice.number) == text.strip()), None)
    if state.step == 0 or chosen is None:
        return Reply(HELP, state.choices)
    if state.step > len(QUESTIONS):
        state.step, state.choices = 0, []
        return Reply(f"{THANKS} Your receipt is {state.prompt:08X}.", submitted=chosen.number == 1)
    state.answers[f"q{state.step}"] = chosen.label
    state.step += 1
    return _show(state)


def _show(state: State) -> Reply:
    state.prompt += 1
    labels: tuple[str, ...]
    if state.step <= len(QUESTIONS):
        labels, text = OPTIONS, f"Question {state.step} of {len(QUESTIONS)}\n\n{QUESTIONS[state.step - 1]}"
    else:
        labels, text = ENDS, review(list(state.answers.values()))
    state.choices = [Choice(n, label, f"{state.prompt}.{n}") for n, label in enumerate(labels, 1)]
    return Reply(text, state.choices)


def review(answers: list[str]) -> str:
    """All answers before they are sent."""
    given = [f"{n}. {q}\n→ {a}" for n, (q, a) in enumerate(zip(QUESTIONS, answers, strict=True), 1)]
    return "\n\n".join(["Your answers", *given, REVIEW])
