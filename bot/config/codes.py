"""Public codes in deep links, of towns and of what stands in their files: the same for every revision."""

import base64
import hashlib


def town_code(tenant_id: str) -> str:
    """The code of a town."""
    return _code(tenant_id)


def subject_code(tenant_id: str, kind: str, slug: str) -> str:
    """The code of a "process", "assembly", "survey", "debate", "meeting" or "result" of a town."""
    return _code(f"{tenant_id}/{kind}/{slug}")


def _code(name: str) -> str:
    digest = hashlib.sha256(f"participabot:{name}".encode()).digest()
    return base64.b32encode(digest).decode().lower()[:10]
