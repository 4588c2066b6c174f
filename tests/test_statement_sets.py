"""The labelled statements that checking is measured on: well-formed, counted as promised, and apart from each other."""

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag.sentences import sentence_spans
from tests.conftest import ROOT

FOLDER = ROOT / "evals" / "questions"
CHANGES = ("number", "date", "name", "negation", "speaker", "direction")
SETS = (
    "heldout",
    "models",
    "fresh",
    "unseen",
    "blind",
    "recent",
    "news",
    "varied",
    "mixed",
    "further",
    "last",
    "latest",
    "next",
    "apart",
    "afresh",
)
FORMS = ("verbatim", "paraphrase", "joined")
FIELDS = {"id", "split", "passages", "statement", "supported", "change", "form", "note"}

Row = dict[str, Any]


def rows(name: str) -> list[Row]:
    return [json.loads(line) for line in (FOLDER / f"statements-{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def promised() -> dict[str, dict[str, int]]:
    """ARCHITECTURE.md's table of the sets: how many rows, how many supported, how many of each change."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    heads = re.search(r"^\| statements \|(.+)\|$", text, re.MULTILINE)
    assert heads
    columns = [head.strip() for head in heads[1].split("|")]
    lines = re.findall(r"^\| `statements-(\w+)\.jsonl` \|(.+)\|$", text, re.MULTILINE)
    return {name: dict(zip(columns, map(int, cells.split("|")), strict=True)) for name, cells in lines}


def counted(found: list[Row]) -> dict[str, int]:
    changes = Counter(row["change"] for row in found if row["change"])
    supported = sum(row["supported"] for row in found)
    return {"rows": len(found), "supported": supported, **{kind: changes[kind] for kind in (*CHANGES, "other")}}


def four_grams(text: str) -> list[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return [tuple(words[first : first + 4]) for first in range(len(words) - 3)]


def overlap(row: Row) -> float:
    """Share of the statement's runs of four words that stand in one of its passages."""
    source = {gram for passage in row["passages"] for gram in four_grams(passage["text"])}
    grams = four_grams(row["statement"])
    return sum(gram in source for gram in grams) / len(grams) if grams else 0.0


def sentences(path: Path) -> set[str]:
    """Every sentence of a set's passages, in lower case and with single spaces."""
    found = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    texts = {passage["text"] for row in found for passage in row["passages"]}
    return {" ".join(text[span.start : span.end].lower().split()) for text in texts for span in sentence_spans(text)}


def test_overlap_is_the_share_of_runs_of_four_words() -> None:
    passages = [{"text": "The pier was shut on Monday. It rained."}]
    assert overlap({"statement": "The pier was shut on Friday", "passages": passages}) == pytest.approx(2 / 3)
    assert overlap({"statement": "It rained", "passages": passages}) == 0


def test_the_promised_sets_are_there() -> None:
    assert set(SETS) == promised().keys()


@pytest.mark.parametrize("name", SETS)
def test_rows_are_well_formed(name: str) -> None:
    found = rows(name)
    assert len({row["id"] for row in found}) == len(found)
    assert len({(row["statement"], str(row["passages"])) for row in found}) == len(found)
    for row in found:
        assert row.keys() == FIELDS, row["id"]
        assert row["split"] == name, row["id"]
        assert row["statement"] == row["statement"].strip() != "", row["id"]
        assert row["form"] in FORMS, row["id"]
        assert row["change"] in (*CHANGES, "other", None), row["id"]
        assert row["supported"] in (True, False), row["id"]
        if row["supported"]:
            assert row["change"] is None, row["id"]
        elif name in ("heldout", "models"):
            assert row["note"], f"{row['id']}: why is it unsupported?"
        for passage in row["passages"]:
            assert passage.keys() == {"title", "source", "date", "text"}, row["id"]
            assert all(passage.values()), row["id"]
            date.fromisoformat(passage["date"])


@pytest.mark.parametrize("name", SETS)
def test_there_are_as_many_of_each_kind_as_the_architecture_promises(name: str) -> None:
    assert counted(rows(name)) == promised()[name]


def test_held_out_statements_are_of_every_kind() -> None:
    found = rows("heldout")
    assert len(found) >= 240
    assert len({passage["title"] for row in found for passage in row["passages"]}) >= 40
    assert min(counted(found)[kind] for kind in CHANGES) >= 18
    assert all(row["change"] for row in found if not row["supported"])
    reworded = [row for row in found if row["supported"] and row["form"] != "verbatim"]
    assert len(reworded) >= 0.6 * sum(row["supported"] for row in found)


@pytest.mark.parametrize("name", ["heldout", "unseen", "blind"])
def test_true_paraphrases_share_few_runs_of_words_with_their_source(name: str) -> None:
    for row in rows(name):
        if row["supported"] and row["form"] != "verbatim":
            assert overlap(row) < 0.5, row["id"]


def test_model_sentences_come_with_both_labels() -> None:
    labels = Counter(row["supported"] for row in rows("models"))
    assert sum(labels.values()) >= 100
    assert min(labels.values()) >= 25


@pytest.mark.parametrize("name", ["heldout", "unseen", "blind", "recent"])
def test_no_set_shares_a_sentence_with_one_that_was_held_out(name: str) -> None:
    held_out = sentences(FOLDER / f"statements-{name}.jsonl")
    for path in FOLDER.glob("statements-*.jsonl"):
        if path.stem != f"statements-{name}":
            assert not held_out & sentences(path), path.name
