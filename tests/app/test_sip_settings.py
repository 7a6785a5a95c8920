"""From the settings to those of the SIP stack."""

from __future__ import annotations

import pytest

from telephony.sip.digest import Credentials
from telephony.sip.guard import Account, Guarded
from voice_agent.app.sip_settings import sip_settings
from voice_agent.config import load_config
from voice_agent.errors import ConfigurationError


def test_without_names_nobody_is_challenged_and_no_challenge_met() -> None:
    settings = sip_settings(load_config("[calls]\nlimit = 3", {}))
    assert (settings.max_calls, settings.guarded, settings.credentials) == (6, None, ())


def test_names_and_passwords_arrive() -> None:
    environment = {"VOICE_AGENT_SIP_AUTH_PASSWORD": "in", "VOICE_AGENT_SIP_TRUNK_PASSWORD": "out"}
    config = load_config("[sip]\nauth_user = 'pbx'\ntrunk_user = 'line7'\ntrunk_realm = 'carrier'", environment)
    settings = sip_settings(config)
    assert settings.guarded == Guarded("voice-agent", (Account("pbx", "in"),))
    assert settings.credentials == (Credentials("line7", "out", "carrier"),)
    assert "'in'" not in repr(config)
    assert "'out'" not in repr(config)


@pytest.mark.parametrize("text", ["auth_user = 'x'", "trunk_user = 'x'", "trunk_password = 'x'"])
def test_a_user_without_password_is_a_mistake(text: str) -> None:
    with pytest.raises(ConfigurationError, match="belong together"):
        sip_settings(load_config(f"[sip]\n{text}", {}))
