"""A real installation, started as a user starts it: `moyai up` in a process of its own, on a free port."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import httpx

ROOT = Path(__file__).parent.parent.parent
START_WITHIN = 180
"""Seconds; a first start loads the whole sample region."""


@dataclass(frozen=True)
class Installation:
    address: str
    """``http://localhost:PORT``"""
    data: Path
    process: subprocess.Popen[str]

    def password(self) -> str:
        """The one that all sample accounts share."""
        return self.sign_in_lines()[0][4]

    def sign_in_lines(self) -> list[list[str]]:
        """tenant, organisation, role, email, password"""
        return [line.split("\t") for line in (self.data / "sample-sign-ins.txt").read_text().splitlines()]

    def moyai(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command of `moyai` on this installation's data."""
        return run(*arguments, "--data", str(self.data))

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(self.address + path, headers=headers, timeout=30)

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "moyai", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def up(data: Path, *options: str) -> Iterator[Installation]:
    """Yields when the system says that it answers; stops it afterwards, if the test has not."""
    port = free_port()
    command = [sys.executable, "-m", "moyai", "up", "--data", str(data), "--port", str(port), *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines: Queue[str] = Queue()
    assert process.stdout is not None
    reader = Thread(target=_read, args=(process.stdout, lines), daemon=True)
    reader.start()
    try:
        _wait_for_address(process, lines, port)
        yield Installation(f"http://localhost:{port}", data, process)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(30)
        reader.join(5)
        process.stdout.close()


def _read(stream: Iterator[str], lines: Queue[str]) -> None:
    for line in stream:
        lines.put(line)
    lines.put("")


def _wait_for_address(process: subprocess.Popen[str], lines: Queue[str], port: int) -> None:
    seen = []
    while True:
        try:
            line = lines.get(timeout=START_WITHIN)
        except Empty as error:
            raise AssertionError("moyai up said nothing more:\n" + "".join(seen)) from error
        seen.append(line)
        if f":{port}" in line:
            return
        if line == "":
            raise AssertionError(f"moyai up ended with {process.wait(10)}:\n" + "".join(seen))
