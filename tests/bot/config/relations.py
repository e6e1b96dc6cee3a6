"""Which lines of the good town speak of the same thing: what is broken on one may be told on another."""

from bot.config.building import Path
from bot.config.document import Document, read_document
from tests.bot.config.vilabona import good

Line = tuple[str, int]
DEPENDENT = ("debates/", "meetings/", "results/")


def document_of(path: str) -> Document:
    return read_document(path, good().files[path])


def block(document: Document, key: Path) -> range:
    """The lines of a key and of all that belongs to it."""
    start = document.keys[key]
    for number in range(start.line + 1, len(document.lines) + 1):
        line = document.lines[number - 1]
        if len(line) - len(line.lstrip()) < start.column:
            return range(start.line, number)
    return range(start.line, len(document.lines) + 1)


def dependents() -> set[Line]:
    """The lines of what belongs to a process that speak of its dates, its age and its name."""
    keys = {"process", "min_age", "starts_at", "ends_at"}
    files = [path for path in good().files if path.startswith(DEPENDENT)]
    return {(path, at.line) for path in files for one, at in document_of(path).keys.items() if one[-1] in keys}


def related(path: str, key: Path) -> set[Line]:
    """Lines of the good town on which other things speak of what stands at this key."""
    words = {str(part) for part in key}
    if path == "tenant.yaml" and words & {"languages", "strict_languages"}:
        return {(one, number) for one in good().files for number in range(1, 100)}
    related: set[Line] = set()
    document = document_of(path)
    if path.startswith("processes/") and "phases" in words:
        related |= {(path, at.line) for one, at in document.keys.items() if one[0] == "phases" and len(one) < 4}
        related |= {(path, at.line) for one, at in document.values.items() if "allows" in one}
        related.add(("surveys/us.yaml", 1))
    if words & {"min_age", "min_age_reason", "opens", "closes", "support", "token", "secret", "mode", "username"}:
        related |= {(path, number) for number in range(1, len(document.lines) + 1) if number < 40}
    if path.startswith("processes/") and words & {"supports", "comments", "allows", "hides_supports"}:
        related |= {(path, at.line) for one, at in document.keys.items() if {"supports", "comments"} & set(one)}
        related |= {(path, at.line) for one, at in document.keys.items() if "hides_supports" in one}
    if path.startswith("processes/") and words & {"phases", "min_age"}:
        related |= dependents()
    if path.startswith(DEPENDENT):
        related |= {(path, at.line) for at in document.keys.values()}
    if "prefix" in words:
        related |= {("results/cami.yaml", number) for number in range(1, 100)}
    if "shield" in words or "branding" in words:
        related |= {("shield.svg", 1)}
    return related


def file_relations(path: str) -> set[Line]:
    if path == "tenant.yaml":
        return {(one, 1) for one in (*good().files, "platform.yaml")}
    if path == "surveys/us.yaml":
        return {("processes/mercat.yaml", 39)}
    if path.startswith("processes/"):
        return {("surveys/us.yaml", 1), *dependents()}
    if path.startswith("help/"):
        return {("help/ca.md", 1)}
    return {("tenant.yaml", 34)} if path == "shield.svg" else set()
