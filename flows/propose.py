"""Make a proposal to a process: title, text, category and place, a last look, and a reference to ask for it later."""

from flows import alike, card, own_proposal, proposal_card, proposal_fields
from flows.explain import explain
from flows.participation import attachments, consent, proposals, supports
from flows.participation.follows import shown_proposal
from flows.participation.process import Process
from flows.participation.refusal import Reason, Refused
from flows.participation.similar import similar_to
from flows.participation.spaces import check_can_propose, possible_now, visible_process
from flows.step import Ask, Choice, Goto, Move, Say
from flows.turn import Turn

_PUBLISH = ("publica", "publicar", "publish", "sí", "si", "yes")


def start(turn: Turn) -> Move:
    """The rules first, then what a person has to have said, then the proposal. About a process, or none yet."""
    if not turn.about:
        return Goto("choose")
    process = proposals.check_may_propose(turn, turn.about)
    if consent.missing(turn, process.min_age) is not None:
        return Goto("join.start", about=f"propose.start|{turn.about}")
    return Goto("title")


def choose(turn: Turn) -> Move:
    """Which process, where several are open."""
    open_ones = [each.process for each in possible_now(turn.db, turn.town, turn.now) if each.can_propose]
    if not open_ones:
        return Say(turn.t("No process takes proposals today."), then="leave")
    if len(open_ones) == 1:
        return Goto("propose.start", about=open_ones[0].slug)
    choices = [Choice(each.slug, card.label(turn.words(each.title))) for each in open_ones]
    question = turn.t("To which process do you want to make a proposal?")
    return Ask(question, brief=turn.t("To which process?"), choices=choices, then="chosen")


def chosen(turn: Turn) -> Move:
    """On with the process chosen."""
    about = turn.answers.pop("choose", "")
    return Goto("propose.start", about=about) if about else Goto("choose")


def title(turn: Turn) -> Move:
    """The title."""
    _process(turn)
    return proposal_fields.title(turn, "body")


def body(turn: Turn) -> Move:
    """The text."""
    return proposal_fields.body(turn, _process(turn), "category")


def category(turn: Turn) -> Move:
    """A category, where the process has any."""
    process = _process(turn)
    return proposal_fields.category(turn, process, "place") if process.proposals.categories else Goto("place")


def place(turn: Turn) -> Move:
    """A place, where the process asks for one."""
    return proposal_fields.place(turn, "attach") if _process(turn).proposals.asks_place else Goto("attach")


def attach(turn: Turn) -> Move:
    """Photos and documents, where the process takes any."""
    most = _process(turn).proposals.attachments
    if not most:
        return Goto("similar")
    return proposal_fields.files(turn, most, "similar")


def similar(turn: Turn) -> Move:
    """What others have proposed already that may be the same. Those that are not are kept as the answer."""
    answers, process = turn.answers, _process(turn)
    title, body = answers.get("title", ""), answers.get("body", "")
    told = answers.get("similar", "").split()
    offered = [
        each
        for each in similar_to(turn.db, process.slug, title, body, turn.language)
        if each.proposal.reference not in told
    ]
    if not offered:
        return Goto("preview")
    different = " ".join((*told, *(each.proposal.reference for each in offered)))
    return Ask(
        alike.text(turn, offered),
        title=turn.t("Before you publish"),
        brief=turn.t("Is it one of these? Adding up supports helps."),
        choices=(
            *(alike.look_choice(turn, each, is_alone=len(offered) == 1) for each in offered),
            alike.go_on_choice(turn, different),
        ),
        then="sifted",
    )


def sifted(turn: Turn) -> Move:
    """To the one that shall be looked at, or on."""
    if turn.answers.get("similar", "").startswith("look:"):
        return Goto(turn.answers.pop("similar"))
    return Goto("similar")


def look(turn: Turn) -> Move:
    """One of them, whole, and what can be done instead of publishing. Its argument is the reference."""
    _process(turn)
    try:
        found = shown_proposal(turn, turn.argument)
    except Refused:
        return Goto("similar")
    back = Choice("similar", turn.t("Go back to mine"))
    return Ask(
        proposal_card.text(turn, found, supports.standing(turn, found)),
        title=found.title,
        choices=(*alike.instead(turn, found), back),
        then=f"looked:{found.reference}",
    )


def looked(turn: Turn) -> Move:
    """On to what was chosen; what was written stays as a draft, and who goes on with it is asked again."""
    chosen = f"look:{turn.argument}"
    return card.go(turn, chosen) if chosen in turn.answers else Goto("similar")


def preview(turn: Turn) -> Move:
    """The whole of it, as others will read it."""
    answers, process = turn.answers, _process(turn)
    about = [
        turn.t("By {author}, to “{process}”.", author=turn.participant.public_name, process=turn.words(process.title))
    ]
    about += [
        turn.t("Category: {category}", category=turn.words(each.name))
        for each in process.proposals.categories
        if each.slug == answers.get("category")
    ]
    if answers.get("place"):
        about.append(turn.t("Place: {place}", place=answers["place"]))
    if names := ", ".join(file.name for file in attachments.handed_in(answers, "attach")):
        about.append(turn.t("Attached: {names}", names=names))
    written = (answers.get("title", ""), answers.get("body", ""))
    publish = Choice("publish", turn.t("Publish it"), _PUBLISH, brief=turn.t("Publish"))
    return Ask(
        "\n\n".join((*written, "\n".join(about), turn.t("Shall I publish it?"))),
        title=turn.t("This is how it will be read"),
        brief="\n".join((card.may_add(turn), *written, *about[1:])),
        choices=card.last_look_choices(turn, publish),
        adds_to="body",
        then="decide",
    )


def decide(turn: Turn) -> Move:
    """The answer is taken, so that who comes back to the draft gets the last look again."""
    answer = turn.answers.pop("preview", "")
    if answer != "publish":
        return card.after_last_look(answer, "preview")
    if consent.missing(turn, _process(turn).min_age) is not None:
        return Goto("join.start", about=f"propose.start|{turn.about}")
    return Goto("submit")


def submit(turn: Turn) -> Move:
    """Publish it, or say which rule is in the way and where to mend it."""
    answers = turn.answers
    draft = proposals.Draft(
        answers.get("title", ""),
        answers.get("body", ""),
        answers.get("category", ""),
        answers.get("place", ""),
        attachments.handed_in(answers, "attach"),
    )
    try:
        published = proposals.submit(turn, turn.about, draft)
    except Refused as refused:
        return Say(explain(turn, refused), then=_mended_at(refused.reason))
    return Say(own_proposal.told(turn, published), brief=own_proposal.told_in_brief(turn, published), then="published")


def published(turn: Turn) -> Move:
    """Done: no draft is left."""
    return Goto("menu.start", dropped=True)


def leave(turn: Turn) -> Move:
    """Nothing to propose to; what was written stays as a draft."""
    return Goto("menu.start")


def _process(turn: Turn) -> Process:
    """Asked at every question: whoever comes back weeks later is told at once that the time is over."""
    process = visible_process(turn.db, turn.town, turn.about)
    check_can_propose(process, turn.now)
    return process


def _mended_at(reason: Reason) -> str:
    match reason:
        case Reason.TITLE_TOO_SHORT | Reason.TITLE_TOO_LONG:
            return "title"
        case Reason.BODY_TOO_SHORT | Reason.BODY_TOO_LONG | Reason.BODY_IS_TEMPLATE:
            return "body"
        case Reason.CATEGORY_UNKNOWN:
            return "category"
        case Reason.PLACE_TOO_LONG:
            return "place"
        case _:
            return "leave"
