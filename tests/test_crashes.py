"""Nothing acknowledged is lost, and nothing is half there, when a process that changes a library is killed."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.crashes import kill_at_random

KILLS = 20


def test_a_library_is_whole_after_each_of_many_kills(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    for number in range(KILLS):
        try:
            kill_at_random(tmp_path / "library", seed + number)
        except AssertionError as error:
            raise AssertionError(f"seed {seed + number}: {error}") from error


@pytest.mark.timeout(600)
def test_a_library_is_whole_after_an_end_at_each_write(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.crashes", "writes"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout.split()[-2]) > 40
