"""Similar first: what of a process says nearly the same as a proposal does, so that its author may support that.

A likeness is a guess and is only ever offered: nothing is merged, nothing is refused. What it costs is bounded: a text
has `_STEMS` stems at most, of those that have one the newest `_LOOKED_UP` are looked up, and the `_CANDIDATES` that
share most are compared.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest
from math import log, sqrt

from flows.participation.stemming import Stance, language_of, stance_of, stems_of, trigrams_of
from storage.database import Db
from storage.proposals import Proposal
from storage.stems import Stem, count_up_to, newest_having, open_among, remove_stems

OFFERED_MOST = 3

_STEMS = 80
_LOOKED_UP = 400
_CANDIDATES = 50
_TITLE = 1.5
"""How much a stem of the title weighs, where one of the text weighs 1."""
_TRIGRAMS = 0.2
"""The part of a likeness that trigrams make up; the rest are stems."""
_LEAST = 0.2
"""Less alike than this is not offered. Of 300 proposals as people write them it finds nine in ten that mean the same,
and two in five get one offered that does not (tests/flows/test_similar.py)."""
_BEHIND = 0.4
"""Nor is what is this far behind the best, as a part of its likeness."""

_FOR = (Stance.FOR, Stance.UNSAID)


@dataclass(frozen=True, slots=True)
class Similar:
    """`may_be_same`: both say, or neither says, that they ask for more, or for less. Else only the subject is shared.

    `is_opposed`: one asks for less, and the other does not.
    """

    proposal: Proposal
    likeness: float
    may_be_same: bool
    is_opposed: bool


@dataclass(frozen=True, slots=True)
class _Text:
    stance: Stance
    stems: Mapping[str, float]
    trigrams: frozenset[str]


def index(db: Db, proposal: Proposal) -> None:
    """A proposal was published or edited: it can be found."""
    remove_stems(db, proposal.id)
    for stem in _read(proposal.title, proposal.body, proposal.language).stems:
        db.add(Stem(process=proposal.process, stem=stem, proposal_id=proposal.id))


def forget(db: Db, proposal: Proposal) -> None:
    """A proposal was withdrawn: it is not found again."""
    remove_stems(db, proposal.id)


def similar_to(db: Db, process: str, title: str, body: str, spoken: str, own: str = "") -> list[Similar]:
    """What to offer to who wrote this: at most `OFFERED_MOST`, the most alike first, opposed ones last.

    `own` is the reference of the proposal itself, where it has been published.
    """
    text = _read(title, body, spoken)
    having = {stem: newest_having(db, process, stem, _LOOKED_UP) for stem in text.stems}
    weights = _weights(having, count_up_to(db, process, _LOOKED_UP))
    found = open_among(db, _sharing_most(having, weights))
    compared = [_compare(text, proposal, weights) for proposal in found if proposal.reference != own]
    least = max(_LEAST, _BEHIND * max((each.likeness for each in compared), default=0.0))
    offered = [each for each in compared if each.likeness >= least]
    return sorted(offered, key=lambda each: (each.is_opposed, -each.likeness))[:OFFERED_MOST]


@lru_cache(maxsize=1024)
def _read(title: str, body: str, spoken: str) -> _Text:
    language = language_of(f"{title} {body}", spoken)
    stems = dict.fromkeys(stems_of(title, language)[:_STEMS], _TITLE)
    for stem in stems_of(body, language)[: _STEMS - len(stems)]:
        stems.setdefault(stem, 1.0)
    return _Text(stance_of(title, body, language), stems, trigrams_of(f"{title} {body}"))


def _weights(having: Mapping[str, Sequence[int]], proposals: int) -> dict[str, float]:
    """How much each stem tells: the rarer in the process, the more."""
    return {stem: log((proposals + 1) / (min(len(ids), proposals) + 0.5)) for stem, ids in having.items()}


def _sharing_most(having: Mapping[str, Sequence[int]], weights: Mapping[str, float]) -> list[int]:
    shared: dict[int, float] = defaultdict(float)
    for stem, ids in having.items():
        for proposal_id in ids:
            shared[proposal_id] += weights[stem]
    return nlargest(_CANDIDATES, shared, key=lambda proposal_id: (shared[proposal_id], proposal_id))


def _compare(text: _Text, proposal: Proposal, weights: Mapping[str, float]) -> Similar:
    """The cosine of what both say, weighted, and how many trigrams they share (Dice)."""
    other = _read(proposal.title, proposal.body, proposal.language)
    usual = sum(weights.values()) / max(len(weights), 1)
    shared = sum(text.stems[stem] * other.stems[stem] * weights[stem] ** 2 for stem in text.stems.keys() & other.stems)
    length = _length(text, weights, usual) * _length(other, weights, usual)
    cosine = shared / length if length else 0.0
    dice = 2 * len(text.trigrams & other.trigrams) / max(len(text.trigrams) + len(other.trigrams), 1)
    likeness = (1 - _TRIGRAMS) * cosine + _TRIGRAMS * dice
    is_opposed = (text.stance in _FOR) is not (other.stance in _FOR)
    return Similar(proposal, likeness, text.stance is other.stance, is_opposed)


def _length(text: _Text, weights: Mapping[str, float], usual: float) -> float:
    """A stem that only one of the two has weighs what is usual: counting it would be one more look at the store."""
    return sqrt(sum((times * weights.get(stem, usual)) ** 2 for stem, times in text.stems.items()))
