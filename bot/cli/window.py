"""A channel that takes free words only for a while after the citizen's last: what may still be said to them there."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from sqlmodel import func, select

from bot.cli.served import served
from bot.config.files.channels import WhatsappPart
from bot.desk import live_address
from channels.catalog import CHANNELS
from channels.errors import OutsideWindow
from channels.message import Outbound
from channels.whatsapp_parts import template_of
from flows.participation.tenant import Town
from storage.database import Db, Store
from storage.participants import Address
from storage.tickets import ticket_of_code


class Window(Struct):
    """Open, or closed and then only for words that the town has had approved."""

    is_closed: bool = False
    channel: str = ""
    templates: Mapping[str, Mapping[str, str]] = {}
    language: str = ""
    has_refused: bool = False
    """Something was not said."""

    def admits(self, outbound: Outbound) -> bool:
        """Whether it can be said. The general template would not say it: the words are what counts."""
        if self.is_closed and not self._is_approved(outbound):
            self.has_refused = True
            return False
        return True

    @property
    def why(self) -> str:
        """What keeps it from being said, and what can be done."""
        hours = int(CHANNELS[self.channel].limits.window // 3600)
        return (
            f"the citizen has not written by {self.channel} for {hours} hours, and no approved template says it "
            f"(`templates.person` in channels.yaml, at most a few lines)"
        )

    def _is_approved(self, outbound: Outbound) -> bool:
        if outbound.template is None or outbound.template.name not in self.templates:
            return False
        try:
            template_of(outbound, self.templates, self.language)
        except OutsideWindow:
            return False
        return True


def window_of(store: Store, town: Town, code: str, now: datetime) -> Window:
    """Of the citizen whose ticket it is, where they would be written to."""

    def reached(db: Db) -> tuple[str, datetime | None] | None:
        ticket = ticket_of_code(db, code)
        if ticket is None or (address := live_address(db, ticket)) is None:
            return None
        theirs = (Address.participant_id == ticket.participant_id, Address.channel == address.channel)
        return address.lane, db.first(select(func.max(Address.heard_at)).where(*theirs))

    lane, heard_at = store.run(town.id, reached) or ("", None)
    channel, _, owner = lane.partition(":")
    lasts = CHANNELS[channel].limits.window if channel else 0.0
    if not lasts or (heard_at is not None and now - heard_at < timedelta(seconds=lasts)):
        return Window()
    account = next((each for each in served(store, owner).accounts if each.channel == channel), None)
    part = account.part if account else None
    templates = part.templates if isinstance(part, WhatsappPart) else {}
    by_name = {name: {str(each): sid for each, sid in sids.items()} for name, sids in templates.items()}
    return Window(is_closed=True, channel=channel, templates=by_name, language=town.language)
