"""How a survey's words fare on phones: what is cut, what is no button, what costs on SMS, what is too long to read."""

import re
from collections.abc import Iterator, Sequence

from bot.config.build.pen import Pen
from bot.config.build.survey import survey as built
from bot.config.files.channels import SmsPart
from bot.config.finding import Finding
from bot.config.reading import Files
from bot.config.spot import Spot
from channels.segments import measure
from channels.typography import plain
from flows.participation.survey import Question, Survey
from flows.survey_fields import Tongue, ask

_WORDS_MOST = 20
_SEGMENTS_MOST = 2
_BUTTONS, _BUTTON, _LABEL, _PAGE = 3, 20, 64, 10
"""Of WhatsApp: so many choices are buttons, of so many characters; longer labels are cut, more choices are pages."""
_SENTENCE = re.compile(r"[.!?…:]+(?:\s|$)|\n")
_PRICED = 1000


def findings(files: Files) -> Iterator[Finding]:
    """What a person should look at, file by file."""
    if files.tenant is None or files.tenant.model is None:
        return
    pen = Pen(files.source.id, files.tenant.model)
    channels = files.channels.model if files.channels else None
    has_whatsapp = channels is not None and channels.whatsapp is not None
    for read in files.surveys:
        yield from _sentences(read.spot)
        if read.model is None:
            continue
        survey = built(pen, read.slug, read.model, {})
        for question, here in zip(survey.questions, read.spot["questions"].items, strict=True):
            if question.items:
                yield from _labels(question, here, has_whatsapp=has_whatsapp)
                yield from _segments(survey, question, here, pen.head.languages, channels.sms if channels else None)


def _sentences(survey: Spot) -> Iterator[Finding]:
    """Long ones are not understood by everybody."""
    questions = [one for question in survey["questions"].items for one in (question["text"], question["help"])]
    for text in (survey["introduction"], *questions):
        for _, spoken in text.entries:
            for sentence in _SENTENCE.split(spoken.text or ""):
                if (count := len(sentence.split())) > _WORDS_MOST:
                    message = f"a sentence of {count} words"
                    hint = f"{_WORDS_MOST} at most are understood by everybody"
                    yield spoken.warning("long_sentence", message, hint, words=" ".join(sentence.split()[:3]))


def _labels(question: Question, here: Spot, *, has_whatsapp: bool) -> Iterator[Finding]:
    options = [*zip(question.options, here["options"].items, strict=True)]
    if has_whatsapp and len(options) > _PAGE:
        message = f"{len(options)} options: WhatsApp's list has {_PAGE}, so that they come in pages"
        yield here["options"].warning("many_options", message, "group them, or let people write")
    for option, spot in options:
        longest = max(option.name.values(), key=len)
        if len(longest) > _LABEL:
            message = f"`{longest[:30]}…` has {len(longest)} characters and is cut at {_LABEL}"
            yield spot["name"].warning("label_cut", message, "say the rest in the question")
        elif has_whatsapp and len(options) <= _BUTTONS and len(longest) > _BUTTON:
            message = f"`{longest[:30]}` has {len(longest)} characters: a button of WhatsApp has {_BUTTON}"
            yield spot["name"].warning("label_long", message, "it becomes a list, which takes one more tap")


def _segments(
    survey: Survey, question: Question, here: Spot, languages: Sequence[str], sms: SmsPart | None
) -> Iterator[Finding]:
    """What it takes to ask it by SMS, alone."""
    for language in languages:
        asked = ask(survey, question.items[0].key, 1, 1, (), Tongue(language, languages[0]))
        numbered = (f"{number}. {choice.brief or choice.label}" for number, choice in enumerate(asked.choices, 1))
        taken = measure(plain("\n".join((asked.brief, "", *numbered))))
        if taken.segments > _SEGMENTS_MOST:
            price = sms.price if sms else 0.0
            cost = (
                f", {taken.segments * price * _PRICED:.0f} {sms.currency} for {_PRICED} people" if sms and price else ""
            )
            message = f"in `{language}` it takes {taken.segments} SMS segments ({taken.encoding.value}){cost}"
            hint = "shorter words; `participabot segments` tells which characters are dear"
            yield here["text"].warning("sms_segments", message, hint)
