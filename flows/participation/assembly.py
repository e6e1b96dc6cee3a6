"""An organ of participation as its file says."""

from dataclasses import dataclass

from flows.participation.words import Words


@dataclass(frozen=True, slots=True)
class Assembly:
    """An organ of participation ("òrgan de participació"): who sits in it, what for, when it meets."""

    slug: str
    code: str
    title: Words
    purpose: Words
    composition: Words
    meets: Words
    official_url: str
