"""The accepted figures: a run without its texts. `python -m evals.baseline RUN TARGET` accepts a run."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evals.runs import read_run

_FACTS = ("name", "created", "settings", "fingerprint", "versions", "machine", "metrics")
_KEPT = ("id", "type", "answerable", "status", "mode", "confidence", "scores", "timings_ms", "usage")


def accepted(run: Mapping[str, Any]) -> dict[str, Any]:
    """What a later run is compared with: every question's scores, and the figures for people to read."""
    facts = {name: run[name] for name in _FACTS}
    rows = [{**{name: row[name] for name in _KEPT}, "answers": row["answers"][:1]} for row in run["questions"]]
    return {**facts, "questions": rows}


if __name__ == "__main__":
    source, target = sys.argv[1:]
    Path(target).write_text(json.dumps(accepted(read_run(source)), indent=1) + "\n", encoding="utf-8")
