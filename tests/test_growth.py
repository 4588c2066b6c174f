"""Growth: what has been measured is kept, what is missing is measured, and the figure is drawn from these files."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from evals import growth
from rag import load_settings


def figures(chunks: int) -> dict[str, Any]:
    """As a file in runs/ holds them."""
    latency = {"p50": chunks / 100, "p95": chunks / 50, "p99": chunks / 40}
    return {
        "chunks": chunks,
        "encoder": "all-MiniLM-L6-v2",
        **dict.fromkeys(("search_short_ms", "search_long_ms", "search_window_ms"), latency),
        "opening_ms": 100.0 + chunks,
        "cold_start_ms": 900.0 + chunks,
        "peak_memory_mib": 300.0,
        "machine": {"cpu": "Abacus 9", "cores": 2, "memory_gib": 8.0, "python": "3.11.1", "system": "Linux"},
    }


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes that are measured; at the first 300 the run is interrupted."""
    sizes: list[int] = []

    def measure(settings: Any, chunks: int, **_: Any) -> int:
        sizes.append(chunks)
        if sizes.count(300) == 1 and chunks == 300:
            raise KeyboardInterrupt
        return chunks

    monkeypatch.setattr(growth, "measure", measure)
    monkeypatch.setattr(growth, "report_json", figures)
    return sizes


def test_an_interrupted_run_goes_on_where_it_stopped(measured: list[int], tmp_path: Path) -> None:
    arguments = ["300", "100", "1000", "--runs", str(tmp_path / "runs"), "--figure", str(tmp_path / "growth.svg")]

    with pytest.raises(KeyboardInterrupt):
        growth.main(arguments)
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["speed-100.json"]
    growth.main(arguments)

    assert measured == [100, 300, 300, 1000]
    kept = json.loads((tmp_path / "runs" / "speed-300.json").read_text(encoding="utf-8"))
    assert kept["chunks"] == 300
    assert kept["machine"]["cores"] >= 1
    assert (tmp_path / "growth.svg").exists()


def test_the_figure_is_made_of_the_files_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(growth, "measure")
    for chunks in (100, 1000):
        (tmp_path / f"speed-{chunks}.json").write_text(json.dumps(figures(chunks)), encoding="utf-8")
    said: list[str] = []

    found = growth.grow([1000, 100], load_settings(llm="none"), tmp_path, said.append)
    for name in ("first.svg", "second.svg"):
        growth.draw(found, tmp_path / name)

    assert [size["chunks"] for size in found] == [100, 1000]
    assert all("is there; delete it to measure again" in line for line in said)
    drawn = (tmp_path / "first.svg").read_text(encoding="utf-8")
    assert drawn == (tmp_path / "second.svg").read_text(encoding="utf-8"), "the same figures, the same bytes"
    assert ElementTree.fromstring(drawn).tag.endswith("svg")
    assert "fill: #ffffff" in drawn, "it is as readable on a dark page"
    for words in ("Search, ms", "short questions", "Peak memory, MiB", "Abacus 9, 2 cores, 8.0 GiB"):
        assert words in drawn
