"""Tell the people of the town that something does not belong here. About an item: "proposal:<reference>" …"""

from flows import card, moderated
from flows.participation import consent, reports
from flows.participation.moderation import Ground
from flows.participation.refusal import Refused
from flows.step import Ask, Choice, Goto, Move, Say
from flows.turn import Turn


def start(turn: Turn) -> Move:
    """Whoever reports has said what a first write needs, but for a name."""
    reports.check_may_report(turn, turn.about)
    if consent.missing(turn, needs_name=False) is not None:
        return Goto("join.start", about=f"report.start|{turn.about}")
    return Goto("why")


def why(turn: Turn) -> Move:
    """One of Decidim's three grounds."""
    item = reports.check_may_report(turn, turn.about)
    return Ask(
        turn.t("What is wrong with “{title}”?", title=moderated.title(item)),
        title=turn.t("Report it"),
        label=turn.t("Why"),
        choices=(
            Choice(Ground.SPAM, turn.t("Advertising or repeated"), ("spam", "publicitat", "publicidad")),
            Choice(Ground.OFFENSIVE, turn.t("Insults or threatens"), ("insulta", "ofensiu", "ofensivo", "offensive")),
            Choice(Ground.DOES_NOT_BELONG, turn.t("Does not belong here"), ("no hi pertoca", "fuera de lugar")),
            Choice("", turn.t("Nothing: go back"), ("res", "nada", "nothing")),
        ),
        then="confirm",
    )


def confirm(turn: Turn) -> Move:
    """What will be sent, and who will know."""
    ground = turn.answers.get("why", "")
    if not ground:
        return Goto("shown", dropped=True)
    item = reports.check_may_report(turn, turn.about)
    text = turn.t(
        "You report “{title}” because {ground}. A person of the town will read it. The author will never know who"
        " reported it. Shall I send it?",
        title=moderated.title(item),
        ground=moderated.ground(turn, ground),
    )
    brief = turn.t(
        "You report “{title}” because {ground}. Nobody is told who did. Shall I send it?",
        title=moderated.title(item),
        ground=moderated.ground(turn, ground),
    )
    yes = Choice("yes", turn.t("Send the report"), ("sí", "si", "yes", "envia", "enviar", "send"))
    return Ask(text, brief=brief, choices=(yes, Choice("no", turn.t("No, go back"), ("no",))), then="send")


def send(turn: Turn) -> Move:
    """Send it, or not."""
    if turn.answers.pop("confirm", "") != "yes":
        return Say(turn.t("All right: nothing was sent."), then="shown")
    reports.report(turn, turn.about, Ground(turn.answers["why"]))
    return Say(turn.t("Thank you. A person of the town will look at it."), then="shown")


def shown(turn: Turn) -> Move:
    """Back to the card, where it can still be read."""
    try:
        reports.shown_item(turn, turn.about)
    except Refused:
        return Goto("menu.start", dropped=True)
    return Goto(card.after(turn.about), dropped=True)
