"""Why a send or a fetch failed: a closed list, each with what to do about it.

A channel raises the one that fits; the outbox, or who fetches, acts on it. Anything a provider says that is not
known here is `Misconfigured`: retrying a message that cannot be accepted helps nobody.
"""


class SendFailed(Exception):
    """A message did not leave. `reason` is for staff: no address, no text, no secret."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Later(SendFailed):
    """Certainly not sent; try again, not before `after` seconds where the provider said so."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


class AddressStopped(SendFailed):
    """The citizen blocked us or is gone: nothing more goes to this address until it writes again."""


class AddressMoved(SendFailed):
    """The same person is now reached at `new_id`: change the address and send again."""

    def __init__(self, reason: str, new_id: str) -> None:
        super().__init__(reason)
        self.new_id = new_id


class Misconfigured(SendFailed):
    """The account or the message is wrong and will be wrong again: a person must mend it."""


class FileGone(SendFailed):
    """The provider no longer has the file, or never had: asking again brings nothing."""


class FileTooLarge(SendFailed):
    """The file has more bytes than it was said to have, or than were asked for at most."""


class OutsideWindow(SendFailed):
    """The person has not written for so long that the provider takes approved templates only, and none says this."""


class NotAllowed(SendFailed):
    """Our own settings forbid it: a country that is not served."""


class Uncertain(SendFailed):
    """The answer was lost: it may have been sent, and nobody can tell."""
