"""Sends a recording, or the stretch of it that was asked for, a piece at a time.

How long it is gets settled once: a call that is going on makes its file longer while it is being sent. A client that
takes nothing for `STALLED_S` is given up.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Final

import anyio
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from voice_agent.api.problems import ApiProblem
from voice_agent.api.ranges import Unsatisfiable, byte_range

PIECE_BYTES: Final = 64 * 1024
STALLED_S: Final = 30.0


async def recording_response(path: Path, range_header: str | None, if_range: str | None) -> Response:
    """200 with all of `path`, or 206 with a part. Raises ApiProblem 416, FileNotFoundError."""
    found = await anyio.Path(path).stat()
    size, tag = found.st_size, f'"{found.st_mtime_ns:x}-{found.st_size:x}"'
    wanted = range_header if if_range is None or if_range == tag else None
    try:
        part = byte_range(wanted, size)
    except Unsatisfiable:
        raise ApiProblem(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            "range_not_satisfiable",
            f"the recording has {size} bytes",
            place="header:Range",
            remedy="ask for bytes within it",
            headers={"Content-Range": f"bytes */{size}"},
        ) from None
    headers = {"Accept-Ranges": "bytes", "ETag": tag}
    if part is None:
        return FilePart(path, range(size), HTTPStatus.OK, headers)
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    return FilePart(path, part, HTTPStatus.PARTIAL_CONTENT, headers)


class FilePart(Response):
    """Bytes `part` of a file; never more of it in memory than a piece."""

    media_type = "audio/wav"
    stalled_s = STALLED_S

    def __init__(self, path: Path, part: range, status: HTTPStatus, headers: Mapping[str, str]) -> None:
        self._path = path
        self._part = part
        self.status_code = status.value
        self.background = None
        self.init_headers({**headers, "Content-Length": str(len(part))})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with await anyio.open_file(self._path, "rb") as file:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            left = 0 if scope["method"] == "HEAD" else len(self._part)
            await file.seek(self._part.start)
            while left > 0:
                piece = await file.read(min(PIECE_BYTES, left))
                if piece == b"":
                    raise OSError(f"{self._path.name} was cut short while it was being sent")
                left -= len(piece)
                with anyio.fail_after(self.stalled_s):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
