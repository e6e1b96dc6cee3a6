"""Where a proposal stands, in words: the state that the town has published, and what people say of it."""

from collections.abc import Mapping

from flows.participation.judgements import Verdict
from flows.text import Catalogue, Message, message
from storage.judgements import Claimed, Word

_STATES: Mapping[str, Message] = {
    "": message("not answered yet"),
    "evaluating": message("being studied"),
    "accepted": message("accepted"),
    "rejected": message("rejected"),
}
_SAID: Mapping[Claimed, Message] = {
    Claimed.DONE: message("Is it done? People say: yes {yes}, no {no}, do not know {unsure}."),
    Claimed.ANSWERED: message("Does the answer settle it? People say: yes {yes}, no {no}, do not know {unsure}."),
}


def state_in(words: Catalogue, state: str) -> str:
    """A state that is published, "" for none; a process's own word as it is."""
    return words.translate(_STATES[state].one, {}) if state in _STATES else state


def verdict_in(words: Catalogue, verdict: Verdict | None) -> str:
    """How many say what; empty where nobody has said anything."""
    if verdict is None:
        return ""
    counts = {word.name.lower(): verdict.said.get(word, 0) for word in (Word.YES, Word.NO, Word.UNSURE)}
    return words.translate(_SAID[verdict.claimed].one, counts)
