"""A proposal as it is told: its card, whole, and its life so far, a dated line for everything that became of it."""

from flows import backing, card, moderated, own_proposal, state_words, thread
from flows.participation.judgements import verdict_on
from flows.participation.result import Result
from flows.participation.supports import Standing
from flows.text import capital
from flows.turn import Turn
from storage.comments import tally_of
from storage.judgements import Claimed
from storage.proposals import Proposal


def text(turn: Turn, proposal: Proposal, standing: Standing | None) -> str:
    """The card: the author's words, quoted so that they cannot look like ours, where it stands, and the answer."""
    about = [turn.t("{reference}, by {author}, {day}.", **_published(turn, proposal))]
    process = turn.town.process(proposal.process)
    if process is not None:
        about.append(turn.t("Process: {process}", process=turn.words(process.title)))
        about += [
            turn.t("Category: {category}", category=turn.words(category.name))
            for category in process.proposals.categories
            if category.slug == proposal.category
        ]
    if proposal.place:
        about.append(turn.t("Place: {place}", place=proposal.place))
    edited = (own_proposal.changed(turn, proposal), own_proposal.left(turn, proposal))
    parts = [
        moderated.note(turn, proposal),
        thread.quoted(proposal.body),
        "\n".join(about),
        " ".join(filter(None, (stands(turn, proposal, standing), *edited))),
    ]
    if proposal.state_published_at is not None and proposal.answer:
        parts.append(turn.t("The answer of {town} ({day}): {answer}", **_answered(turn, proposal)))
    return "\n\n".join(part for part in parts if part)


def called(turn: Turn, proposal: Proposal, claimed: Claimed) -> str:
    """The question whether what the town says of it is so."""
    town, title = turn.words(turn.town.name), proposal.title
    if claimed is Claimed.DONE:
        return turn.t("{town} says that “{title}” is done. Is it so?", town=town, title=title)
    said = turn.t(
        "{town} answered “{title}” ({reference}): {state}.",
        town=town,
        title=title,
        reference=proposal.reference,
        state=card.state(turn, proposal),
    )
    return " ".join((said, turn.t("Does that settle it for you?")))


def verdict(turn: Turn, proposal: Proposal) -> str:
    """What people say of the town's word, beside it; empty where nobody was asked or has answered."""
    return state_words.verdict_in(turn.catalogue, verdict_on(turn.db, proposal.reference))


def stands(turn: Turn, proposal: Proposal, standing: Standing | None) -> str:
    """Its state and its supports, in a line."""
    state = f"{turn.t('State: {state}.', state=card.state(turn, proposal))} {verdict(turn, proposal)}".rstrip()
    return f"{state} {backing.told(turn, standing)}".rstrip() if standing is not None else state


def life(turn: Turn, proposal: Proposal, standing: Standing | None) -> str:
    """Published, supported, answered, carried out: what there is of it, in that order. Its words are on the card."""
    if proposal.withdrawn_at is not None:
        return turn.t("{day}: its author withdrew it.", day=capital(turn.day(proposal.withdrawn_at)))
    lines = [turn.t("{reference}, by {author}, {day}.", **_published(turn, proposal))]
    if note := moderated.note(turn, proposal):
        return "\n".join((*lines, note))
    if proposal.updated_at is not None:
        lines.append(turn.t("{day}: its author changed it.", day=capital(turn.day(proposal.updated_at))))
    lines += [backing.told(turn, standing)] if standing is not None else []
    if tally := tally_of(turn.db, f"proposal:{proposal.reference}"):
        lines.append(f"{thread.in_short(turn, tally)}.")
    if proposal.state_published_at is not None:
        answer = _answered(turn, proposal)
        said = turn.t("{day}: {town} answers. State: {state}.", state=card.state(turn, proposal), **answer)
        lines.append(capital(said))
        lines += [answer["answer"]] if answer["answer"] else []
    else:
        lines.append(turn.t("State: {state}.", state=card.state(turn, proposal)))
    lines.append(own_proposal.left(turn, proposal))
    lines += [line for result in results_of(turn, proposal) for line in _carried_out(turn, result)]
    lines.append(verdict(turn, proposal))
    return "\n".join(line for line in lines if line)


def results_of(turn: Turn, proposal: Proposal) -> list[Result]:
    """What the town carries out because of the proposal."""
    return [result for result in turn.town.results if proposal.reference in result.proposals]


def _carried_out(turn: Turn, result: Result) -> list[str]:
    title, status = turn.words(result.title), turn.words(result.status)
    lines = [turn.t("Result: {title}. {status}", title=title, status=f"{status} {card.bar(result.progress)}".strip())]
    past = [milestone for milestone in result.timeline if milestone.at <= turn.now]
    if past:
        last = past[-1]
        lines.append(turn.t("{day}: {milestone}", day=capital(turn.day(last.at)), milestone=turn.words(last.title)))
    return lines


def _published(turn: Turn, proposal: Proposal) -> dict[str, str]:
    author, day = thread.author_of(turn, proposal), turn.day(proposal.published_at)
    return {"reference": proposal.reference, "author": author, "day": day}


def _answered(turn: Turn, proposal: Proposal) -> dict[str, str]:
    day = proposal.answered_at or proposal.state_published_at
    return {
        "town": turn.words(turn.town.name),
        "day": turn.day(day) if day is not None else "",
        "answer": turn.words(proposal.answer),
    }
