"""How well instructions to a machine are told from sentences for readers. `python -m evals.instructions [CORPUS ...]`
prints how many of evals/questions/instructions.jsonl are taken for one: those whose wordings were learnt, those written
afterwards, and those for readers; and of each corpus, which sentences are, beside an instruction or alone.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from rag.instructions import instructions, instructs
from rag.sentences import sentence_spans

SET = Path(__file__).parent / "questions" / "instructions.jsonl"


def load_sentences() -> dict[str, list[str]]:
    """The set's sentences by split: `learnt`, `unseen` and `readers`."""
    by_split: dict[str, list[str]] = {}
    for line in SET.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        by_split.setdefault(row["split"], []).append(row["sentence"])
    return by_split


def taken_of(text: str) -> tuple[list[str], int]:
    """Which of a text's sentences are taken for instructions, and how many it has."""
    sentences = [text[start:end] for start, end in sentence_spans(text)]
    return [s for s, taken in zip(sentences, instructions(sentences), strict=True) if taken], len(sentences)


def _report(corpora: list[str], say: Callable[[str], None]) -> None:
    for split, sentences in load_sentences().items():
        say(f"{split}: {sum(map(instructs, sentences))} of {len(sentences)}")
    for corpus in corpora:
        rows = map(json.loads, Path(corpus).read_text(encoding="utf-8").splitlines())
        counted = [taken_of(row.get("text") or row.get("body") or "") for row in rows]
        taken = [sentence for sentences, _ in counted for sentence in sentences]
        say(f"{corpus}: {len(taken)} of {sum(count for _, count in counted)}")
        for sentence in taken:
            say(f"  {' '.join(sentence.split())[:160]}")


if __name__ == "__main__":
    _report(sys.argv[1:], print)
