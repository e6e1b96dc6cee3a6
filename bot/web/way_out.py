"""The way out of mail: a page with one button, and what the button does. Mail programs press it without the page
(RFC 8058); programs that look at every link only see the page."""

from collections.abc import Callable

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.reception import Reception
from bot.web.hooks import Hooks
from channels.email import Email
from flows.text import NAMES, catalogue

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}

_page = Environment(
    loader=PackageLoader("bot.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
).get_template("way_out.html")


class WayOut:
    """`GET /email/<account>/stop/<token>` shows the page, `POST` to it acts: no login, no cookie, no redirect."""

    def __init__(self, reception: Reception, hooks: Hooks) -> None:
        self._reception = reception
        self._hooks = hooks

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/email/{account}/stop/{token}", self._show)
        app.router.add_post("/email/{account}/stop/{token}", self._act)

    async def _show(self, request: web.Request) -> web.Response:
        if (found := self._found(request)) is None:
            return _lost(request)
        town, language, _ = found
        t = catalogue(language).translate
        return _drawn(
            language,
            t("No more messages from {town}", {"town": town}),
            t("Press the button and {town} will not write to you any more. What you have sent stays.", {"town": town}),
            t("Stop writing to me", {}),
        )

    async def _act(self, request: web.Request) -> web.Response:
        if (found := self._found(request)) is None:
            return _lost(request)
        town, language, is_shared = found
        response = await self._hooks.hear(Email.name, request)
        if response.status != 200:
            return response
        t = catalogue(language).translate
        done = (
            t("Neither this town nor any other will write to you here any more. What you have sent stays.", {})
            if is_shared
            else t("{town} will not write to you any more. What you have sent stays.", {"town": town})
        )
        back = t("To come back, answer any of our messages with the word START.", {})
        return _drawn(language, t("Done", {}), f"{done} {back}")

    def _found(self, request: web.Request) -> tuple[str, str, bool] | None:
        """Who writes, the language of the mail, and whether several towns do; None where the link is not one."""
        email = self._reception.channel(Email.name, request.match_info["account"])
        if not isinstance(email, Email) or (leaving := email.leaving(request.match_info["token"])) is None:
            return None
        language = leaving.language if leaving.language in NAMES else "ca"
        return email.settings.name(language), language, email.settings.is_shared


def _lost(request: web.Request) -> web.Response:
    wanted = (each.strip()[:2].lower() for each in request.headers.get("Accept-Language", "").split(","))
    language = next((each for each in wanted if each in NAMES), "ca")
    t: Callable[..., str] = catalogue(language).translate
    words = t("It may have been cut short. To get no more messages, answer any of them with the word STOP.", {})
    return _drawn(language, t("This link does not work", {}), words, status=404)


def _drawn(language: str, title: str, words: str, button: str = "", *, status: int = 200) -> web.Response:
    html = _page.render(language=language, title=title, words=words, button=button)
    headers = {**_HEADERS, "Content-Language": language}
    return web.Response(status=status, text=html, content_type="text/html", headers=headers)
