"""A mail server's way to hand mail on by LMTP (RFC 2033), as Postfix does: one answer for each recipient."""

import asyncio
from collections.abc import Sequence
from types import TracebackType


class Lmtp:
    """One connection. `say` is for whoever wants to be rude."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> "Lmtp":
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self.greeting = await self.hear()
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._writer is not None:
            self._writer.close()

    async def say(self, line: str) -> str:
        """A command, and its answer."""
        await self.write(f"{line}\r\n".encode())
        return await self.hear()

    async def write(self, words: bytes) -> None:
        """Words, and no answer."""
        assert self._writer is not None
        self._writer.write(words)
        await self._writer.drain()

    async def hear(self) -> str:
        """One answer, which may have several lines; empty at the end of the connection."""
        assert self._reader is not None
        lines: list[str] = []
        while not lines or lines[-1][3:4] == "-":
            line = (await self._reader.readline()).decode("utf-8", "replace")
            if not line:
                return ""
            lines.append(line.strip())
        return "\n".join(lines)

    async def bring(self, sender: str, recipients: Sequence[str], body: bytes) -> list[str]:
        """Hand a mail on; the answer for each recipient."""
        for line in ("LHLO mx.example.org", f"MAIL FROM:<{sender}> SIZE={len(body)} BODY=8BITMIME"):
            answer = await self.say(line)
            if answer[:1] != "2":
                return [answer or "421 closed"] * len(recipients)
        answers = {recipient: await self.say(f"RCPT TO:<{recipient}>") for recipient in recipients}
        known = [recipient for recipient, answer in answers.items() if answer[:1] == "2"]
        if known and (answer := await self.say("DATA"))[:3] != "354":
            return [answer or "421 closed"] * len(recipients)
        if known:
            stuffed = body.replace(b"\r\n.", b"\r\n..")
            await self.write((b"." if body.startswith(b".") else b"") + stuffed + b"\r\n.\r\n")
            answers |= {recipient: await self.hear() or "421 closed" for recipient in known}
        return [answers[recipient] for recipient in recipients]
