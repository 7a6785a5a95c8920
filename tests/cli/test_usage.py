"""How commands are called: exit codes, one-line errors, examples that parse, schemas that are up to date."""

from __future__ import annotations

import json
import re
import shlex
import socket
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest

from tests.agent.core_script import EXAMPLE
from tests.cli.conftest import SCHEMAS, Cli
from voice_agent import __version__
from voice_agent.cli import schemas
from voice_agent.cli.arguments import VERBS, parser
from voice_agent.cli.command_line import parse
from voice_agent.errors import UsageError

ROOT = Path(__file__).parents[2]
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
WRONG = (
    ((), "voice-agent: the following arguments are required: VERB"),
    (("sing",), "voice-agent: argument VERB: invalid choice: 'sing'"),
    (("serve",), "voice-agent serve: the following arguments are required: AGENT"),
    (("serve", EXAMPLE, "--sip-port", "many"), "voice-agent serve: argument --sip-port: 'many' is no port, 0 to 65535"),
    (("call", "sip:a@b"), "voice-agent call: one of the arguments --scenario --say is required"),
    (("calls", "sing"), "voice-agent calls: argument list|show|audio: invalid choice: 'sing'"),
    (("chat", EXAMPLE, "--louder"), "voice-agent: unrecognized arguments: --louder"),
    (("chat",), "voice-agent chat: chat needs an AGENT folder or --url"),
    (
        ("chat", "folder", "--url", "ws://a"),
        "voice-agent chat: chat takes an AGENT folder or --url, and found both: folder and ws://a",
    ),
    (("erase",), "voice-agent erase: the following arguments are required: ID"),
)


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_a_wrong_call_is_exit_code_2_and_one_line_with_a_hint(
    cli: Cli, arguments: tuple[str | Path, ...], message: str
) -> None:
    assert cli(*arguments) == 2
    line, hint = cli.complaint()
    assert _without_verb(line).startswith(_without_verb(message))
    assert "--help" in hint
    assert cli.out == ""


def test_a_wrong_call_with_json_is_json(cli: Cli) -> None:
    assert cli("calls", "list", "--limit", "x", "--json") == 2
    assert cli.printed("error")["error"]["code"] == "usage"


@pytest.mark.parametrize("json_file", [("--json", "nowhere/report.json"), ("--json=nowhere/report.json",)])
@pytest.mark.parametrize("wrong", [(), ("nobody",), ("--loud",)], ids=["no folder", "no scenario", "no option"])
def test_an_error_of_a_report_that_goes_into_a_file_is_on_stderr_alone(
    cli: Cli, json_file: tuple[str, ...], wrong: tuple[str, ...]
) -> None:
    assert cli("simulate", EXAMPLE, *wrong, *json_file) == 2
    assert cli.complaint()[1] != ""
    assert cli.out == ""


@pytest.mark.parametrize("verb", ["check", "serve", "explain", "call"])
def test_a_file_for_json_that_is_printed_is_told_what_to_write_instead(cli: Cli, verb: str) -> None:
    needed = {"call": ("sip:a@b", "--say=hi"), "explain": (EXAMPLE, "journey")}
    assert cli(verb, *needed.get(verb, (EXAMPLE,)), "--json", "out.json") == 2
    assert cli.printed("error")["error"]["message"] == f"--json out.json: {verb} prints its JSON"
    assert "> out.json" in cli.complaint()[1]


@pytest.mark.parametrize("verb", ["serve", "chat", "call", "demo", "calls", "callbacks", "replay", "erase"])
def test_unusable_settings_are_exit_code_2(cli: Cli, verb: str, tmp_path: Path) -> None:
    settings = tmp_path / "wrong.toml"
    settings.write_text("[speech]\nrecognizer = 'whisper-base'\n")
    needed = {"serve": [str(EXAMPLE)], "chat": [str(EXAMPLE)], "call": ["sip:a@b", "--say", "hi"], "erase": ["x"]}
    needed["replay"] = ["--all"]
    assert cli(verb, *needed.get(verb, []), "--config", settings, "--json") == 2
    assert cli.printed("error")["error"]["code"] == "configuration"
    assert "did you mean recogniser?" in cli.complaint()[0]


def test_settings_that_are_not_there_are_an_error(cli: Cli, tmp_path: Path) -> None:
    assert cli("calls", "--config", tmp_path / "nowhere.toml") == 2
    assert "nowhere.toml can't be read" in cli.complaint()[0]


def test_settings_of_the_current_directory_and_the_environment_count(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "voice-agent.toml").write_text(f'[store]\ndata_dir = "{cli.data_dir}"\n')
    assert cli("calls", "list") == 0
    monkeypatch.setenv("VOICE_AGENT_STORE_DATA_DIR", str(tmp_path / "nowhere"))
    assert cli("calls", "list") == 1
    assert cli.stored("calls", "list") == 0


@pytest.mark.parametrize("verb", ["serve", "chat"])
def test_an_agent_folder_with_mistakes_is_told_before_engines_load(cli: Cli, verb: str, broken_agent: Path) -> None:
    assert cli(verb, broken_agent, "--json") == 1
    assert cli.printed("error")["error"]["code"] == "agent_folder"
    message = json.loads(cli.out)["error"]["message"]
    assert re.match(r"journeys/\w+\.yaml:\d+: ", message)


@pytest.mark.parametrize(("section", "kind"), [("sip", socket.SOCK_DGRAM), ("http", socket.SOCK_STREAM)])
def test_a_port_that_is_taken_is_told_before_engines_load(cli: Cli, section: str, kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            taken.listen()
        port = taken.getsockname()[1]
        ports = {"sip": "0", "http": "0", section: str(port)}
        assert cli("serve", EXAMPLE, "--sip-port", ports["sip"], "--http-port", ports["http"]) == 2
    line, hint = cli.complaint()
    assert line == f"voice-agent serve: [{section}] 127.0.0.1:{port} can't be used: Address already in use"
    assert "0 for any" in hint


@pytest.mark.parametrize(("uri", "why"), [("sip:112@127.0.0.1", "never dialled"), ("maya", "can't be dialled")])
def test_what_must_not_be_dialled_is_told_before_engines_load(cli: Cli, uri: str, why: str) -> None:
    assert cli("dial", EXAMPLE, uri, "--json") == 1
    assert cli.printed("error")["error"]["code"] == "call"
    assert why in cli.complaint()[0]


def test_version_and_help_are_exit_code_0(capsys: pytest.CaptureFixture[str]) -> None:
    for line, found in (("--version", f"voice-agent {__version__}"), ("--help", "replay"), ("calls --help", "audio")):
        with pytest.raises(SystemExit) as stopped:
            parser().parse_args(line.split())
        assert stopped.value.code == 0
        assert found in capsys.readouterr().out


def test_what_is_selected_may_come_before_options_or_after_them() -> None:
    for line in ("simulate agent a b --level audio", "simulate agent --level audio a b", "simulate agent a --runs 1 b"):
        assert parse(line.split()).select == ["a", "b"]
    for wrong in ("simulate agent --levels audio", "simulate agent --runs 1 a --dpi 2", "serve agent another"):
        with pytest.raises(UsageError, match="unrecognized arguments: "):
            parse(wrong.split())


@pytest.mark.parametrize("verb", list(VERBS))
def test_the_examples_of_help_parse(verb: str) -> None:
    _summary, examples, _add = VERBS[verb]
    assert examples
    for example in examples:
        assert parser().parse_args([verb, *_words(example)]).verb == verb


def test_the_examples_of_the_main_help_parse() -> None:
    lines = [line.split("   ")[0] for line in parser().format_help().splitlines() if line.startswith("  voice-agent ")]
    assert len(lines) >= 5
    for line in lines:
        parser().parse_args(_words(line)[1:])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_in_documents_parse(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for line in re.findall(r"^\$ (voice-agent .+)$", text, re.MULTILINE):
        parser().parse_args(_words(line.split("   #")[0])[1:])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_mentioned_in_documents_have_the_options_they_name(document: Path) -> None:
    """In running text what a command requires may be left out."""
    text = document.read_text(encoding="utf-8")
    mentioned = [line for line in re.findall(r"`(voice-agent [^`]+)`", text) if not set(line) & set("[|")]
    complaints = [(line, _complaint(_words(line.replace("...", ""))[1:])) for line in mentioned]
    assert [(line, found) for line, found in complaints if found is not None and "required" not in found] == []


# Schemas


def test_schema_files_are_up_to_date(tmp_path: Path) -> None:
    written = schemas.write(tmp_path)
    assert {path.name for path in SCHEMAS.glob("*.json")} == {path.name for path in written}
    for path in written:
        kept = SCHEMAS / path.name
        assert kept.read_bytes() == path.read_bytes(), "python -m voice_agent.cli.schemas docs/schemas"


@pytest.mark.parametrize("name", [*schemas.PRINTED, *schemas.FOLDER])
def test_schemas_are_schemas_and_contracts_name_them(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schemas.schema(name))
    assert f"`{name}.json`" in (ROOT / "docs" / "contracts.md").read_text(encoding="utf-8")


def test_the_schema_module_is_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert schemas.main([str(tmp_path / "new")]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(schemas.PRINTED) + len(schemas.FOLDER)
    assert schemas.main([]) == 2


def _complaint(words: list[str]) -> str | None:
    try:
        parser().parse_args(words)
    except UsageError as problem:
        return problem.message
    return None


def _words(line: str) -> list[str]:
    """As a shell would read it, without redirections."""
    words = shlex.split(line.strip())
    for redirection in (">", "<"):
        if redirection in words:
            words = words[: words.index(redirection)]
    return words


def _without_verb(line: str) -> str:
    return re.sub(r"^voice-agent( \w+)?: ", "", line)
