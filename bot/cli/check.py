"""`participabot check`: everything that is wrong in the towns' files, at once."""

from dataclasses import asdict

import typer

from bot.cli.folder import AsJson, Folder, Only, err, out, print_findings, print_json, tenants_in
from bot.config.finding import errors_in


def check(folder: Folder = None, tenant: Only = None, as_json: AsJson = False) -> None:
    """Say everything that is wrong in the towns' files, as `file:line:column: what (hint)`.

    Exit code 0 if all of them can be applied (warnings may remain), 1 if not.
    """
    tenants = tenants_in(folder, tenant)
    errors = sum(len(errors_in(one.findings)) for one in tenants)
    if as_json:
        print_json(
            [
                {"tenant": one.source.id, **asdict(finding), "path": f"{one.source.where}/{finding.path}"}
                for one in tenants
                for finding in one.findings
            ]
        )
    else:
        print_findings(tenants, to=out)
        warnings = sum(len(one.findings) for one in tenants) - errors
        towns = f"{len(tenants)} town{'s' if len(tenants) > 1 else ''}"
        err.print(f"{towns}: {errors} errors, {warnings} warnings", style="red" if errors else "green")
    raise typer.Exit(1 if errors else 0)
