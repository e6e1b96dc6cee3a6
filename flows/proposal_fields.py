"""What a proposal is asked for, field by field, with the rules' own checks: to write it, and to change it."""

from flows import card
from flows.explain import checked
from flows.participation import proposals
from flows.participation.process import Process
from flows.step import Ask, Choice
from flows.turn import Turn


def title(turn: Turn, then: str) -> Ask:
    """The title."""
    least, most = proposals.TITLE_LENGTHS
    return Ask(
        turn.t("What do you propose? Say it in one sentence, {least} to {most} characters.", least=least, most=most),
        title=turn.t("Your proposal: the title"),
        label=turn.t("Title"),
        check=checked(proposals.check_title),
        then=then,
    )


def body(turn: Turn, process: Process, then: str) -> Ask:
    """The text."""
    question = turn.t(
        "Now explain it: what, for whom and why. {least} to {most} characters.",
        least=proposals.BODY_LEAST,
        most=process.proposals.length,
    )
    template = turn.words(process.proposals.template)
    if template:
        question += "\n\n" + turn.t("You can follow this model: {template}", template=template)
    return Ask(
        question,
        title=turn.t("Your proposal: the text"),
        label=turn.t("Text"),
        check=checked(lambda text: proposals.check_body(text, process)),
        then=then,
    )


def category(turn: Turn, process: Process, then: str) -> Ask:
    """A category."""
    choices = [Choice(each.slug, card.label(turn.words(each.name))) for each in process.proposals.categories]
    return Ask(
        turn.t("What is it about?"),
        label=turn.t("Category"),
        choices=(*choices, Choice("", turn.t("None of these"))),
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
        then=then,
    )
