"""Is it the store that is in trouble, or our code? Trouble passes: the provider is asked to try again later."""

_OURS = frozenset({"IntegrityError", "ProgrammingError", "DataError", "NotSupportedError"})
_STORE = frozenset({"DatabaseError", "InterfaceError"})


def is_trouble(error: BaseException) -> bool:
    """Whether a turn failed because of the database (full disk, lost connection, locked), by any driver's names."""
    names = {kind.__name__ for kind in type(getattr(error, "orig", None) or error).__mro__}
    return bool(names & _STORE) and not names & _OURS
