"""Checking is loading: whatever is broken in a folder, `check` says yes exactly where `plan` and `apply` do."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config.apply import apply
from bot.config.finding import errors_in
from bot.config.load import load_revision
from bot.config.plan import plan
from bot.config.reading import parsed, read_files
from bot.config.source import pack
from bot.config.tenants import check_all
from storage.database import Store
from storage.keys import Keys
from storage.tenants import Revision
from tests.bot.config.mutations import Mutation, mutation
from tests.conftest import NOW

EACH = 270


@pytest.mark.parametrize("first", range(0, 4 * EACH, EACH))
def test_a_broken_folder_is_refused_or_served_whole(
    first: int, sqlite_template: Path, tmp_path: Path, keys: Keys
) -> None:
    path = tmp_path / "store.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    store = Store(f"sqlite:///{path}", keys)
    verdicts: Counter[str] = Counter()
    try:
        for seed in range(first, first + EACH):
            mutated = mutation(seed)
            verdicts[_verdict(store, mutated)] += 1
    finally:
        store.close()
    assert verdicts["refused"] > EACH / 2
    assert verdicts["applied"] > EACH / 20


def _verdict(store: Store, mutated: Mutation) -> str:
    checked = check_all([mutated.source])[0]
    lines = {(finding.path, finding.line) for finding in checked.findings}
    wrong_lines = [str(one) for one in checked.findings if (one.path, one.line) not in mutated.lines]
    if mutated.is_wild:
        for finding in checked.findings:
            assert 1 <= finding.line <= mutated.source.files.get(finding.path, b"").count(b"\n") + 2, mutated.name
    else:
        assert not wrong_lines, f"{mutated.name}: {sorted(mutated.lines)}"
    if mutated.told:
        assert mutated.told in lines, f"{mutated.name}: {[str(one) for one in checked.findings]}"
    if checked.loaded is None:
        assert errors_in(checked.findings), mutated.name
        return "refused"
    loaded = checked.loaded
    assert not errors_in(checked.findings)
    planned = store.run(loaded.id, lambda db: plan(db, mutated.source, loaded, NOW))
    applied = store.run(loaded.id, lambda db: apply(db, mutated.source, loaded, NOW, "staff:test"))
    assert applied == planned
    assert store.run(loaded.id, lambda db: plan(db, mutated.source, loaded, NOW)).is_current
    stored = store.run(loaded.id, lambda db: db.one(Revision, loaded.hash).files)
    assert stored == pack(mutated.source, parsed(read_files(mutated.source)))
    assert load_revision(loaded.id, stored) == replace(loaded, warnings=())
    return "applied"
