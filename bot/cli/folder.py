"""What commands share about a folder of tenants: choosing it, reading it, and printing what was found."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn, TypeAlias

import typer
from rich.console import Console
from rich.text import Text

from bot.config.finding import Finding, Level
from bot.config.settings import Settings, WrongSettings, settings
from bot.config.source import Source, is_tenant
from bot.config.tenants import Checked, check_all, sources_in

Folder: TypeAlias = Annotated[
    Path | None,
    typer.Argument(help="A folder of towns, or one town's. Default: PARTICIPABOT_TENANTS, else `tenants`."),
]
Only: TypeAlias = Annotated[str | None, typer.Option("--tenant", "-t", help="Only this town of the folder.")]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

out = Console(soft_wrap=True, highlight=False, markup=False)
err = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)


def usage(message: str) -> NoReturn:
    """End with exit code 2: what was asked for cannot be done as it was asked."""
    err.print(Text(message))
    raise typer.Exit(2)


def problem(message: str) -> NoReturn:
    """End with exit code 1: something is in the way."""
    err.print(Text(message))
    raise typer.Exit(1)


def current_settings() -> Settings:
    """The settings, or an end with exit code 2."""
    try:
        return settings()
    except WrongSettings as wrong:
        usage(str(wrong))


def tenants_in(folder: Path | None, only: str | None = None) -> list[Checked]:
    """The folder's tenants, checked together; ends with exit code 2 where there are none."""
    folder = folder or current_settings().tenants
    if not folder.is_dir():
        usage(f"There is no folder {folder}. Name one, or make a town with `participabot init`.")
    checked = check_all(sources_in(folder), is_whole=not is_tenant(folder))
    if not checked:
        usage(f"There is no town in {folder}: no folder in it has a tenant.yaml.")
    chosen = [one for one in checked if only is None or one.source.id == only]
    if not chosen:
        usage(f"There is no town {only} in {folder}; there are: {', '.join(one.source.id for one in checked)}.")
    return chosen


def print_findings(tenants: Sequence[Checked], *, to: Console) -> None:
    """Every finding on a line of its own, as editors understand it."""
    for tenant in tenants:
        print_lines(tenant.source, tenant.findings, to=to)


def print_lines(source: Source, findings: Sequence[Finding], *, to: Console) -> None:
    """What was found in one tenant's files."""
    for finding in findings:
        style = "yellow" if finding.level is Level.WARNING else "red"
        place, _, words = line(source, finding).partition(": ")
        to.print(Text(f"{place}: ", style="bold") + Text(words, style=style))


def line(source: Source, finding: Finding) -> str:
    """A finding with its whole path."""
    return f"{source.where}/{finding}" if source.where not in ("", ".") else str(finding)


def print_json(value: object) -> None:
    """Print for programs."""
    print(json.dumps(value, ensure_ascii=False, indent=2))
