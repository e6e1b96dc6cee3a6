"""The machine: the measured server on one core, the generator and the fake Bot API on the other."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

SERVER_CORE, LOAD_CORE = 0, 1


def pin(core: int) -> None:
    """Keep this thread, and what it starts from now on, on one core; without effect where that is impossible."""
    if hasattr(os, "sched_setaffinity") and core in range(os.cpu_count() or 1):
        os.sched_setaffinity(0, {core})


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """What is started in this block runs there."""
    pin(core)
    try:
        yield
    finally:
        pin(LOAD_CORE)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


async def finished(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """What a process on the server's core prints until it ends."""
    return await asyncio.to_thread(_finished, arguments, environment or {})


def _finished(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    with on_core(SERVER_CORE):
        command = [sys.executable, *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment})
    printed, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return printed


class Server:
    """A process on the server's core; its output goes to a file beside its store."""

    def __init__(self, arguments: Sequence[str], port: int, log: Path, environment: Mapping[str, str]) -> None:
        self._command = [sys.executable, *arguments]
        self._environment = {**os.environ, **environment}
        self.port, self.log = port, log

    async def start(self) -> None:
        """Start, and wait until it accepts connections."""
        await asyncio.to_thread(self._start)

    def _start(self) -> None:
        with on_core(SERVER_CORE), self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self._environment
            )
        for _ in range(600):
            if self.process.poll() is not None:
                break
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"{' '.join(self._command)} did not start:\n{self.log.read_text()[-2000:]}")

    def kill(self) -> None:
        """SIGKILL: no time for anything."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """SIGTERM, and wait."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def cpu_seconds(self) -> float:
        """Processor time used so far; unlike a rate, it hardly depends on what else the machine does."""
        stat = Path(f"/proc/{self.process.pid}/stat")
        if not stat.exists():
            return 0.0
        ticks = stat.read_text().rpartition(")")[2].split()[11:13]
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

    def megabytes(self, which: str = "VmHWM") -> float:
        """The most resident memory it has held at a time, or what it holds now ("VmRSS")."""
        status = Path(f"/proc/{self.process.pid}/status")
        if not status.exists():
            return 0.0
        return next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith(which))


@asynccontextmanager
async def serving(
    arguments: Sequence[str], port: int, log: Path, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Server]:
    """A server for the length of a block."""
    server = Server(arguments, port, log, environment or {})
    await server.start()
    try:
        yield server
    finally:
        await asyncio.to_thread(server.stop)
