"""A server that runs: what it is made of, what `/health` and `/metrics` show of it, calls that it places, its drain."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from models.pool import SpeechPool
from telephony.rtp.port import MediaPorts
from telephony.rtp.wheel import MediaWheel
from telephony.sip.endpoint import SipEndpoint
from voice_agent.app.admission import Readings
from voice_agent.app.chat_server import ChatServer
from voice_agent.app.desk import CallDesk
from voice_agent.app.draining import drain_desk
from voice_agent.app.health import HealthServer
from voice_agent.app.load_state import load_metrics, load_state, readings_of
from voice_agent.app.loop_monitor import LoopMonitor
from voice_agent.app.metrics import Metrics
from voice_agent.app.office import Opened
from voice_agent.app.storage import storage_readings, storage_state
from voice_agent.app.whatsapp_server import WhatsAppServer
from voice_agent.channels.outgoing import Dialled
from voice_agent.channels.phone import PhoneDoor
from voice_agent.config import Config
from voice_agent.stores.recordings import Recordings

T = TypeVar("T")

_log = logging.getLogger("voice_agent.server")


class Server:
    """A running server. Made by `voice_agent.app.server.open_server`, which opens its parts one by one."""

    def __init__(self, config: Config, pool: SpeechPool, opened: Opened) -> None:
        self.config = config
        self.pool = pool
        self.opened = opened
        self.wheel = MediaWheel()
        self.ports = MediaPorts(config.sip.host, config.rtp.low, config.rtp.high)
        self.metrics = Metrics(self._readings)
        self.recordings: Recordings | None = None
        self.desk: CallDesk | None = None
        self.endpoint: SipEndpoint | None = None
        self.door: PhoneDoor | None = None
        self.health: HealthServer | None = None
        self.chat: ChatServer | None = None
        self.whatsapp: WhatsAppServer | None = None
        self.monitor = LoopMonitor()

    @property
    def agent(self) -> str:
        """The agent's name."""
        return self.opened.pack.agent.name

    @property
    def sip_uri(self) -> str:
        address = self._need(self.endpoint).address
        host = f"[{address.host}]" if ":" in address.host else address.host
        return f"sip:{host}:{address.port}"

    @property
    def http_url(self) -> str:
        return self._need(self.health).url

    @property
    def chat_url(self) -> str | None:
        """Where people chat, None where this server takes no chats."""
        return None if self.chat is None else self.chat.url

    @property
    def whatsapp_url(self) -> str | None:
        """Where webhooks of WhatsApp come in, None where this server takes none."""
        return None if self.whatsapp is None else self.whatsapp.url

    def state(self) -> dict[str, Any]:
        """What `/health` shows."""
        desk = self._need(self.desk)
        refusal = desk.refusal()
        pool = self.pool.statistics()
        return {
            "ready": refusal is None,
            "reason": refusal,
            "draining": desk.admission.draining,
            "agent": self.agent,
            "calls": len(desk),
            "chats": 0 if self.chat is None else len(self.chat.chats),
            "whatsapp": 0 if self.whatsapp is None else len(self.whatsapp.correspondence),
            "limit": self.config.calls.limit,
            "lost_calls": self.opened.lost,
            "engines": {"ready": pool.ready, "of": pool.processes, "restarts": pool.restarts},
            **load_state(desk, self.load(), pool, self.pool.versions),
            **self.monitor.state(),
            "tools": self.opened.tools.state(),
            **storage_state(self.opened.store, self.recordings),
        }

    def load(self) -> Readings:
        """What admission looks at."""
        return readings_of(self.pool, self.ports, self.wheel)

    async def dial(self, uri: str, *, ring_s: float, progress: Callable[[int], None]) -> Dialled:
        """The agent calls somebody; returns when the call is over. Raises CallFailed."""
        address, user = self._need(self.endpoint).address, self.config.sip.trunk_user
        from_uri = f"sip:{quote(user if user else 'agent')}@{address}"
        return await self._need(self.door).dial(uri, from_uri=from_uri, ring_s=ring_s, progress=progress)

    async def drain(self) -> None:
        """Takes no more calls, and waits for those that are up as long as the settings allow."""
        desk, endpoint = self._need(self.desk), self._need(self.endpoint)
        desk.admission.draining = True
        endpoint.drain()
        _log.info("draining", extra={"calls": len(desk)})
        await drain_desk(desk, self.config.calls.drain_s)

    def _readings(self) -> dict[str, tuple[str, float]]:
        desk = self._need(self.desk)
        return {
            "calls_live": ("Calls that are up", float(len(desk))),
            "chats_live": ("Chats that are going on", float(0 if self.chat is None else len(self.chat.chats))),
            "whatsapp_live": (
                "Customers on WhatsApp whose conversation goes on",
                float(0 if self.whatsapp is None else len(self.whatsapp.correspondence)),
            ),
            "calls_admitted": ("Places taken by calls that ring or are up", float(len(desk.admission))),
            **load_metrics(desk, self.load(), self.wheel, self.pool.statistics()),
            **self.monitor.metrics(),
            **storage_readings(self.opened.store, self.recordings),
            "media_ports_free": ("Ports left for media", float(self.ports.free)),
        }

    @staticmethod
    def _need(part: T | None) -> T:
        if part is None:
            raise RuntimeError("the server is not open yet")
        return part
