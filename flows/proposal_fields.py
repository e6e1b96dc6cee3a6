"""What a proposal is asked for, field by field, with the rules' own checks: to write it, and to change it.

Title and text are one message where several questions fit; the rest may be left out, and is where each word costs.
"""

from flows import card
from flows.explain import checked
from flows.participation import attachments, proposals
from flows.participation.process import Process
from flows.step import Ask, Choice
from flows.turn import Turn

_NO_FILES = ("no", "cap", "ninguna", "none", "continua", "continuar", "continue", "go on")
_DONE = ("ja està", "fet", "listo", "ya está", "done", "sí", "si", "yes", *_NO_FILES)


def title(turn: Turn, then: str) -> Ask:
    """The title."""
    least, most = proposals.TITLE_LENGTHS
    return Ask(
        turn.t("What do you propose? Say it in one sentence, {least} to {most} characters.", least=least, most=most),
        brief=turn.t("Your proposal in one sentence ({least}-{most} characters)", least=least, most=most),
        title=turn.t("Your proposal: the title"),
        label=turn.t("Title"),
        check=checked(proposals.check_title),
        number=1,
        ahead=("body",),
        then=then,
    )


def body(turn: Turn, process: Process, then: str) -> Ask:
    """The text."""
    lengths = {"least": proposals.BODY_LEAST, "most": process.proposals.length}
    question = turn.t("Now explain it: what, for whom and why. {least} to {most} characters.", **lengths)
    brief = turn.t("What, for whom and why ({least}-{most} characters)", **lengths)
    template = turn.words(process.proposals.template)
    if template:
        question += "\n\n" + turn.t("You can follow this model: {template}", template=template)
        brief += "\n" + turn.t("Model: {template}", template=template)
    return Ask(
        question,
        brief=brief,
        title=turn.t("Your proposal: the text"),
        label=turn.t("Text"),
        check=checked(lambda text: proposals.check_body(text, process)),
        number=2,
        then=then,
    )


def category(turn: Turn, process: Process, then: str) -> Ask:
    """A category."""
    choices = [Choice(each.slug, card.label(turn.words(each.name))) for each in process.proposals.categories]
    return Ask(
        turn.t("What is it about?"),
        label=turn.t("Category"),
        choices=(*choices, Choice("", turn.t("None of these"))),
        is_optional=True,
        then=then,
    )


def place(turn: Turn, then: str) -> Ask:
    """A place."""
    return Ask(
        turn.t("Where would it be? Write a street, a square or a neighbourhood."),
        label=turn.t("Place"),
        takes_place=True,
        choices=(Choice("", turn.t("No place in particular")),),
        check=checked(proposals.check_place),
        is_optional=True,
        then=then,
    )


def files(turn: Turn, most: int, then: str) -> Ask:
    """Photos and documents; the step's name is "attach"."""
    sent = len(attachments.handed_in(turn.answers, "attach"))
    choices: tuple[Choice, ...] = (Choice("", turn.t("No, go on"), _NO_FILES),)
    if sent:
        question = turn.t("You can send another one.") if sent < most else turn.t("No more fit here.")
        question += " " + turn.t("Shall we go on?")
        done = Choice("done", turn.t("Go on"), _DONE)
        choices = (done, Choice("", turn.t("Go on without files")))
    else:
        question = turn.tn(
            "Do you want to add a photo or a document? Send it now.",
            "Do you want to add photos or documents? Send them now, up to {count}.",
            most,
        )
        question += " " + turn.t("Everybody will see it, so leave out faces and number plates.")
    label = turn.t("Photos or documents")
    return Ask(question, label=label, choices=choices, takes_files=most, is_optional=True, then=then)
