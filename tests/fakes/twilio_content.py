"""Twilio's Content API as far as buttons, lists and approved words need it: it refuses what Twilio's pages refuse."""

import itertools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.twilio_content_limits import (
    VARIABLE,
    check_apart,
    check_body_values,
    check_lengths,
    check_types,
    check_variables,
    filled_in,
    read_variables,
)
from tests.fakes.twilio_refusals import Refused, refuse

_IN_SESSION_BUTTONS = 3


@dataclass(frozen=True)
class Shown:
    """What a phone shows of a message: its words, and what can be pressed, each with what a press brings back."""

    body: str
    buttons: Sequence[tuple[str, str]] = ()
    opener: str = ""
    items: Sequence[tuple[str, str, str]] = ()
    """Item, description, id."""

    @property
    def labels(self) -> list[str]:
        """What is read on buttons and items."""
        return [title for title, _ in self.buttons] + [below or item for item, below, _ in self.items]

    @property
    def choices(self) -> list[str]:
        """The ids."""
        return [id for _, id in self.buttons] + [id for _, _, id in self.items]


@dataclass
class Content:
    sid: str
    friendly_name: str
    language: str
    variables: Mapping[str, str]
    types: Mapping[str, Any]
    is_approved: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "sid": self.sid,
            "account_sid": "AC" + "0" * 32,
            "friendly_name": self.friendly_name,
            "language": self.language,
            "variables": self.variables,
            "types": self.types,
            "date_created": "2026-11-26T09:00:00Z",
            "date_updated": "2026-11-26T09:00:00Z",
            "url": f"https://content.twilio.com/v1/Content/{self.sid}",
            "links": {},
        }


@dataclass
class Contents:
    """One account's resources."""

    by_sid: dict[str, Content] = field(default_factory=dict)
    calls: int = 0

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)

    def create(self, request: Any) -> Content:
        """Raises `Refused`."""
        self.calls += 1
        if not isinstance(request, dict) or set(request) - {"friendly_name", "language", "variables", "types"}:
            raise refuse(20001, "not a content resource")
        name, language, variables, types = (
            request.get(key) for key in ("friendly_name", "language", "variables", "types")
        )
        if not isinstance(name, str) or not name or not re.fullmatch(r"[a-z]{2}(_[A-Z]{2})?", str(language)):
            raise refuse(20001, "a name and a language are required")
        if not isinstance(types, dict) or len(types) != 1:
            raise refuse(20001, "one type is required")
        check_variables(variables or {}, json.dumps(types))
        check_types(types)
        content = Content(f"HX{next(self._numbers):032x}", name, str(language), variables or {}, types)
        self.by_sid[content.sid] = content
        return content

    def approve(self, text: str, sid: str, language: str = "ca") -> Content:
        """A template in words, approved under this id."""
        numbers = sorted(set(VARIABLE.findall(text)), key=int)
        assert not VARIABLE.match(text), "a body may not begin with a variable"
        assert not re.search(r"\{\{\d+\}\}\W*$", text), "a body may not end with a variable"
        assert not re.search(r"\}\}\s*\{\{", text), "variables may not stand side by side"
        assert numbers == [str(number) for number in range(1, len(numbers) + 1)], "variables may not be skipped"
        assert len(VARIABLE.sub("", text).split()) > 2 * len(numbers), "too many variables for so few words"
        samples = dict.fromkeys(numbers, "sample")
        content = Content(sid, f"approved {sid}", language, samples, {"twilio/text": {"body": text}}, is_approved=True)
        self.by_sid[sid] = content
        return content

    def list(self) -> list[Content]:
        """Newest first, as Twilio has them."""
        self.calls += 1
        return list(reversed(self.by_sid.values()))

    async def answer(self, request: web.BaseRequest, body: bytes) -> web.Response:
        """A call of the API; raises `Refused`."""
        path = request.path.removeprefix("/v1/Content")
        if request.method == "GET" and not path:
            return self._page(int(request.query.get("PageSize", "50")), int(request.query.get("Page", "0")))
        if request.method == "POST" and not path:
            if request.content_type != "application/json":
                raise Refused(415, 20415, "Unsupported media type")
            return web.json_response(self.create(json.loads(body)).as_json(), status=201)
        if request.method == "DELETE":
            self.delete(path.removeprefix("/"))
            return web.Response(status=204)
        raise Refused(404, 20404, "The requested resource was not found")

    def _page(self, size: int, number: int) -> web.Response:
        listed = self.list()
        onward = f"/v1/Content?PageSize={size}&Page={number + 1}" if len(listed) > (number + 1) * size else None
        meta = {"page": number, "page_size": size, "key": "contents", "next_page_url": onward}
        shown = [content.as_json() for content in listed[number * size : (number + 1) * size]]
        return web.json_response({"contents": shown, "meta": meta})

    def delete(self, sid: str) -> None:
        """Raises `Refused`."""
        if self.by_sid.pop(sid, None) is None:
            raise Refused(404, 20404, "The requested resource was not found")

    def shown(self, sid: str, variables: str) -> Shown:
        """What a message made of a resource shows. Raises `Refused`."""
        content = self.by_sid.get(sid)
        if content is None:
            raise refuse(21655, "the ContentSid is not valid")
        values = {**content.variables, **read_variables(variables)}
        (kind, body) = next(iter(content.types.items()))
        if VARIABLE.findall(body["body"]):
            check_body_values([values[name] for name in VARIABLE.findall(body["body"])])
        filled = filled_in(body, values)
        check_lengths(filled, is_text=kind == "twilio/text")
        if kind == "twilio/quick-reply":
            if len(filled["actions"]) > _IN_SESSION_BUTTONS and not content.is_approved:
                raise refuse(63013, "more than three buttons need approval")
            check_apart([action["title"] for action in filled["actions"]])
            check_apart([action["id"] for action in filled["actions"]])
            return Shown(filled["body"], [(action["title"], action["id"]) for action in filled["actions"]])
        if kind == "twilio/list-picker":
            items = filled["items"]
            check_apart([item["id"] for item in items])
            rows = [(item["item"], item.get("description", ""), item["id"]) for item in items]
            return Shown(filled["body"], opener=filled["button"], items=rows)
        return Shown(filled["body"])
