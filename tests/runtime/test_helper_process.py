"""Long reading in a process of its own: its answers and refusals come back, and one that died is replaced."""

import json
import os
import subprocess
import sys

import pytest

from eventkit.storage.db import Database
from tests.world.builders import an_event
from tests.world.places import ROOT

SCRIPT = """
from gevent import monkey; monkey.patch_all()
import json, os, signal, sys
import gevent
from eventkit.event import events
from eventkit.errors import NotFound
from eventkit.storage.helper_process import Aside
from eventkit.storage.db import Database

url, code = sys.argv[1:]
aside, turns = Aside(Database(url)), []

def others():
    while True:
        turns.append(1)
        gevent.sleep(0)

serving = gevent.spawn(others)
names = [aside.read(events.by_code, code).name]
served = len(turns) > 1
try:
    aside.read(events.by_code, code="nowhere")
except NotFound as refusal:
    names.append(str(refusal))
first = aside._helper.pid
os.kill(first, signal.SIGKILL)
names.append(aside.read(events.by_code, code).name)
serving.kill()
second = aside._helper.pid
aside.stop()
print(json.dumps({"names": names, "served": served, "replaced": first != second}))
"""


@pytest.mark.only_on("sqlite")
def test_work_aside_answers_refuses_and_survives_its_helper(migrated: str, behind: Database) -> None:
    event, _ = an_event(behind)
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", SCRIPT, migrated, event.code]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    assert json.loads(done.stdout) == {
        "names": [
            "Test camp",
            "There is no event with this code. Check it against the poster or the screen.",
            "Test camp",
        ],
        "served": True,
        "replaced": True,
    }
