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
from eventkit.processes.cooperation import Cooperative
from eventkit.processes.helper_process import HelperProcess
from eventkit.storage.db import Database

url, code = sys.argv[1:]
helper, turns = HelperProcess(Database(url, Cooperative())), []

def others():
    while True:
        turns.append(1)
        gevent.sleep(0)

serving = gevent.spawn(others)
names = [helper.read(events.by_code, code).name]
served = len(turns) > 1
try:
    helper.read(events.by_code, code="nowhere")
except NotFound as refusal:
    names.append(str(refusal))
first = helper.child.pid
os.kill(first, signal.SIGKILL)
names.append(helper.read(events.by_code, code).name)
serving.kill()
second = helper.child.pid
helper.stop()
print(json.dumps({"names": names, "served": served, "replaced": first != second}))
"""


@pytest.mark.only_on("sqlite")
def test_helper_process_answers_refuses_and_survives_its_helper(migrated: str, behind: Database) -> None:
    event, _ = an_event(behind)
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", SCRIPT, migrated, event.code]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=180, check=False)
    assert done.stderr == ""
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "names": [
            "Test camp",
            "There is no event with this code. Check it against the poster or the screen.",
            "Test camp",
        ],
        "served": True,
        "replaced": True,
    }
