"""Settings: defaults that work, overrides by file and environment, and errors that name the place."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice_agent.config import Config, load_config, settings
from voice_agent.errors import ConfigurationError


def test_an_empty_file_gives_the_defaults() -> None:
    assert load_config("", {}) == Config()


def test_the_file_overrides_defaults_and_the_environment_overrides_the_file() -> None:
    config = load_config("[sip]\nport = 5070\nhost = '0.0.0.0'\n", {"VOICE_AGENT_SIP_PORT": "5080", "HOME": "/x"})
    assert (config.sip.host, config.sip.port) == ("0.0.0.0", 5080)


def test_the_environment_can_set_what_has_an_underscore_in_its_name() -> None:
    config = load_config("", {"VOICE_AGENT_STORE_DATA_DIR": "/srv/calls", "VOICE_AGENT_CALLS_RECORD": "false"})
    assert config.store.data_dir == "/srv/calls"
    assert config.calls.record is False


@pytest.mark.parametrize(
    ("text", "environment", "said"),
    [
        ("[sip", {}, "x.toml: not TOML"),
        ("[spi]\nport = 1", {}, r"\[spi\] is not a section; did you mean sip"),
        ("[sip]\nprot = 1", {}, r"\[sip\] prot is not a setting; did you mean port"),
        ("[sip]\nqqqqqq = 1", {}, "known are auth_password, auth_realm, auth_user, host, port"),
        ("sip = 4", {}, "stands outside a section"),
        ("[sip]\nport = 'many'", {}, r"Expected `int`.*\$.sip.port"),
        ("", {"VOICE_AGENT_SPEECH_PROCESSES": "0"}, r">= 1.*\$.speech.processes"),
        ("[http]\nport = 65536", {}, r"<= 65535.*\$.http.port"),
        ("[store]\nretention_days = -1", {}, r">= 0.*\$.store.retention_days"),
        ("[rtp]\nlow = 20001\nhigh = 20001", {}, r"\[rtp\] 20001 to 20001 holds no even port"),
        ("[language]\nwhole_ms = 2001", {}, r"`int` <= 2000 - at `\$.language.whole_ms`|whole_ms"),
        ("[rtp]\nlow = 9\nhigh = 4", {}, "holds no even port"),
        (
            "[whatsapp]\nnumber_id = '1'\ntoken = 't'",
            {"VOICE_AGENT_WHATSAPP_VERIFY_TOKEN": "v"},
            r"x.toml: \[whatsapp\] number_id is given without app_secret",
        ),
        ("[whatsapp]\nnumber_id = '+1 555 0100'", {}, r"regex.*\$.whatsapp.number_id"),
        ("[whatsapp]\nidle_s = 86401", {}, r"<= 86400.*\$.whatsapp.idle_s"),
        ("", {"VOICE_AGENT_SIP_PROT": "1"}, "VOICE_AGENT_SIP_PROT is not a setting; did you mean VOICE_AGENT_SIP_PORT"),
    ],
)
def test_a_mistake_names_its_place(text: str, environment: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        load_config(text, environment, source="x.toml")


def test_every_setting_is_documented_with_its_default() -> None:
    page = (Path(__file__).parents[1] / "docs" / "configuration.md").read_text()
    rows = {tuple(cell.strip() for cell in line.split("|")[1:4]) for line in page.splitlines() if line.startswith("| ")}
    shown = {True: "`true`", False: "`false`", "": "(empty)"}
    for section, keys in settings().items():
        for key, default in keys.items():
            text = shown[default] if isinstance(default, bool) or default == "" else f"`{default}`"
            assert (section, key, text) in rows


def test_the_digest_depends_on_decisions_and_not_on_ports() -> None:
    here, there = load_config("", {}), load_config("[sip]\nport = 1\n[store]\ndata_dir = 'x'", {})
    slower = load_config("[turns]\npause_ms = 300", {})
    assert here.digest() == there.digest()
    assert here.digest() != slower.digest()
