"""Who works across tenants, or goes from one to another, by name: a new one is a decision, not an accident."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "channels", "flows", "storage")


def callers(*methods: str, of: str = "") -> set[str]:
    """Every function that calls a method of these names (of what is called `of`), as "room/file.py function"."""
    return {
        f"{path.relative_to(ROOT)} {function}"
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        for function, call in _calls(ast.parse(path.read_text()), "")
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in methods
        and ast.unparse(call.func.value).endswith(of)
    }


def _calls(node: ast.AST, function: str) -> Iterator[tuple[str, ast.Call]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield function, child
        name = child.name if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)) else function
        yield from _calls(child, name)


def test_who_works_across_tenants() -> None:
    assert callers("no_tenant", "run_no_tenant") == {
        "bot/broadcasts.py _feed",
        "bot/broadcasts.py close_receipts",
        "bot/broadcasts.py sweep",
        "bot/lookout.py sweep",
        "bot/cli/served.py served_ids",
        "bot/cli/served.py town_having",
        "bot/cli/served.py tenants_named",
        "bot/cli/serving.py running",
        "bot/cli/spending.py _found",
        "bot/cli/spending.py _lines",
        "bot/cli/spending.py _money",
        "bot/handovers.py sweep",
        "bot/media.py sweep",
        "bot/judging.py sweep",
        "bot/outbox.py _claim",
        "bot/outbox.py reclaim",
        "bot/outbox.py recover",
        "bot/outbox.py sweep",
        "bot/outcomes.py _write",
        "bot/purse.py _read",
        "bot/reception.py why_not_ready",
        "bot/sealer.py look_back",
        "bot/sealer.py sweep",
        "bot/digests.py sweep",
        "bot/reminders.py sweep",
        "bot/towns.py reload",
        "bot/updates.py sweep",
    }


def test_who_goes_from_one_tenant_to_another_in_a_turn() -> None:
    assert callers("move", of="db") == {
        "bot/bindings.py forget_everywhere",
        "bot/callers.py _leave",
        "bot/callers.py caller",
        "bot/callers.py is_nobody",
        "bot/callers.py town",
        "bot/hearing.py _explain",
        "bot/hearing.py _move",
        "bot/letters.py _bind",
        "bot/proof.py answered",
        "bot/receipts.py _take",
        "bot/stops.py stop_everywhere",
    }
