"""Everything that is logged, as it would be printed, with its exceptions."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class Ears(logging.Handler):
    """Keeps every record."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(self.format(record))


@contextmanager
def listening(*names: str, level: int = logging.DEBUG) -> Iterator[Sequence[str]]:
    """What these loggers and the root say meanwhile, at their most talkative."""
    ears, root = Ears(), logging.getLogger()
    loggers = [root, *map(logging.getLogger, names)]
    levels = [logger.level for logger in loggers]
    root.addHandler(ears)
    for logger in loggers:
        logger.setLevel(level)
    try:
        yield ears.heard
    finally:
        root.removeHandler(ears)
        for logger, before in zip(loggers, levels, strict=True):
            logger.setLevel(before)
