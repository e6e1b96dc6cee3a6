"""Answers that came in together, from paper or an assembly."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Field, col, delete, select

from storage.responses import Response
from storage.row import IdRow

if TYPE_CHECKING:
    from storage.database import Db


class Batch(IdRow, table=True):
    """Answers that a person of the town brought in from paper or an assembly."""

    __tablename__ = "batches"

    survey: str = Field(max_length=80)
    source: str = Field(max_length=20)
    operator: str = Field(max_length=120)
    file_hash: str = Field(max_length=64)
    """SHA-256 (hex): the same file does not come in twice."""
    count: int
    imported_at: datetime
    undone_at: datetime | None = None
    undone_by: str = Field(default="", max_length=120)


def batch_of_file(db: "Db", survey: str, file_hash: str) -> int | None:
    """The batch that this very file came in as, unless it was undone."""
    same = (col(Batch.survey) == survey, col(Batch.file_hash) == file_hash, col(Batch.undone_at).is_(None))
    return db.first(select(Batch.id).where(*same))


def batches_of(db: "Db", survey: str) -> list[Batch]:
    """All that was brought in for a survey, the newest first."""
    found = db.all(select(Batch).where(col(Batch.survey) == survey))
    return sorted(found, key=lambda batch: batch.id, reverse=True)


def forget_batch(db: "Db", survey: str, batch_id: int) -> None:
    """Delete the responses of a batch."""
    db.execute(delete(Response).where(col(Response.survey) == survey, col(Response.batch_id) == batch_id))
