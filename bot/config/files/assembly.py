"""`assemblies/<slug>.yaml`: an organ of participation."""

from pydantic import Field

from bot.config.kinds import PublicUrl, Written
from bot.config.texts import Long, Short, Title


class AssemblyFile(Written):
    """Who sits in it, what for, and when it meets."""

    title: Title
    purpose: Long
    composition: Long
    meets: Short = Field(examples=[{"ca": "El primer dijous de cada mes"}])
    official_url: PublicUrl = Field(examples=["https://participa.example.org/consell"])
