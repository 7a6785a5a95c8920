"""Everything that can go wrong, as one tree with stable codes.

    VoiceAgentError            code
    ├── UsageError             usage            the command was called wrongly; exit code 2
    ├── ConfigurationError     configuration    a setting has a value that can't be used
    ├── AgentFolderError       agent_folder     a file of an agent pack is wrong; names file and line
    ├── ModelMissing           model_missing    weights aren't installed; names the command that installs them
    ├── ModelCorrupt           model_corrupt    weights have another SHA-256 than the catalog's
    ├── EngineUnavailable      engine_down      no speech process can take the job now
    │   └── EngineOverloaded   engine_overload  its queue is full; the job was not accepted
    ├── DeadlineExceeded       deadline         an answer did not come in time
    ├── ToolError              tool             a tool of the agent pack failed
    │   ├── ToolHangs          tool_hangs       earlier calls of it have not returned; it was not called
    │   ├── SecureValueGone    secure_gone      a number that was keyed in confidence is not kept any more
    │   ├── ToolUncertain      tool_uncertain   it is not known whether a write went through; not to be tried again
    │   ├── ToolUnreached      tool_unreached   nothing was sent: whoever it would ask can't be reached
    │   └── ToolRefused        tool_refused     a host, an address or a redirect that the agent folder does not allow
    ├── StoreError             store            the conversation log can't be written or read
    │   ├── ConversationUnknown  unknown_conversation
    │   └── LogCorrupt         log_corrupt      a record can't be decoded or is out of order
    ├── ReplayDiverged         diverged         the core took other actions than the log says
    ├── WorkerFailed           worker           a worker process could not start
    ├── CallFailed             call             a call could not be placed or ended early
    └── SimulationStuck        simulation_stuck virtual time can't go on (`simulations.virtual_time`)

Messages say what happened, the value seen and what to do. `hint` is the remedy on a line of its own.
"""

from __future__ import annotations

from typing import ClassVar


class VoiceAgentError(Exception):
    """Base of the tree. `code` is stable and appears in JSON output; `exit_code` is the command's."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def as_json(self) -> dict[str, str]:
        """What `--json` prints: `{"code", "message"}` and, where there is a remedy, `"hint"`."""
        out = {"code": self.code, "message": self.message}
        if self.hint is not None:
            out["hint"] = self.hint
        return out


class UsageError(VoiceAgentError):
    code = "usage"
    exit_code = 2


class ConfigurationError(VoiceAgentError):
    code = "configuration"
    exit_code = 2


class AgentFolderError(VoiceAgentError):
    """A file of an agent pack is wrong. The message begins with `file:line:`."""

    code = "agent_folder"


class ModelMissing(VoiceAgentError):
    code = "model_missing"


class ModelCorrupt(VoiceAgentError):
    code = "model_corrupt"


class EngineUnavailable(VoiceAgentError):
    code = "engine_down"


class EngineOverloaded(EngineUnavailable):
    code = "engine_overload"


class DeadlineExceeded(VoiceAgentError):
    code = "deadline"


class ToolError(VoiceAgentError):
    code = "tool"


class ToolHangs(ToolError):
    code = "tool_hangs"


class SecureValueGone(ToolError):
    code = "secure_gone"


class ToolUncertain(ToolError):
    """A write was begun and nothing tells whether it happened."""

    code = "tool_uncertain"


class ToolUnreached(ToolError):
    """Nothing was sent, so that anything may be tried again."""

    code = "tool_unreached"


class ToolRefused(ToolError):
    """Nothing was sent: the agent folder doesn't allow to ask there."""

    code = "tool_refused"


class StoreError(VoiceAgentError):
    code = "store"


class ConversationUnknown(StoreError):
    code = "unknown_conversation"


class LogCorrupt(StoreError):
    code = "log_corrupt"


class ReplayDiverged(VoiceAgentError):
    code = "diverged"


class WorkerFailed(VoiceAgentError):
    code = "worker"


class CallFailed(VoiceAgentError):
    code = "call"
