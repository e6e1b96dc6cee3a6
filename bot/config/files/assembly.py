"""`assemblies/<slug>.yaml`: an organ of participation."""

from pydantic import Field

from bot.config.kinds import Long, PublicUrl, Short, Title, Written


class AssemblyFile(Written):
    """Who sits in it, what for, and when it meets."""

    title: Title
    purpose: Long
    composition: Long
    meets: Short = Field(examples=[{"ca": "El primer dijous de cada mes"}])
    official_url: PublicUrl = Field(examples=["https://participa.example.org/consell"])
