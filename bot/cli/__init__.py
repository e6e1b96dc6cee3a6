"""The command line: one command a file, imported when it is called, so that `participabot --help` is quick."""

from importlib import import_module
from keyword import iskeyword
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

COMMANDS = {
    "init": "Write the files of a new town.",
    "check": "Say everything that is wrong in the towns' files.",
    "plan": "Show what apply would add, change and remove.",
    "apply": "Make the towns' files what is served.",
    "approve": "Let a town's first process be shown.",
    "answer": "Publish the town's answer to a proposal.",
    "serve": "Serve the towns.",
    "chat": "Talk to a town in the terminal.",
    "demo": "Try it all on sample towns; `demo data` fills their surveys.",
    "migrate": "Bring the store up to this version.",
    "provision": "Make what an account needs at its provider.",
    "closing": "Show each proposal of a process with its answer, and what is missing to close it.",
    "dropoff": "Show where people stop in a survey.",
    "results": "Show what the answers to a survey add up to.",
    "segments": "Say what words cost on SMS, and why.",
    "spending": "Say what messages have cost, and what may still be spent.",
    "purge": "Throw away what is over.",
    "schema": "Write the schemas that editors complete and check with.",
}


GROUPS: dict[str, str] = {
    "moderate": "Decide about what was reported, or is read before it is published.",
    "broadcast": "Tell many at once: see it first, begin it, hold it, end it, report.",
    "tickets": "Answer what citizens ask the people of the town.",
    "audit": "The log of what matters: read it, verify it.",
    "export": "Proposals as files, for Decidim and for everyone else.",
    "import": "Answers that were given elsewhere.",
    "preview": "Show what citizens will receive, before any of them does.",
}
"""Commands with commands of their own: the module has an `app`."""


class _Later(TyperCommand):
    """A command whose module is imported once it is called."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        module = import_module(f"bot.cli.{self.name}")
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
        alone.command(self.name)(getattr(module, str(self.name)))
        return get_command(alone).make_context(info_name, args, parent, **extra)


class _LaterGroup(TyperGroup):
    """A group whose module is imported once one of its commands is called, or listed."""

    @property
    def _group(self) -> TyperGroup:
        group = get_command(import_module(f"bot.cli.{self.name}{'_' if iskeyword(str(self.name)) else ''}").app)
        if not isinstance(group, TyperGroup):
            raise TypeError(f"{self.name} has no commands of its own")
        return group

    def list_commands(self, ctx: Any) -> list[str]:
        return self._group.list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return self._group.get_command(ctx, cmd_name)


def _nothing() -> None:
    """Never called: `_Later` puts the command in its place."""


app = typer.Typer(
    name="participabot",
    help="The front door to local democracy: citizens take part from the messaging app they already have.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _name, _help in COMMANDS.items():
    app.command(_name, cls=_Later, help=_help)(_nothing)
for _name, _help in GROUPS.items():
    app.add_typer(typer.Typer(cls=_LaterGroup, no_args_is_help=True), name=_name, help=_help)
