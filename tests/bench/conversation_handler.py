"""Reference: what one would write instead, after the library's own examples: ConversationHandler and PicklePersistence.

Updates come by a route of aiohttp and go into the application's queue, as in the library's custom webhook example;
sends leave by its default request layer. Defaults throughout.

    python -m tests.bench.conversation_handler PORT STORE API_URL
"""

import asyncio
import sys
from typing import Any

from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    BaseHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from tests.bench.survey import ENDS, HELP, OPTIONS, QUESTIONS, THANKS, WELCOME, review

Context = ContextTypes.DEFAULT_TYPE
LAST = len(QUESTIONS)


def _keyboard(labels: tuple[str, ...]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=str(n))] for n, label in enumerate(labels, 1)]
    )


async def _reply(update: Update, text: str, labels: tuple[str, ...] = ()) -> None:
    if update.effective_message is not None:
        await update.effective_message.reply_text(text, reply_markup=_keyboard(labels) if labels else None)


def _user_data(context: Context) -> dict[Any, Any]:
    return context.user_data if context.user_data is not None else {}


async def _start(update: Update, context: Context) -> int:
    if not context.args:
        await _reply(update, WELCOME)
        return ConversationHandler.END
    _user_data(context)["survey"], _user_data(context)["answers"] = context.args[0], []
    return await _ask(update, 0)


async def _ask(update: Update, number: int) -> int:
    await _reply(update, f"Question {number + 1} of {LAST}\n\n{QUESTIONS[number]}", OPTIONS)
    return number


async def _answer(update: Update, context: Context) -> int:
    answers: list[str] = _user_data(context)["answers"]
    text = (update.effective_message and update.effective_message.text) or ""
    answers.append(OPTIONS[int(text) - 1])
    if len(answers) < LAST:
        return await _ask(update, len(answers))
    await _reply(update, review(answers), ENDS)
    return LAST


async def _submit(update: Update, context: Context) -> int:
    data = _user_data(context)
    responses = data.setdefault("responses", {})
    if update.effective_message is not None and update.effective_message.text == "1":
        responses[data["survey"]] = data["answers"]
    await _reply(update, f"{THANKS} Your receipt is {len(responses):08X}.")
    return ConversationHandler.END


async def _help(update: Update, context: Context) -> None:
    await _reply(update, HELP)


def _application(store: str, api: str) -> Application[Any, Any, Any, Any, Any, Any]:
    states: dict[object, list[BaseHandler[Any, Any, Any]]]
    states = {n: [MessageHandler(filters.Regex("^[1-4]$"), _answer)] for n in range(LAST)}
    states[LAST] = [MessageHandler(filters.Regex("^[1-4]$"), _submit)]
    conversation = ConversationHandler(
        entry_points=[CommandHandler("start", _start)],
        states=states,
        fallbacks=[MessageHandler(filters.TEXT & ~filters.COMMAND, _help)],
        name="survey",
        persistent=True,
        allow_reentry=True,
    )
    builder = ApplicationBuilder().token("1:TOKEN").base_url(f"{api}/bot").updater(None)
    application = builder.persistence(PicklePersistence(store)).build()
    application.add_handler(conversation)
    return application


async def serve(port: int, store: str, api: str) -> None:
    """Until killed."""
    application = _application(store, api)

    async def hook(request: web.Request) -> web.Response:
        await application.update_queue.put(Update.de_json(await request.json(), application.bot))
        return web.Response()

    async with application:
        await application.start()
        app = web.Application()
        app.router.add_post("/telegram/bench", hook)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
