"""Whether the ports of a server can be had, asked before anything slow begins; the server binds them for itself."""

from __future__ import annotations

import socket

from voice_agent.config import Config
from voice_agent.errors import ConfigurationError


def check_ports(config: Config) -> None:
    """Raises ConfigurationError for the first port of the settings that is taken or not ours to have."""
    _check(socket.SOCK_DGRAM, "sip", config.sip.host, config.sip.port)
    _check(socket.SOCK_STREAM, "http", config.http.host, config.http.port)
    if config.api.enabled:
        _check(socket.SOCK_STREAM, "api", config.api.host, config.api.port)
    if config.chat.enabled:
        _check(socket.SOCK_STREAM, "chat", config.chat.host, config.chat.port)
    if config.whatsapp.number_id:
        _check(socket.SOCK_STREAM, "whatsapp", config.whatsapp.host, config.whatsapp.port)


def _check(kind: socket.SocketKind, section: str, host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as probe:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise ConfigurationError(
                f"[{section}] {host}:{port} can't be used: {problem.strerror}",
                hint=f"choose another with [{section}] port, 0 for any",
            ) from problem
