"""What a webhook missed: what came in is listed at the start and every few minutes, and what is known acts once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from channels.channel import Heard
from channels.errors import SendFailed
from channels.twilio_calls import Listed, TwilioCalls

_LOOK_BACK = timedelta(hours=24)
_OVERLAP = timedelta(minutes=10)
_EVERY, _EVERY_WITHOUT_WEBHOOK = 300.0, 10.0
_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 600.0
_AT_ONCE = 50

_logger = logging.getLogger(__name__)


async def hear_missed(
    calls: TwilioCalls,
    name: str,
    has_webhook: bool,
    clock: Callable[[], datetime],
    hear: Callable[[Listed], Awaitable[Heard]],
    deliver: Callable[[Sequence[Heard]], Awaitable[None]],
) -> None:
    """Until cancelled, for the account that logs call by this name. Without a webhook it is the only way in, and goes
    round quicker."""
    since, pause = clock() - _LOOK_BACK, _FIRST_PAUSE
    while True:
        try:
            came = await calls.came_since(since)
            messages = [await hear(message) for message in came]
        except SendFailed as failure:
            _logger.warning("%s cannot list: %s", name, failure.reason)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
            continue
        for first in range(0, len(messages), _AT_ONCE):
            await deliver(messages[first : first + _AT_ONCE])
        if came:
            since = max(since, came[-1].created_at - _OVERLAP)
        pause = _FIRST_PAUSE
        await asyncio.sleep(_EVERY if has_webhook else _EVERY_WITHOUT_WEBHOOK)
