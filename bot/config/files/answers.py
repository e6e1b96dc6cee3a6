"""`answers/<slug>.yaml`: what the town answers to proposals."""

from typing import Literal

from pydantic import Field

from bot.config.kinds import Reference, Written
from bot.config.texts import Long


class AnswerPart(Written):
    """One answer: applying the file publishes it, and tells the author and who follows the proposal."""

    proposal: Reference = Field(examples=["VIL-PROP-2026-11-0042"])
    state: Literal["evaluating", "accepted", "rejected"] = Field(examples=["accepted"])
    text: Long = Field(description="The answer, and why.", examples=[{"ca": "Sí: la plantarem a la tardor."}])


class AnswersFile(Written):
    """Answers that belong together, such as those of one process."""

    answers: list[AnswerPart] = Field(min_length=1, max_length=500)
