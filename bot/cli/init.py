"""`participabot init`: the files of a new town."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from bot.cli.folder import current_settings, err, line, out, usage
from bot.cli.starter import Answers, slug_of, starter_files
from bot.config.kinds import LANGUAGES
from bot.config.schemas import schema_files
from bot.config.source import read_folder
from bot.config.tenant_id import is_tenant_id
from bot.config.tenants import check_all

Value = TypeVar("Value", str, int)

_SCHEMAS = ".schemas"
_STEPS = """
Written: {folder}

What only the town can write is still to do:
{findings}
Next:
  1. Put the town's shield in place of {folder}/shield.svg.
  2. Write the first process into {folder}/processes/; examples/tenants has several.
  3. participabot check {folder}      until nothing is left
  4. participabot migrate             once, makes the store
  5. participabot plan {parent}       shows what would change
  6. participabot apply {parent}      makes it what is served
"""


def init(
    folder: Annotated[
        Path | None, typer.Argument(help="Where towns are kept. Default: PARTICIPABOT_TENANTS, else `tenants`.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="The town's name.")] = None,
    id: Annotated[str | None, typer.Option("--id", help="Its folder; made from the name unless given.")] = None,
    languages: Annotated[str | None, typer.Option(help="Of ca, es, en, with commas; the default first.")] = None,
    time_zone: Annotated[str, typer.Option(help="Of all dates and hours.")] = "Europe/Madrid",
    prefix: Annotated[str | None, typer.Option(help="Of references: VIL of VIL-PROP-2026-11-0042.")] = None,
    keyword: Annotated[str | None, typer.Option(help="What citizens write to choose the town.")] = None,
    official_url: Annotated[str | None, typer.Option(help="The town's participation page, https.")] = None,
    population: Annotated[int | None, typer.Option(help="How many people live there.")] = None,
    phone: Annotated[str | None, typer.Option(help="Where citizens find people: +34 600 000 001.")] = None,
    email: Annotated[str | None, typer.Option(help="And the address they can write to.")] = None,
    administrator: Annotated[str | None, typer.Option(help="The first person in charge.")] = None,
    administrator_email: Annotated[str | None, typer.Option(help="Their address; else the town's.")] = None,
    profile: Annotated[str, typer.Option(help="technical, elected or other.")] = "technical",
    grant: Annotated[str | None, typer.Option(help="The decree that grants the platform; may come later.")] = None,
    grant_date: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Its date.")] = None,
    username: Annotated[
        str | None, typer.Option(help="The town's Telegram bot, without @; empty for the platform's.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: take the options and the defaults.")] = False,
) -> None:
    """Write the files of a new town: a few questions, then a folder that `check` accepts up to what only the town can
    write (its terms of use, its privacy notice, its grant).
    """
    parent = folder or current_settings().tenants
    called = _ask("The town's name", name, None, yes, "--name")
    chosen = _ask("Its folder", id, slug_of(called), yes, "--id")
    if not is_tenant_id(chosen):
        usage(
            f"A folder of a town is named with a-z, 0-9 and -, from 2 to 39, beginning with a letter: not {chosen!r}."
        )
    home = parent / chosen
    if home.exists():
        usage(f"{home} is there already; nothing was written.")
    letters = "".join(one for one in chosen if one.isalnum())
    contact = _ask("Email for citizens", email, None, yes, "--email")
    answers = Answers(
        id=chosen,
        name=called,
        languages=_languages(_ask("Languages, the default first", languages, "ca,es,en", yes, "--languages")),
        time_zone=time_zone,
        prefix=_ask("Prefix of references", prefix, letters[:3].upper(), yes, "--prefix"),
        keyword=_ask("Keyword on a shared account", keyword, letters[:20], yes, "--keyword"),
        official_url=_ask("The town's participation page (https)", official_url, None, yes, "--official-url"),
        population=_ask("Population", population, None, yes, "--population"),
        phone=_ask("Telephone for citizens (+34 …)", phone, None, yes, "--phone"),
        email=contact,
        administrator=_ask("First person in charge, a technical profile", administrator, None, yes, "--administrator"),
        administrator_email=administrator_email or contact,
        profile=profile,
        grant=_ask("Decree that grants the platform (empty: later)", grant, "", yes, "--grant"),
        grant_date=(grant_date or datetime.now(UTC)).date(),
        username=_ask("Telegram bot of its own (empty: the platform's)", username, "", yes, "--username"),
    )
    _write(parent, home, answers)
    _print_steps(parent, home)


def _ask(question: str, given: Value | None, default: Value | None, yes: bool, option: str) -> Value:
    if given is not None:
        return given
    if not yes:
        kind = int if question == "Population" else str
        answer: Value = typer.prompt(question, default=default, type=kind, show_default=default not in (None, ""))
        return answer
    if default is None:
        usage(f"With --yes, {option} is needed: there is no default for it.")
    return default


def _languages(written: str) -> list[str]:
    languages = [one.strip() for one in written.split(",") if one.strip()]
    if not languages or any(one not in LANGUAGES for one in languages):
        usage(f"Languages are of {', '.join(LANGUAGES)}, with commas between: not {written!r}.")
    return list(dict.fromkeys(languages))


def _write(parent: Path, home: Path, answers: Answers) -> None:
    try:
        for path, text in starter_files(answers, f"../{_SCHEMAS}").items():
            file = home / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        (home / "processes").mkdir()
        (parent / _SCHEMAS).mkdir(exist_ok=True)
        for name, text in schema_files().items():
            (parent / _SCHEMAS / name).write_text(text, encoding="utf-8")
    except OSError as failure:
        usage(f"Cannot write into {home}: {failure.strerror}.")


def _print_steps(parent: Path, home: Path) -> None:
    checked = check_all([read_folder(home)], is_whole=False)[0]
    findings = "".join(f"  {line(checked.source, finding)}\n" for finding in checked.findings)
    out.print(_STEPS.format(folder=home, parent=parent, findings=findings))
    if any(finding.code not in {"model", "to_fill", "blank"} for finding in checked.findings):
        err.print("Some of what you answered is not right either: see above.", style="yellow")
