"""What was measured against what was promised: a row each, as a table and as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

import msgspec
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One promise. `value` is the ratio of ours to the reference, or a count; a bound is None where there is none."""

    name: str
    value: float
    unit: str = ""
    ours: float | None = None
    reference: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    aim: float | None = None
    rounds: tuple[float, ...] = ()
    """The value in each round."""
    detail: Mapping[str, Sequence[float]] = field(default_factory=dict)

    @property
    def reached(self) -> bool:
        """The promise is kept."""
        return (self.at_least is None or self.value >= self.at_least) and (
            self.at_most is None or self.value <= self.at_most
        )

    @property
    def target(self) -> str:
        """The promise in short; empty where there is none, and a figure is only told."""
        if self.at_least is None and self.at_most is None:
            return ""
        bound = f"≥ {self.at_least:g}" if self.at_least is not None else f"≤ {self.at_most:g}"
        return f"{bound} (aim {self.aim:g})" if self.aim is not None else bound


def ratio(
    name: str,
    unit: str,
    ours: Sequence[float],
    reference: Sequence[float],
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    aim: float | None = None,
    detail: Mapping[str, Sequence[float]] | None = None,
) -> Row:
    """The median over the rounds of ours divided by the reference of the same round."""
    rounds = tuple(mine / theirs for mine, theirs in zip(ours, reference, strict=True))
    middle = (median(rounds), unit, median(ours), median(reference))
    return Row(name, *middle, at_least, at_most, aim, rounds, detail or {})


def show(rows: Sequence[Row]) -> None:
    """Print the table."""
    table = Table(title="Participabot, measured (medians; ratios within one run)")
    for column in ("what", "ours", "reference", "", "value", "spread", "target", "reached"):
        table.add_column(column, justify="left" if column in {"what", "", "target"} else "right")
    for row in rows:
        spread = f"{min(row.rounds):.2f}–{max(row.rounds):.2f}" if row.rounds else ""
        reached = ("[green]yes[/]" if row.reached else "[red]no[/]") if row.target else ""
        numbers = [_number(row.ours), _number(row.reference), row.unit, f"{row.value:.2f}".removesuffix(".00")]
        table.add_row(row.name, *numbers, spread, row.target, reached)
    Console(width=max(120, Console().width)).print(table)


def write(rows: Sequence[Row], path: Path) -> None:
    """Write the rows, with each round's figures, as JSON."""
    content = [{**asdict(row), "reached": row.reached} for row in rows]
    path.write_bytes(msgspec.json.format(msgspec.json.encode(content)) + b"\n")


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
