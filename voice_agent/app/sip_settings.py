"""What the SIP stack is told of the settings: how many calls, who may call, and how we prove who we are to a trunk."""

from __future__ import annotations

from telephony.sip.digest import Credentials
from telephony.sip.guard import Account, Guarded
from telephony.sip.settings import SipSettings
from voice_agent.config import Config
from voice_agent.errors import ConfigurationError


def sip_settings(config: Config) -> SipSettings:
    """Twice the limit of calls: the desk refuses first. Raises ConfigurationError for a user without password."""
    sip = config.sip
    for name, user, password in (
        ("auth", sip.auth_user, sip.auth_password),
        ("trunk", sip.trunk_user, sip.trunk_password),
    ):
        if (user == "") != (password == ""):
            raise ConfigurationError(
                f"[sip] {name}_user and {name}_password belong together: one of them is empty",
                hint=f"put the password into VOICE_AGENT_SIP_{name.upper()}_PASSWORD",
            )
    guarded = None
    if sip.auth_user != "":
        guarded = Guarded(sip.auth_realm, (Account(sip.auth_user, sip.auth_password),))
    credentials: tuple[Credentials, ...] = ()
    if sip.trunk_user != "":
        realm = None if sip.trunk_realm == "" else sip.trunk_realm
        credentials = (Credentials(sip.trunk_user, sip.trunk_password, realm),)
    return SipSettings(max_calls=config.calls.limit * 2, credentials=credentials, guarded=guarded)
