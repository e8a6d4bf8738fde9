"""What goes over the writer's socket: frames of msgpack, each behind its length in four bytes."""

from __future__ import annotations

import asyncio
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct

from moyai import errors
from moyai.model.change import Outcome, Write

_LENGTH = struct.Struct("!I")
_LONGEST = 1 << 30
"""Bytes of a frame: far above what a request body may have."""
_PATH_AT_MOST = 100
"""Bytes of a socket's path; the kernel's limit is 108 with the end."""


class Store(Struct, frozen=True, tag="write"):
    write: Write


class CreateTenant(Struct, frozen=True, tag="create"):
    tenant: str


class RemoveTenant(Struct, frozen=True, tag="remove"):
    tenant: str


class PrepareTenant(Struct, frozen=True, tag="prepare"):
    tenant: str


class Request(Struct, frozen=True):
    number: int
    """By which the answer is known; several requests are under way at a time."""
    wanted: Store | CreateTenant | RemoveTenant | PrepareTenant


class Answer(Struct, frozen=True, kw_only=True):
    number: int
    outcomes: tuple[Outcome, ...] = ()
    created: bool = False
    error: str = ""
    """The name of a class of ``errors``."""
    detail: str = ""


encode = msgspec.msgpack.Encoder().encode
decode_request = msgspec.msgpack.Decoder(Request).decode
decode_answer = msgspec.msgpack.Decoder(Answer).decode


def frame(body: bytes) -> bytes:
    """Raises PayloadTooLarge."""
    if len(body) > _LONGEST:
        raise errors.PayloadTooLarge(f"a write of {len(body)} bytes is more than {_LONGEST}")
    return _LENGTH.pack(len(body)) + body


async def read_frame(stream: asyncio.StreamReader) -> bytes | None:
    """``None`` at the end. Raises ConnectionError where it comes within a frame, or a frame is no frame."""
    try:
        head = await stream.readexactly(_LENGTH.size)
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise ConnectionError("the connection ended within a frame") from error
        return None
    (length,) = _LENGTH.unpack(head)
    if length > _LONGEST:
        raise ConnectionError(f"a frame of {length} bytes")
    try:
        return await stream.readexactly(length)
    except asyncio.IncompleteReadError as error:
        raise ConnectionError("the connection ended within a frame") from error


def error_of(answer: Answer) -> errors.Error | None:
    """The error that an answer tells of."""
    if not answer.error:
        return None
    kind: type[errors.Error] = getattr(errors, answer.error, errors.Unavailable)
    return kind(answer.detail)


@contextmanager
def short(path: Path) -> Iterator[str]:
    """A name for a socket's path that the kernel takes, however deep the data folder is."""
    if len(os.fsencode(path)) <= _PATH_AT_MOST:
        yield str(path)
        return
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{descriptor}/{path.name}"
    finally:
        os.close(descriptor)
