"""The speech processes of a pool, by their numbers: each lives from its start to its end, is listened to, and buried.

Which are started and killed, and what is sent, others decide (`models/scheduler.py`).
"""

from __future__ import annotations

from collections.abc import Callable

from models.pool_jobs import refusal
from models.process_link import ProcessLink
from models.process_messages import Answer, ProtocolBroken, Ready, Refused, ToProcess
from models.process_settings import EngineSettings
from voice_agent.errors import EngineUnavailable, VoiceAgentError


class ProcessLives:
    """`heard` is told each message of a process, `ended` why it is no more; a number may live again after that."""

    def __init__(
        self,
        settings: EngineSettings,
        heard: Callable[[int, Ready | Answer], None],
        ended: Callable[[int, VoiceAgentError], None],
    ) -> None:
        self._settings = settings
        self._heard = heard
        self._ended = ended
        self._links: dict[int, ProcessLink] = {}
        self._doomed: set[int] = set()
        """To be killed as soon as they are made."""

    @property
    def pids(self) -> dict[int, int]:
        """Process number to process id."""
        return {number: link.pid for number, link in self._links.items()}

    def send(self, number: int, message: ToProcess) -> None:
        """What is for a process that has gone is lost; `ended` is about to be told."""
        if (link := self._links.get(number)) is not None:
            link.send(message)

    def kill(self, number: int) -> None:
        if (link := self._links.get(number)) is None:
            self._doomed.add(number)  # it is being made right now
        else:
            link.kill()

    async def live(self, number: int) -> None:
        """One life of a process, from its start to its end."""
        try:
            link = await ProcessLink.start(self._settings)
        except OSError as error:
            self._ended(number, EngineUnavailable(f"a speech process can't be started: {error}"))
            return
        self._links[number] = link
        if number in self._doomed:
            link.kill()
        failure: VoiceAgentError | None = None
        try:
            failure = await self._listen(number, link)
        finally:
            del self._links[number]
            self._doomed.discard(number)
            code = await link.ended()
        self._ended(number, EngineUnavailable(f"exit code {code}") if failure is None else failure)

    async def _listen(self, number: int, link: ProcessLink) -> VoiceAgentError | None:
        """Hands on messages until the process is gone; what it said was wrong, if it said so."""
        try:
            while (message := await link.receive()) is not None:
                if isinstance(message, Refused):
                    return refusal(message)
                self._heard(number, message)
        except ProtocolBroken as error:
            return error
        return None
