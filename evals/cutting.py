"""What it is worth where documents are cut into chunks.

`python -m evals.cutting QUESTIONS:CORPUS[:FIGURE,...] ... [--tokens N,...]` prints a Markdown table: for each way of
cutting, the figures of `evals.fusion`, as means over chunks of at most so many tokens. One size alone tells little,
because every figure moves by a hundredth when all cuts do. The corpora are indexed once for each way and size.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from evals.fusion import GatheredSet, Say, gathered_set, header, means, require_sets, row, to_standard_error
from evals.ranking import ranked
from rag import chunking
from rag.chunking import COSTS, Costs
from rag.settings import load_settings

WAYS: Mapping[str, Costs] = {
    "as it is": COSTS,
    "evenly, wherever that is": replace(COSTS, after_line=1.0, after_paragraph=1.0, after_heading=1.0),
    "more evenly": replace(COSTS, uneven=4 * COSTS.uneven),
    "less evenly": replace(COSTS, uneven=COSTS.uneven / 4),
}
_TOKENS = "256,248,240"


def cutting(sets: Sequence[str], tokens: Sequence[int], say: Say) -> None:
    """A row for each way. Raises FootnoteError."""
    for place, (way, costs) in enumerate(WAYS.items()):
        gathered = [[_gathered(one, size, costs) for one in sets] for size in tokens]
        if not place:
            say(header("cut", gathered[0]))
        figures = [[means(one, map(ranked, one.gathered)) for one in of_size] for of_size in gathered]
        say(row(way, [np.mean(of_set, axis=0).tolist() for of_set in zip(*figures, strict=True)]))


def _gathered(written: str, tokens: int, costs: Costs) -> GatheredSet:
    before = chunking.COSTS
    chunking.COSTS = costs
    try:
        return gathered_set(written, load_settings(llm="none", chunk_tokens=tokens), to_standard_error, kept=False)
    finally:
        chunking.COSTS = before


def main(arguments: Sequence[str] | None = None, say: Say = print) -> None:
    """What `python -m evals.cutting` does."""
    parser = argparse.ArgumentParser(
        prog="python -m evals.cutting", description="What it is worth where texts are cut."
    )
    parser.add_argument("sets", metavar="QUESTIONS:CORPUS[:FIGURE,...]", nargs="+")
    parser.add_argument("--tokens", metavar="N,...", default=_TOKENS, help=f"most of a chunk (default: {_TOKENS})")
    options = parser.parse_args(arguments)
    require_sets(parser, options.sets)
    if not all(size.isdecimal() for size in options.tokens.split(",")):
        parser.error(f"{options.tokens!r} are no numbers of tokens; name some as in 256,240")
    cutting(options.sets, [int(size) for size in options.tokens.split(",")], say)


if __name__ == "__main__":
    main()
