"""`voice-agent tools`: what an agent may call, and what stands elsewhere fetched into its folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.agent.core_script import EXAMPLE
from tests.cli.conftest import Cli
from tests.effects.test_tool_check import AGENT, JOURNEY
from tests.testkit.web_server import serving

PATHS = {
    "/orders/{order}": {
        "get": {
            "operationId": "getOrder",
            "summary": "One order.",
            "parameters": [{"name": "order", "in": "path", "required": True, "schema": {"type": "string"}}],
        },
        "post": {
            "operationId": "createReturn",
            "parameters": [
                {"name": "order", "in": "path", "required": True, "schema": {"type": "string"}},
                {"name": "reason", "in": "query", "required": True, "schema": {"type": "string"}},
                {"name": "urgent", "in": "query", "schema": {"type": "boolean"}},
            ],
        },
    }
}
TOOLS = """
sources:
  shop: {{openapi: "http://127.0.0.1:{port}{path}", server: "http://127.0.0.1:{port}", hosts: ["127.0.0.1:{port}"]}}
tools:
  get_order: {{from: shop, operation: getOrder, effect: read}}
  create_return: {{from: shop, operation: createReturn, effect: write}}
"""


async def document(request: Request) -> Response:
    return JSONResponse({"openapi": "3.1.0", "paths": PATHS})


async def elsewhere(request: Request) -> Response:
    return RedirectResponse("http://192.0.2.1/openapi.json")


APP = Starlette(routes=[Route("/openapi.json", document), Route("/moved", elsewhere)])


def agent(folder: Path, port: int, path: str = "/openapi.json") -> Path:
    texts = {
        "agent.yaml": AGENT,
        "journeys/return_item.yaml": JOURNEY,
        "tools/tools.yaml": TOOLS.format(port=port, path=path),
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_the_tools_of_the_example_are_listed(cli: Cli) -> None:
    assert cli("tools", EXAMPLE, "--json") == 0
    shown = cli.printed("tools_shown")
    assert {row["kind"] for row in shown["tools"]} == {"python"}
    assert "get_order" in {row["name"] for row in shown["tools"]}


def test_what_is_pinned_is_all_that_a_check_needs(cli: Cli, tmp_path: Path) -> None:
    with serving(APP) as port:
        folder = agent(tmp_path / "agent", port)
        assert cli("check", folder) == 1
        assert "found no 'tools/shop.pinned.json'" in cli.out
        assert "--pin" in cli.out
        assert cli("tools", folder, "--pin", "--json") == 0
        assert cli.printed("tools_shown")["pinned"] == [str(folder / "tools" / "shop.pinned.json")]
    assert json.loads((folder / "tools" / "shop.pinned.json").read_text())["paths"] == PATHS
    assert cli("check", folder) == 0
    assert cli("tools", folder) == 0
    assert "get_order                 openapi  read   real  One order." in cli.out


@pytest.mark.parametrize(("path", "said"), [("/moved", "a redirect"), ("/nothing", "answered 404")])
def test_what_cannot_be_fetched_changes_nothing(cli: Cli, tmp_path: Path, path: str, said: str) -> None:
    with serving(APP) as port:
        folder = agent(tmp_path / "agent", port, path)
        assert cli("tools", folder, "--pin") == 1
        assert said in cli.complaint()[0]
    assert not (folder / "tools" / "shop.pinned.json").exists()
