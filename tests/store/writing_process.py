"""A writer process to be killed: ``python writing_process.py TENANTS SOCKET``."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from moyai import store
from store.samples import render


async def main() -> None:
    tenants, socket = map(Path, sys.argv[1:])
    serving = asyncio.ensure_future(store.serve_writer(tenants, socket, render=render))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    try:
        await serving
    except asyncio.CancelledError:
        print("stopped")


if __name__ == "__main__":
    asyncio.run(main())
