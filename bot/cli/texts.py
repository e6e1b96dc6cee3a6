"""Words given on the command line, a language each: `--text ca='…'`."""

from collections.abc import Mapping, Sequence

from bot.cli.folder import err, usage
from flows.participation.tenant import Town


def words_of(texts: Sequence[str]) -> dict[str, str]:
    """By language; ends the command where one is given twice or has none."""
    words: dict[str, str] = {}
    for one in texts:
        language, is_there, text = one.partition("=")
        if not is_there or not text.strip():
            usage(f"--text is a language and the words, such as ca='Sí, ho farem.', not {one[:40]!r}.")
        if language in words:
            usage(f"--text {language} is given twice.")
        words[language] = text
    return words


def check_languages(town: Town, words: Mapping[str, str]) -> None:
    """Ends the command where the town does not speak one; says which are missing."""
    unknown = sorted(words.keys() - set(town.languages))
    if unknown:
        usage(f"{town.id} does not speak {', '.join(unknown)}; it speaks {', '.join(town.languages)}.")
    missing = [language for language in town.languages if language not in words]
    if missing:
        err.print(f"Without words in {', '.join(missing)}: who reads that gets another language.", style="yellow")
