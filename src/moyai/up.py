"""``moyai up``: check the ground, start the processes, load the sample region once, say where to look."""

from __future__ import annotations

import asyncio
import errno
import http.client
import json
import shutil
from collections.abc import Callable
from pathlib import Path

from moyai import processes
from moyai.errors import Error, NewerData, StorageFull
from moyai.processes import Process, Supervisor
from moyai.settings import Settings

DATA_FORMAT = 1
"""The version of the data folder's layout. Files within have schema versions of their own."""
_LEAST_FREE = 200_000_000
"""Bytes that the disk must have free at the start."""
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class CannotStart(Error):
    """Moyai を開始できません。"""


def run(using: Settings, started: Callable[[], None]) -> None:
    """Run until a signal. ``started`` is called when the system answers. Raises Error with a sentence for people."""
    check_ground(using)
    processes.hold(using.run / "up.lock")
    supervisor = Supervisor(
        [
            Process("writer"),
            Process("prepare", once=True),
            Process("http", ready=lambda: asyncio.to_thread(_is_ready, using)),
            Process("jobs"),
        ]
    )

    async def tell() -> None:
        started()

    asyncio.run(supervisor.run(tell))


def check_ground(using: Settings) -> None:
    """Raises CannotStart, NewerData or StorageFull where starting would fail later with less of a reason."""
    if using.development and using.host not in _LOOPBACK:
        raise CannotStart(
            f"--development は認証なしで書き込めるため、{using.host} では開始しません。"
            "--host 127.0.0.1 を指定してください。"
        )
    if using.workers < 1:
        raise CannotStart("--workers は 1 以上にしてください。")
    check_data(using)
    if shutil.disk_usage(using.data).free < _LEAST_FREE:
        raise StorageFull(f"{using.data.resolve()} の空き容量が足りません。200 MB 以上空けてから開始してください。")
    if not processes.port_is_free(using.host, using.port):
        raise CannotStart(
            f"{using.host} のポート {using.port} は使用中か、使えません。--port で別の番号を指定してください"
            f"（例: --port {using.port + 1}）。"
        )


def check_data(using: Settings) -> None:
    """Make the data folder where there is none. Raises CannotStart, NewerData, StorageFull."""
    _make_folder(using.data)
    _check_format(using.data / "format.json")


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        (path / "run").mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise StorageFull(f"{path} を作れません: ディスクに空きがありません。") from error
        raise CannotStart(
            f"{path} を作れません（{error.strerror}）。--data で書き込めるフォルダを指定してください。"
        ) from error


def _check_format(path: Path) -> None:
    if not path.exists():
        path.write_text(json.dumps({"format": DATA_FORMAT}))
        return
    found = json.loads(path.read_text())["format"]
    if found > DATA_FORMAT:
        raise NewerData(
            f"{path.parent.resolve()} は新しい版の Moyai のデータです（形式 {found}、この版は {DATA_FORMAT} まで）。"
            "新しい版で開始するか、この版で取ったバックアップを --data に復元してください。"
        )


def _is_ready(using: Settings) -> bool:
    host = "127.0.0.1" if using.host == "0.0.0.0" else using.host
    connection = http.client.HTTPConnection(host, using.port, timeout=2)
    try:
        connection.request("GET", "/readyz", headers={"host": "localhost"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def explain(error: OSError) -> str:
    """One sentence for people on what the operating system refused."""
    if error.errno == errno.ENOSPC:
        return f"ディスクに空きがありません（{error.filename or ''}）。空きを作ってから、もう一度実行してください。"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{error.filename} に書き込めません。フォルダの持ち主と権限を確かめてください。"
    return str(error)
