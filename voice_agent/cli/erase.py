"""`voice-agent erase ID`: a person's words, numbers and voice are gone; that there was a conversation stays."""

from __future__ import annotations

import argparse

from voice_agent.cli.options import data_dir_of
from voice_agent.cli.output import Erased, print_json
from voice_agent.effects.callbacks import erase_tasks
from voice_agent.stores.recordings import audio_path
from voice_agent.stores.sqlite import erase_records


def run(options: argparse.Namespace) -> int:
    data_dir = data_dir_of(options)
    count = erase_records(data_dir, options.id)
    tasks = erase_tasks(data_dir, options.id)
    path = audio_path(data_dir, options.id)
    deleted = path.exists()
    path.unlink(missing_ok=True)
    if options.json:
        print_json(Erased(options.id, count, deleted, tasks))
    else:
        audio = ", its recording" if deleted else ""
        print(f"{options.id}: {count} records{audio} and {tasks} call-back task(s) erased")
    return 0
