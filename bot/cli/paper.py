"""Bringing answers on paper into the store, and taking a batch of them out again."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from bot.cli.folder import problem
from bot.response_file import Sheet
from flows.participation.survey import Survey
from storage.audit import record
from storage.batches import Batch, batch_of_file, forget_batch
from storage.database import Db, Store
from storage.responses import Response, add_response

SOURCES = ("paper", "assembly", "counter")
_RECEIPT = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def bring_in(store: Store, tenant_id: str, batch: Batch, survey: Survey, sheets: Sequence[Sheet]) -> int:
    """Keep the sheets of a file, all or none, and return the number of their batch; ends the command where the same
    file came in before."""

    def keep(db: Db) -> tuple[int, bool]:
        before = batch_of_file(db, survey.slug, batch.file_hash)
        if before is not None:
            return before, False
        detail = {"batch": batch.id, "count": batch.count, "source": batch.source, "file": batch.file_hash}
        record(db, batch.operator, "responses_imported", f"survey:{survey.slug}", batch.imported_at, detail)
        for sheet in sheets:
            add_response(db, _response(survey, sheet, batch))
        number = batch.id
        db.add(batch)
        return number, True

    number, is_new = store.run(tenant_id, keep)
    if not is_new:
        problem(f"This very file came in before, as batch {number}; undo that one first.")
    return number


def undo(store: Store, tenant_id: str, number: int, by: str, now: datetime) -> int:
    """Take a batch out again; returns how many responses went. Ends the command where there is none."""

    def take(db: Db) -> int | None:
        batch = db.find(Batch, number)
        if batch is None or batch.undone_at is not None:
            return None
        batch.undone_at, batch.undone_by = now, by
        forget_batch(db, batch.survey, number)
        record(db, by, "responses_undone", f"survey:{batch.survey}", now, {"batch": number, "count": batch.count})
        return batch.count

    gone = store.run(tenant_id, take)
    if gone is None:
        problem(f"There is no batch {number} that could be undone.")
    return gone


def _response(survey: Survey, sheet: Sheet, batch: Batch) -> Response:
    return Response(
        survey=survey.slug,
        revision=survey.hash,
        receipt="".join(secrets.choice(_RECEIPT) for _ in range(8)),
        answers=sheet.answers,
        channel="",
        language="",
        submitted_at=sheet.at,
        source=batch.source,
        batch_id=batch.id,
        is_registered=False,
    )
