"""Just enough HTTP/1.1 on asyncio's bare protocols, so that the measuring side costs less than what it measures."""

import asyncio
from collections.abc import Callable


class Framing(asyncio.Protocol):
    """Cuts what arrives into messages with a length; a subclass handles each head and body."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self._arrived = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._arrived += data
        while (end := self._arrived.find(b"\r\n\r\n")) >= 0:
            head = self._arrived[:end]
            stop = end + 4 + _length(head)
            if len(self._arrived) < stop:
                return
            body, self._arrived = self._arrived[end + 4 : stop], self._arrived[stop:]
            self.handle(head, body)

    def handle(self, head: bytes, body: bytes) -> None:
        """One whole message."""
        raise NotImplementedError


def _length(head: bytes) -> int:
    lower = head.lower()
    start = lower.find(b"\r\ncontent-length:")
    return 0 if start < 0 else int(lower[start + 17 :].split(b"\r", 1)[0])


class Server(Framing):
    """Answers each request at once with what `answer(path, content type, body)` returns."""

    def __init__(self, answer: Callable[[bytes, bytes, bytes], bytes]) -> None:
        super().__init__()
        self._answer = answer

    def handle(self, head: bytes, body: bytes) -> None:
        """One request."""
        content = self._answer(head.split(b" ", 2)[1], head, body)
        self.transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            % (len(content), content)
        )


class Line(Framing):
    """A client's kept-alive connection, one request at a time; opens itself anew when it has been lost."""

    def __init__(self, port: int, headers: str = "") -> None:
        super().__init__()
        self._port = port
        self._head = f"Host: 127.0.0.1\r\nContent-Type: application/json\r\n{headers}".encode()
        self._answered: asyncio.Future[int] | None = None
        self._is_open = False

    async def post(self, path: bytes, body: bytes) -> int:
        """The status of the answer; `ConnectionError` when there was none."""
        loop = asyncio.get_running_loop()
        if not self._is_open:
            self._arrived = b""
            await loop.create_connection(lambda: self, "127.0.0.1", self._port)
            self._is_open = True
        self._answered = loop.create_future()
        head = b"POST %s HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n" % (path, self._head, len(body))
        self.transport.write(head + body)
        return await self._answered

    def handle(self, head: bytes, body: bytes) -> None:
        """The answer."""
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        """The server is gone, or has closed an idle connection."""
        self._is_open = False
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(ConnectionResetError("connection lost"))

    def close(self) -> None:
        """Hang up."""
        if self._is_open:
            self.transport.close()
