"""The whole command line in one place. It imports none of what the commands do, so that `--help` answers at once."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NoReturn

from voice_agent import __version__
from voice_agent.cli.argument_values import moment, port, seconds
from voice_agent.cli.options import CONFIG_FILE
from voice_agent.cli.simulate_arguments import add_simulate, add_simulate_worker
from voice_agent.errors import UsageError

_EXAMPLES: Final = """examples:
  voice-agent demo                                   three synthetic calls against a server of its own
  voice-agent serve examples/riverside_broadband     answer the phone
  voice-agent chat examples/riverside_broadband      the same agent, typed
  voice-agent calls list                             what was said, and why
  voice-agent replay --all                           decide everything again and compare
"""
_PACK: Final = "examples/riverside_broadband"
FOLDER_FILES: Final = ("agent", "journey", "article", "scenario", "tools", "outcomes", "lexicon", "report")
ROLES: Final = ("viewer", "auditor", "supervisor", "admin")
_ID: Final = "20260302-090000-1f2e3d4c"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message, hint=f"`{self.prog} --help` shows how it is called")


def parser() -> argparse.ArgumentParser:
    """Options of a parsed line: `verb`, `json`, and what the verb adds. Raises UsageError where a line is wrong."""
    out = _Parser(
        prog="voice-agent",
        description="A self-hosted agent that answers the phone.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    out.add_argument("--version", action="version", version=f"voice-agent {__version__}")
    verbs = out.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, (summary, examples, add) in VERBS.items():
        verb: argparse.ArgumentParser = verbs.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            epilog="examples:\n" + "\n".join(f"  voice-agent {name} {example}".rstrip() for example in examples),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            conflict_handler="resolve",  # a verb may say more of --json
        )
        verb.add_argument("--json", action="store_true", help="machine-readable output, as in docs/contracts.md")
        add(verb)
    return out


def _agent(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("agent", type=Path, metavar="AGENT", help=f"an agent folder, such as {_PACK}")


def _tools(verb: argparse.ArgumentParser) -> None:
    _agent(verb)
    verb.add_argument("--pin", action="store_true", help="fetch what describes tools elsewhere into the folder first")


def _config(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--config", type=Path, metavar="FILE", help=f"settings (default: {CONFIG_FILE} if it is there)")
    verb.add_argument("--data-dir", metavar="DIR", help="where conversations are kept ([store] data_dir)")


def _serve(verb: argparse.ArgumentParser) -> None:
    _agent(verb)
    _config(verb)
    verb.add_argument("--sip-port", type=port, metavar="PORT", help="UDP port for calls ([sip] port), 0 for any")
    verb.add_argument("--http-port", type=port, metavar="PORT", help="port of /health and /metrics, 0 for any")
    verb.add_argument("--api-port", type=port, metavar="PORT", help="port of the API ([api] port), 0 for any")
    verb.add_argument("--chat-port", type=port, metavar="PORT", help="port of chats ([chat] port), 0 for any")


def _api(verb: argparse.ArgumentParser) -> None:
    _config(verb)
    verb.add_argument("--port", type=port, metavar="PORT", help="where it answers ([api] port), 0 for any")
    serving, token = _parts(verb, "serve", serve="answer questions about calls", token="make a token for somebody")
    serving.add_argument("--port", type=port, metavar="PORT", help="where it answers ([api] port), 0 for any")
    token.add_argument("--role", required=True, choices=ROLES, help="what it opens (docs/api.md)")
    token.add_argument("--name", required=True, metavar="NAME", help="whose it is; stands in the access log")


def _call(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("uri", metavar="URI", help="whom to call, such as sip:127.0.0.1:5060")
    _config(verb)
    what = verb.add_mutually_exclusive_group(required=True)
    what.add_argument("--scenario", type=Path, metavar="FILE", help="a caller, as in docs/scenarios.md")
    what.add_argument("--say", nargs="+", metavar="TEXT|WAV", help="lines or recordings, each once the agent is done")
    verb.add_argument("--record", type=Path, metavar="WAV", help="keep both sides in a stereo file")
    verb.add_argument("--line", metavar="NAME", help="a bad line, such as street_10db (docs/conditions.md)")


def _dial(verb: argparse.ArgumentParser) -> None:
    _agent(verb)
    verb.add_argument("uri", metavar="URI", help="whom to call, such as sip:desk@10.0.0.5")
    verb.add_argument("--ring", type=seconds, default=45, metavar="SECONDS", help="how long it may ring (default 45)")
    _config(verb)


def _demo(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("agent", type=Path, metavar="AGENT", nargs="?", help=f"an agent folder (default: {_PACK})")
    _config(verb)


def _simulate(verb: argparse.ArgumentParser) -> None:
    _agent(verb)
    add_simulate(verb)
    _config(verb)


def _simulate_worker(verb: argparse.ArgumentParser) -> None:
    _agent(verb)
    add_simulate_worker(verb)
    _config(verb)


def _chat(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("agent", type=Path, metavar="AGENT", nargs="?", help=f"an agent folder, such as {_PACK}")
    verb.add_argument("--url", metavar="URL", help="chat with a server instead, at the address that `serve` tells")
    _config(verb)
    verb.add_argument("--seed", type=int, help="the seed in the log's header ([calls] seed)")
    verb.add_argument("--customer", help="who is typing, where that is known")


def _check(verb: argparse.ArgumentParser) -> None:
    _agent(verb)
    verb.add_argument("--strict", action="store_true", help="warnings make it fail too")
    verb.add_argument("--by-words", action="store_true", help="compare examples by their words, without an engine")
    _config(verb)


def _schema(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("name", metavar="NAME", nargs="?", choices=FOLDER_FILES, help=", ".join(FOLDER_FILES))


def _explain(verb: argparse.ArgumentParser) -> None:
    _agent(verb)
    verb.add_argument("journey", metavar="JOURNEY", nargs="?", help="one of its journeys (default: all of them)")
    verb.add_argument("--svg", type=Path, metavar="DIR", help="draw each as DIR/JOURNEY.svg too")
    verb.add_argument("--language", metavar="CODE", help="in which texts are shown (default: the agent's first)")


def _calls(verb: argparse.ArgumentParser) -> None:
    _config(verb)
    verb.add_argument("--limit", type=int, default=20, help="how many `list` shows (default 20)")
    verb.set_defaults(log=False, trace=False)
    listing, show, audio = _parts(verb, "list", list="which there are", show="what was said", audio="its recording")
    listing.add_argument("--limit", type=int, help="how many it shows (default 20)")
    for part in (show, audio):
        part.add_argument("id", metavar="ID", help="a conversation, as `calls list` shows it, or `latest`")
    form = show.add_mutually_exclusive_group()
    form.add_argument("--log", action="store_true", help="the whole log as JSON lines")
    form.add_argument("--trace", action="store_true", help="why each word was said, turn by turn (docs/traces.md)")


def _callbacks(verb: argparse.ArgumentParser) -> None:
    _config(verb)
    verb.set_defaults(done=False)
    listing, done = _parts(verb, "list", list="who waits for a call", done="somebody has called back")
    listing.add_argument("--done", action="store_true", help="those that are done instead of those that are open")
    done.add_argument("id", metavar="ID", help="a task, as `callbacks list` shows it")


def _outcomes(verb: argparse.ArgumentParser) -> None:
    _config(verb)
    verb.set_defaults(since=None, as_of=None, csv=False)
    listing, recompute, export = _parts(
        verb,
        "list",
        list="how journeys ended, and what is billed",
        recompute="decide every conversation again and compare how it ended",
        export="for other programs, as JSON or CSV",
    )
    for part in (listing, recompute, export):
        part.add_argument("--since", type=moment, metavar="TIME", help="conversations that began then or later")
    for part in (listing, export):
        part.add_argument("--as-of", type=moment, metavar="TIME", help="as it stood or will stand then (default: now)")
    export.add_argument("--csv", action="store_true", help="one line each, with a heading, instead of JSON")


def _knowledge(verb: argparse.ArgumentParser) -> None:
    _config(verb)
    search, gaps = _parts(verb, "", search="what a question finds", gaps="what was asked and no article answers")
    for part in (search, gaps):
        part.add_argument("agent", type=Path, metavar="AGENT", help=f"an agent folder, such as {_PACK}")
    search.add_argument("question", metavar="QUESTION", help="as a caller would ask it")
    search.add_argument("--language", default=None, help="of the question (default: the agent's first)")
    search.add_argument("--channel", choices=("phone", "text"), default="phone", help="where (default phone)")
    search.add_argument("--customer", action="store_true", default=False, help="asked by somebody who is identified")
    search.add_argument("--limit", type=int, default=5, help="how many passages are shown (default 5)")


def _parts(verb: argparse.ArgumentParser, default: str, **parts: str) -> list[argparse.ArgumentParser]:
    """Verbs within `verb`; which one was given stands in `what`. What is common to all may stand before or after."""
    within = verb.add_subparsers(metavar="|".join(parts), required=False)
    verb.set_defaults(what=default)
    made = []
    for name, summary in parts.items():
        part: argparse.ArgumentParser = within.add_parser(name, help=summary, argument_default=argparse.SUPPRESS)
        part.set_defaults(what=name)
        part.add_argument("--json", action="store_true", help="machine-readable output, as in docs/contracts.md")
        _config(part)
        made.append(part)
    return made


def _replay(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("what", nargs="?", metavar="ID|FILE", help="a conversation, `latest`, or a log as JSON lines")
    verb.add_argument("--all", action="store_true", help="every conversation in the data directory")
    verb.add_argument("--agent", type=Path, metavar="DIR", help="the agent folder, for a log from elsewhere")
    _config(verb)


def _erase(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("id", metavar="ID", help="a conversation, as `calls list` shows it")
    _config(verb)


Adds = Callable[[argparse.ArgumentParser], Any]

VERBS: Final[dict[str, tuple[str, tuple[str, ...], Adds]]] = {
    "serve": ("answer the phone with an agent", (_PACK, f"{_PACK} --sip-port 0 --http-port 0 --json"), _serve),
    "call": (
        "place a synthetic call",
        (
            f"sip:127.0.0.1:5060 --scenario {_PACK}/simulations/track_order_found.yaml",
            'sip:127.0.0.1:5060 --say "Where is my order?" "five five oh one, two four seven nine" --record call.wav',
        ),
        _call,
    ),
    "dial": (
        "have an agent call somebody",
        (f"{_PACK} sip:127.0.0.1:5070", f"{_PACK} sip:desk@10.0.0.5 --json"),
        _dial,
    ),
    "demo": ("start a server and place three synthetic calls against it", ("", "--json"), _demo),
    "simulate": (
        "have synthetic callers try an agent, and say what held",
        (_PACK, f"{_PACK} 'track_*' --level audio --runs 4", f"{_PACK} --junit report.xml --json report.json"),
        _simulate,
    ),
    "simulate-worker": (
        "play runs for suites on other machines",
        (f"{_PACK} --database postgresql://ci@db.example/simulations",),
        _simulate_worker,
    ),
    "chat": (
        "type with an agent",
        (_PACK, f"{_PACK} --json < lines.jsonl", "--url http://127.0.0.1:8082/chat/"),
        _chat,
    ),
    "check": ("check an agent folder", (_PACK, f"{_PACK} --strict --json"), _check),
    "explain": (
        "tell a journey in words, and draw it",
        (f"{_PACK} track_order", f"{_PACK} --svg drawings"),
        _explain,
    ),
    "schema": ("print the JSON Schema of a file of an agent folder, or of a report", ("", "journey"), _schema),
    "tools": ("list the tools of an agent folder", (_PACK, f"{_PACK} --pin"), _tools),
    "calls": (
        "list conversations, show one, or find its recording",
        ("list", "show latest --trace", f"show {_ID} --log > call.jsonl", f"audio {_ID}"),
        _calls,
    ),
    "outcomes": (
        "list how journeys ended and what is billed, decide that again, or export it",
        ("", "recompute", "export --csv --since 2026-03-01"),
        _outcomes,
    ),
    "callbacks": ("list who is to be called back, or tick one off", ("list", f"done {_ID}:3"), _callbacks),
    "api": (
        "answer questions about calls over HTTP, or make a token for who may ask",
        ("", "--port 0 --json", "token --role viewer --name reports"),
        _api,
    ),
    "knowledge": (
        "try what the articles of an agent answer, or list what they don't",
        (f'search {_PACK} "What does a late payment cost?"', f"gaps {_PACK}"),
        _knowledge,
    ),
    "replay": (
        "decide conversations again and compare with what was decided",
        ("--all", "latest", f"call.jsonl --agent {_PACK}"),
        _replay,
    ),
    "erase": ("erase what was said in a conversation, and its recording", (_ID,), _erase),
}
"""Name -> what it does, examples of its arguments, and what adds its options."""
