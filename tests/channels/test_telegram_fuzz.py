"""Updates broken at random, from real ones: read or unreadable, never anything else. SOAK=1 tries a million."""

import json
import os
import random
from collections.abc import Callable

import pytest

from channels.channel import Unreadable
from channels.message import Inbound
from tests.channels.trials import TRIALS, payload, payload_files

COUNT = 1_000_000 if os.environ.get("SOAK") else 20_000
WORKERS = 4

BODIES = [payload(path)[1] for path in payload_files() if path.parent.name == "telegram"]
VALUES: list[object] = [
    None, True, -1, 0, 2**63, -(2**63), 10**30, 1.5, "", "\x00", "x" * 70_000, "\ufffe", [], [[]], {}, {"id": {}}, "7",
    "private", "group",
]  # fmt: skip
RAW = [
    b"NaN", b"1e999", b'"\\ud83d"', b'"\\udc00\\ud83d"', b'"\\\\ud83d"', b'"\\u0000"', b"\xed\xa0\x80", b"[" * 3000,
    b"9" * 500,
]  # fmt: skip


def _flip(chance: random.Random, body: bytes) -> bytes:
    broken = bytearray(body or b"{}")
    for _ in range(chance.randint(1, 4)):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    return bytes(broken)


def _cut(chance: random.Random, body: bytes) -> bytes:
    start, stop = sorted(chance.choices(range(len(body) + 1), k=2))
    return chance.choice([body[:start], body[stop:], body[:start] + body[stop:]])


def _splice(chance: random.Random, body: bytes) -> bytes:
    """Something of JSON, or almost, in the place of a value."""
    colons = [index for index, byte in enumerate(body) if byte == ord(":")]
    if not colons:
        return chance.choice(RAW)
    start = chance.choice(colons) + 1
    ends = [index for index in (body.find(b",", start), body.find(b"}", start)) if index > 0]
    return body[:start] + chance.choice(RAW) + body[min(ends, default=start) :]


def _graft(chance: random.Random, body: bytes) -> bytes:
    """A value of another type somewhere in the tree, or a key gone."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return _flip(chance, body)
    node = update
    while isinstance(node, dict) and node:
        key = chance.choice(list(node))
        if isinstance(node[key], dict) and node[key] and chance.random() < 0.7:
            node = node[key]
            continue
        if chance.random() < 0.2:
            del node[key]
        else:
            node[key] = chance.choice(VALUES)
        break
    return json.dumps(update).encode()


BREAK: list[Callable[[random.Random, bytes], bytes]] = [_flip, _cut, _splice, _graft]


@pytest.mark.parametrize("seed", range(WORKERS))
def test_broken_updates_are_read_or_unreadable(seed: int) -> None:
    trial, chance = TRIALS["telegram"], random.Random(seed)
    read = 0
    for _ in range(COUNT // WORKERS):
        body = chance.choice(BODIES)
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            body = chance.choice(BREAK)(chance, body)
        try:
            heard = trial.channel.parse(trial.request(body))
        except Unreadable:
            continue
        read += 1
        for inbound in heard:
            assert isinstance(inbound, Inbound)
            _check_storable(inbound)
    assert read > COUNT // WORKERS // 20


def _check_storable(inbound: Inbound) -> None:
    words = inbound.text + inbound.language + inbound.id + inbound.message_id + inbound.acknowledge_id
    assert b"\x00" not in words.encode()
    assert 0 <= int(inbound.id) < 2**63
    assert 0 < int(inbound.address.id) < 2**63
