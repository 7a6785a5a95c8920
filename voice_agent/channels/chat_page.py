"""The web page on which people try a chat: three files, served as they are, that load nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

_FOLDER: Final = Path(__file__).parent / "page"
_FILES: Final = {
    "/chat/": ("chat.html", "text/html; charset=utf-8"),
    "/chat/chat.css": ("chat.css", "text/css; charset=utf-8"),
    "/chat/chat.js": ("chat.js", "text/javascript; charset=utf-8"),
}
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}

Page = Callable[[Request], Awaitable[Response]]


def routes() -> dict[str, Page]:
    """Path -> what answers it. The files are read once."""
    pages = {path: _page((_FOLDER / name).read_bytes(), kind) for path, (name, kind) in _FILES.items()}
    return {**pages, "/": _redirect, "/chat": _redirect}


def _page(content: bytes, media_type: str) -> Page:
    async def show(_: Request) -> Response:
        return Response(content, media_type=media_type, headers=HEADERS)

    return show


async def _redirect(_: Request) -> Response:
    return RedirectResponse("/chat/", headers=HEADERS)
