"""Nothing acknowledged is lost, and nothing is half there, when a process that changes a library is killed."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("how", "least"), [(("kill", "20"), 20), (("writes", "2"), 60)], ids=["any moment", "at writes"]
)
def test_a_library_is_whole_after_processes_were_killed(how: tuple[str, ...], least: int) -> None:
    command = [sys.executable, "-m", "tests.crashes", *how]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.count("whole after") >= least if how[0] == "kill" else int(ended.stdout.split()[-2]) >= least
