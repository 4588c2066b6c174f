"""What it is worth where documents are cut, measured over the project's own sets."""

import pytest

from evals import cutting
from rag import chunking
from rag.chunking import COSTS
from tests.conftest import ROOT, SALTMERE

SET = f"{ROOT / 'evals' / 'questions' / 'saltmere.jsonl'}:{SALTMERE}:sentence_hit@3"


def test_each_way_of_cutting_has_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "WAYS", dict(list(cutting.WAYS.items())[:2]))
    lines: list[str] = []
    cutting.main([SET, "--tokens", "256,64"], lines.append)
    (table, *rows) = lines
    assert table == "| cut | saltmere sentence hit@3 |\n| --- | --- |"
    assert [row.split(" | ")[0] for row in rows] == ["| as it is", "| evenly, wherever that is"]
    assert all(0 < float(row.split(" | ")[1].strip(" |")) <= 1 for row in rows)
    assert chunking.COSTS is COSTS


@pytest.mark.parametrize("wrong", [["set.jsonl"], [SET, "--tokens", "256,many"]])
def test_what_cannot_be_measured_is_named(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cutting.main(wrong)
    assert wrong[-1] in capsys.readouterr().err
