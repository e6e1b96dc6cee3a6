"""Compile `flows/locales/*.po` to `.mo`: for the Makefile's targets, and for the wheel as hatchling's build hook."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent


def compile_catalogs(root: Path) -> list[Path]:
    """Compile every catalogue whose compiled file is missing or older; return all compiled files."""
    compiled = []
    for source in sorted(root.glob("flows/locales/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime <= source.stat().st_mtime:
            with source.open("rb") as words:
                catalog = read_po(words, locale=source.parent.parent.name, abort_invalid=True)
            unfinished = target.with_suffix(".mo.new")
            with unfinished.open("wb") as out:
                write_mo(out, catalog)
            unfinished.replace(target)
        compiled.append(target)
    return compiled


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:
    pass
else:

    class CatalogsHook(BuildHookInterface[Any]):
        """Puts the compiled catalogues, which git ignores, into the wheel."""

        PLUGIN_NAME = "catalogs"

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            root = Path(self.root)
            compiled = compile_catalogs(root)
            build_data["artifacts"] += [path.relative_to(root).as_posix() for path in compiled]


if __name__ == "__main__":
    compile_catalogs(ROOT)
