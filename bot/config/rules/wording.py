"""Rules of every text: in the town's languages, with known placeholders, without unsafe links."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bot.config.fields import translated
from bot.config.files.broadcast import BroadcastFile
from bot.config.finding import START, Finding, Place, error, warning
from bot.config.placeholders import NAMES, wrong_pieces
from bot.config.reading import Files
from bot.config.spot import Spot
from bot.config.texts import EASY
from flows.participation.broadcast import PERSONAL
from flows.participation.words import EASY as EASY_MARK

MODEL_MARK = "<!-- model"
_BLANK = re.compile(r"\[\[[^\]\n]*\]\]")
_SCRIPT = re.compile(r"javascript\s*:", re.IGNORECASE)
_PLAIN = re.compile(r"http://", re.IGNORECASE)
_PASSAGE = 24
"""So many characters tell one place in a text from another."""
_SHORTER = "shorter sentences, fewer words"


def findings(files: Files) -> Iterator[Finding]:
    """What is wrong in the texts of every file."""
    for spot, kind in files.written:
        texts = list(translated(kind, spot))
        names = (*NAMES, *PERSONAL) if kind is BroadcastFile else NAMES
        yield from _languages(files, texts)
        for text in texts:
            yield from _easy(text)
            for words in _words(text):
                for start, code, message, hint in _faults(words.text or "", names):
                    passage = (words.text or "")[start:][:_PASSAGE].partition("\n")[0]
                    finding = words.warning if code == "plain_http" else words.error
                    yield finding(code, message, hint, words=passage)
    for kind_of, papers in files.papers.items():
        yield from _papers(files, kind_of, papers)


def _words(text: Spot) -> Iterator[Spot]:
    """Its languages, and those of its plain language."""
    for language, words in text.entries:
        if language == EASY:
            yield from (easy for _, easy in words.entries)
        else:
            yield words


def _easy(text: Spot) -> Iterator[Finding]:
    for language, easy in text[EASY].entries:
        plain = text[language].text
        if easy.text and plain and len(easy.text) > len(plain):
            yield easy.warning("easy_longer", f"`{_path(easy)}` is longer than the text that it makes easy", _SHORTER)


def _path(spot: Spot) -> str:
    return ".".join(part if isinstance(part, str) else f"[{part + 1}]" for part in spot.path).replace(".[", "[")


def _languages(files: Files, texts: list[Spot]) -> Iterator[Finding]:
    missing: Counter[str] = Counter()
    first: Spot | None = None
    for text in texts:
        spoken = {language for language, _ in text.entries}
        absent = [language for language in files.languages if language not in spoken]
        if not spoken or not absent:
            continue
        name = _path(text)
        default = files.languages[0]
        place = text.document.key(text.path)
        if default in absent:
            message = f"`{name}` has no text in `{default}`, the town's default language"
            yield error(text.document.path, place, "default_language", message, f"add `{default}: …`")
        for language in absent:
            if language != default and files.is_strict:
                message = f"`{name}` has no text in `{language}`, and `strict_languages` is set"
                yield error(text.document.path, place, "other_language", message, f"add `{language}: …`")
            elif language != default:
                missing[language] += 1
                first = first or text
    if first is not None:
        counts = ", ".join(f"{count} in `{language}`" for language, count in sorted(missing.items()))
        place = first.document.key(first.path)
        yield warning(first.document.path, place, "other_language", f"texts missing: {counts}", "here is the first")


def _papers(files: Files, kind: str, papers: dict[str, str]) -> Iterator[Finding]:
    is_due = kind != "help" if files.tenant is not None else False
    for language in files.languages if is_due or papers else []:
        path = f"{kind}/{language}.md"
        if language in papers:
            continue
        if language == files.languages[0]:
            yield error(
                path, START, f"no_{kind}", "is missing", f"the town's own, in its default language `{language}`"
            )
        elif files.is_strict:
            yield error(path, START, "other_language", "is missing, and `strict_languages` is set")
        else:
            yield warning(
                path, START, "other_language", "is missing", "people who read this language get the default one"
            )
    for language, text in papers.items():
        plain = papers.get(language.removesuffix(EASY_MARK))
        if plain and language.endswith(EASY_MARK) and len(text) > len(plain):
            message = f"is longer than {kind}/{language.removesuffix(EASY_MARK)}.md, which it makes easy"
            yield warning(f"{kind}/{language}.md", START, "easy_longer", message, _SHORTER)
        yield from _paper(f"{kind}/{language}.md", text, kind)


def _paper(path: str, text: str, kind: str) -> Iterator[Finding]:
    if not text.strip():
        yield error(path, START, "blank", "is blank", "write the text, or delete the file")
    for number, line in enumerate(text.split("\n"), 1):
        if MODEL_MARK in line.casefold():
            place = Place(number, line.casefold().index(MODEL_MARK) + 1)
            hint = "make the text the town's own, then delete this line"
            yield error(path, place, "model", f"the {kind} text is still the model", hint)
        for blank in _BLANK.finditer(line):
            place = Place(number, blank.start() + 1)
            yield error(path, place, "to_fill", f"a blank to fill in: {blank[0][:60]}", "write what it asks for")
        for start, code, message, hint in _faults(line):
            place = Place(number, start + 1)
            yield (warning if code == "plain_http" else error)(path, place, code, message, hint)


def _faults(text: str, names: Sequence[str] = NAMES) -> Iterator[tuple[int, str, str, str]]:
    """What is wrong in one text: where, the code, the message and the hint."""
    for piece in wrong_pieces(text, names):
        yield piece.start(), "placeholder", f"`{piece[0][:40]}` is not a placeholder", _known(names)
    if found := _SCRIPT.search(text):
        yield found.start(), "script", "a link that runs a script", "write an address that begins with https://"
    if found := _PLAIN.search(text):
        yield found.start(), "plain_http", "an address without https", "write https:// if the page has it"


def _known(names: Sequence[str]) -> str:
    return f"known: {', '.join(f'{{{name}}}' for name in names)}; a brace itself is written twice"
