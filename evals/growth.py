"""How speed and memory grow with a library: `footnote speed` at several sizes, and one figure of what it found.

`python -m evals.growth [SIZE ...]` measures each size (in chunks) that runs/ does not hold yet, so that an interrupted
run goes on, and draws evals/growth.svg from these files. Knows nothing of how speed is measured.
"""

import argparse
import functools
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from evals.environment import machine, versions
from evals.speed import measure, report_json
from rag.settings import Settings, load_settings

SIZES = (10_000, 100_000, 300_000)
_SEARCHES = {
    "search_short_ms": "short questions",
    "search_long_ms": "long questions",
    "search_window_ms": "with a window",
}
_STYLE = {"svg.hashsalt": "growth", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
_COLOURS = ("#0060a8", "#b35000", "#2e7d32")

Say = Callable[[str], None]


def grow(sizes: Sequence[int], settings: Settings, runs: Path, say: Say) -> list[dict[str, Any]]:
    """The figures of each size, smallest first; those of which `runs` holds a file are read from there."""
    return [_figures(size, settings, runs / f"speed-{size}.json", say) for size in sorted(sizes)]


def _figures(size: int, settings: Settings, path: Path, say: Say) -> dict[str, Any]:
    if path.exists():
        say(f"{size:,} chunks: {path} is there; delete it to measure again")
    else:
        report = measure(settings, size, files=0, progress=lambda line: say(f"{size:,} chunks: {line}"))
        written = path.with_suffix(".tmp")
        path.parent.mkdir(parents=True, exist_ok=True)
        found = {**report_json(report), "machine": machine(), "versions": versions()}
        written.write_text(json.dumps(found, indent=1), encoding="utf-8")
        written.replace(path)
    figures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return figures


def draw(figures: Sequence[dict[str, Any]], path: Path) -> None:
    """Search, opening and peak memory against the number of chunks, as SVG; the same figures give the same bytes."""
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.ticker import LogLocator, NullFormatter

    chunks = [found["chunks"] for found in figures]
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(10, 3.8), facecolor="white", layout="constrained")
        search, opening, memory = figure.subplots(1, 3)
        for (name, label), colour in zip(_SEARCHES.items(), _COLOURS, strict=True):
            for percentile, style, shown in (("p50", "o-", label), ("p95", "o--", None)):
                values = [found[name][percentile] for found in figures]
                search.plot(chunks, values, style, color=colour, markersize=4, label=shown)
        for name, label, colour in (
            ("opening_ms", "closed library", _COLOURS[0]),
            ("cold_start_ms", "new process", _COLOURS[1]),
        ):
            opening.plot(chunks, [found[name] for found in figures], "o-", color=colour, markersize=4, label=label)
        known = [(found["chunks"], found["peak_memory_mib"]) for found in figures if found["peak_memory_mib"]]
        memory.plot(*zip(*known, strict=True), "o-", color=_COLOURS[0], markersize=4)
        for axes, title in (
            (search, "Search, ms (p50; dashed: p95)"),
            (opening, "Opening to first passages, ms"),
            (memory, "Peak memory, MiB"),
        ):
            axes.set_title(title)
            axes.set_xlabel("chunks")
            axes.loglog()
            axes.set_xticks(chunks, [f"{count:,}" for count in chunks])
            axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axes.yaxis.set_major_formatter("{x:,.0f}")
            for axis in (axes.xaxis, axes.yaxis):
                axis.set_minor_formatter(NullFormatter())
            axes.grid(color="#dddddd", linewidth=0.5)
        for axes in (search, opening):
            axes.legend(frameon=False, fontsize=8)
        figure.supxlabel(_caption(figures), fontsize=8, color="#555555")
        figure.savefig(path, format="svg", metadata={"Date": None})


def _caption(figures: Sequence[dict[str, Any]]) -> str:
    """The machines and encoders of the figures, each once."""
    told = [
        f"{found['machine']['cpu']}, {found['machine']['cores']} cores, {found['machine']['memory_gib']} GiB, "
        f"Python {found['machine']['python']}, {found['machine']['system']}; encoder {found['encoder']}"
        for found in figures
    ]
    return "\n".join(dict.fromkeys(told))


def main(arguments: Sequence[str] | None = None) -> None:
    """Without arguments at the sizes of ARCHITECTURE.md."""
    parser = argparse.ArgumentParser(prog="python -m evals.growth", description="Measure and draw growth.")
    parser.add_argument("sizes", metavar="SIZE", nargs="*", type=int, default=SIZES, help="how many chunks")
    parser.add_argument("--runs", metavar="DIR", type=Path, default=Path("runs"), help="where measurements are kept")
    parser.add_argument("--figure", metavar="FILE", type=Path, default=Path("evals", "growth.svg"))
    options = parser.parse_args(arguments)
    settings = load_settings(llm="none", llm_url="")  # no figure of growth rests on a language model
    say = functools.partial(print, file=sys.stderr)
    draw(grow(options.sizes, settings, options.runs, say), options.figure)


if __name__ == "__main__":
    main()
