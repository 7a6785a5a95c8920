"""`voice-agent callbacks`: who was promised a call back, and ticking them off."""

from __future__ import annotations

import argparse

import msgspec

from voice_agent.cli.options import data_dir_of
from voice_agent.cli.output import CallbackDone, CallbackList, CallbackRow, print_json
from voice_agent.effects.callbacks import CallbackTask, finish_task, tasks_in
from voice_agent.errors import StoreError
from voice_agent.stores.schema import database_path


def run(options: argparse.Namespace) -> int:
    data_dir = data_dir_of(options)
    if not database_path(data_dir).exists():
        raise StoreError(
            f"{data_dir} holds no conversations", hint="start a server on this --data-dir first, or name another"
        )
    if options.what == "list":
        _list(tasks_in(data_dir, done=options.done), as_json=options.json)
        return 0
    if not finish_task(data_dir, options.id):
        raise StoreError(
            f"no call-back task {options.id!r} in {data_dir}", hint="`voice-agent callbacks list` shows what there is"
        )
    if options.json:
        print_json(CallbackDone(options.id, "done"))
    else:
        print(f"{options.id}: done")
    return 0


def _list(tasks: list[CallbackTask], *, as_json: bool) -> None:
    if as_json:
        print_json(CallbackList(tuple(CallbackRow(**msgspec.structs.asdict(task)) for task in tasks)))
        return
    if not tasks:
        print("nobody waits for a call")
    for task in tasks:
        print(f"{task.id}  {task.created}  {task.target}  {task.reason}: {task.summary}")
