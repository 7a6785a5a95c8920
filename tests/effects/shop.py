"""A shop with an HTTP interface, its OpenAPI document, and an agent folder that uses it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

DOCUMENT: Final = """
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /orders/{order}:
    parameters:
      - {name: order, in: path, required: true, schema: {type: string}}
    get:
      operationId: getOrder
      summary: One order.
      parameters:
        - {name: fields, in: query, schema: {type: array, items: {type: string}}}
        - {name: X-Channel, in: header, schema: {type: string}}
      responses:
        "200":
          description: It.
          content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}
  /returns:
    post:
      operationId: createReturn
      description: Books a return.
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Return"}}}
      responses: {"201": {description: Booked.}}
components:
  schemas:
    Order:
      type: object
      required: [id, state]
      properties: {id: {type: string}, state: {enum: [sent, open]}, note: {type: string}}
    Return:
      type: object
      required: [order, reason]
      properties:
        order: {type: string}
        reason: {type: string, enum: [damaged, other]}
        urgent: {type: boolean}
        card: {type: string}
"""

TOOLS: Final = """
sources:
  shop:
    openapi: shop.yaml
    server: http://127.0.0.1:{port}
    hosts: ["127.0.0.1:{port}"]
    headers: {{Authorization: "Bearer ${{SHOP_TOKEN}}"}}
tools:
  get_order: {{from: shop, operation: getOrder, effect: read, secret: {{result: note}}}}
  create_return:
    {{from: shop, operation: createReturn, effect: write, secret: {{arguments: card}}}}
"""


class Shop:
    """`behave` may replace what the next request is answered with."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, dict[str, str], Any]] = []
        self.returns: dict[str, Any] = {}
        self.behaviour: list[str] = []
        self.app = Starlette(
            routes=[
                Route("/orders/{order:path}", self._get, methods=["GET"]),
                Route("/returns", self._post, methods=["POST"]),
                Route("/elsewhere", self._get, methods=["GET"]),
            ]
        )

    async def _get(self, request: Request) -> Response:
        await self._note(request)
        odd = await self._oddly(request)
        order = request.path_params.get("order", "")
        return odd if odd is not None else JSONResponse({"id": order, "state": "sent", "note": "4929 1234"})

    async def _post(self, request: Request) -> Response:
        body = await self._note(request)
        key = request.headers.get("idempotency-key", "")
        odd = await self._oddly(request)
        self.returns.setdefault(key, body)
        return odd if odd is not None else JSONResponse({"number": f"7{body['order']}"}, status_code=201)

    async def _note(self, request: Request) -> Any:
        body = await request.json() if request.method == "POST" else None
        url = request.scope["raw_path"].decode() + (f"?{request.url.query}" if request.url.query else "")
        self.requests.append((request.method, url, dict(request.headers), body))
        return body

    async def _oddly(self, request: Request) -> Response | None:
        match self.behaviour.pop(0) if self.behaviour else "":
            case "hang":
                await asyncio.sleep(30)
            case "redirect":
                return RedirectResponse("http://169.254.169.254/latest", status_code=307)
            case "html":
                return Response("<h1>Login</h1>", media_type="text/html")
            case "list":
                return JSONResponse([1])
            case "other form":
                return JSONResponse({"id": 7, "state": "lost"})
            case "huge":
                return JSONResponse({"id": "7", "state": "sent", "note": "x" * 2_000_000})
            case "large":
                return JSONResponse({"id": "7", "state": "sent", "note": "x" * 100_000})
            case "broken":
                return JSONResponse({"detail": "no"}, status_code=500)
            case "refused":
                return JSONResponse({"detail": "not yours"}, status_code=403)
            case _:
                pass
        return None


def shop_folder(folder: Path, port: int, tools: str = TOOLS) -> Path:
    """An agent folder with the tools of the shop."""
    (folder / "tools").mkdir(parents=True)
    (folder / "tools" / "shop.yaml").write_text(DOCUMENT)
    (folder / "tools" / "tools.yaml").write_text(tools.format(port=port))
    return folder
