"""What a tenant may be called: its folder's name, in every row and route."""

import re

_TENANT_ID = re.compile(r"[a-z][a-z0-9-]{1,38}")


def is_tenant_id(name: str) -> bool:
    """Can this name a tenant?"""
    return bool(_TENANT_ID.fullmatch(name))
