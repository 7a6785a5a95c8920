"""Twins answer in the place of tools: the world is not touched, and every answer says whose it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.effects.desk import Desk
from tests.effects.shop import Shop, shop_folder
from tests.testkit.web_server import serving
from voice_agent.errors import AgentFolderError, ConfigurationError, ToolError

ANSWERS = """{
  "get_order": [
    {"when": {"order": "7"}, "result": {"id": "7", "state": "open", "note": "4929"}},
    {"when": {"order": "8"}, "error": "no such order"}
  ]
}"""
FUNCTION = '''
def create_return(order: str, reason: str) -> dict[str, str]:
    """Books nothing."""
    return {"number": "mock-" + order}
'''


def mocked(folder: Path, port: int = 9) -> Path:
    shop_folder(folder, port)
    (folder / "tools" / "mock").mkdir()
    (folder / "tools" / "mock" / "answers.json").write_text(ANSWERS)
    (folder / "tools" / "mock" / "shop.py").write_text(FUNCTION)
    return folder


def test_nothing_is_asked_and_arguments_are_checked_as_ever(tmp_path: Path) -> None:
    shop = Shop()
    with serving(shop.app) as port:
        desk = Desk(mocked(tmp_path / "agent", port), {}, "mock")
        assert desk.run("get_order", {"order": "7"}) == {"id": "7", "state": "open", "note": "[secret]"}
        assert desk.run("create_return", {"order": "7", "reason": "other"}, "k") == {"number": "mock-7"}
        with pytest.raises(ToolError, match="no such order"):
            desk.run("get_order", {"order": "8"})
        with pytest.raises(ToolError, match="no answer is recorded"):
            desk.run("get_order", {"order": "9"})
        with pytest.raises(ToolError, match="'lost' is not one of"):
            desk.run("create_return", {"order": "7", "reason": "lost"}, "k")
        assert desk.runner.modes() == {"get_order": "mock", "create_return": "mock"}
        desk.close()
    assert shop.requests == []


def test_a_tool_without_a_twin_keeps_the_agent_from_starting(tmp_path: Path) -> None:
    folder = shop_folder(tmp_path / "agent", 9)
    with pytest.raises(AgentFolderError, match=r"tools/tools.yaml:9: get_order has no twin"):
        Desk(folder, {}, "mock")


def test_one_tool_may_be_mocked_where_the_others_are_real(tmp_path: Path) -> None:
    folder = mocked(tmp_path / "agent")
    tools = folder / "tools" / "tools.yaml"
    tools.write_text(tools.read_text().replace("operation: getOrder,", "operation: getOrder, mode: mock,"))
    desk = Desk(folder, {"SHOP_TOKEN": ""})
    assert desk.runner.modes() == {"get_order": "mock", "create_return": "real"}
    desk.close()


def test_a_variable_that_is_missing_matters_to_real_tools_only(tmp_path: Path) -> None:
    folder = mocked(tmp_path / "agent")
    real, mock = Desk(folder, {}), Desk(folder, {}, "mock")
    with pytest.raises(ConfigurationError, match="needs SHOP_TOKEN in the environment"):
        real.catalogue.require_environment()
    mock.catalogue.require_environment()
    real.close()
    mock.close()
