"""Document -> chunks: runs of whole sentences within the budget, whose offsets are exact in any text."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rag import Library, load_settings
from rag.chunking import chunk_document, header
from rag.encoder import load_encoder
from rag.readers.decoding import normalise
from rag.records import Chunk, Document
from rag.settings import PACKAGED_ENCODER
from tests.test_sentences import PIECES

SENTENCE = "The harbour board met on Monday and the pier stayed closed. "
words = st.sampled_from(["Pier. ", "A boat sank! ", "No. ", SENTENCE, "x" * 150 + " ", "日" * 30, "word " * 40])
texts = st.lists(st.one_of(words, st.sampled_from(PIECES), st.text(max_size=15)), min_size=1, max_size=25).map("".join)


def count_tokens(texts: Sequence[str]) -> list[int]:
    """The packaged model's own count: its tokenizer needs no torch."""
    return load_encoder(PACKAGED_ENCODER).count_tokens(texts)


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def chunks_of(text: str, budget: int = 20, **fields: str) -> list[Chunk]:
    return chunk_document(Document("d", text, **fields), count_words, budget)


def test_a_short_document_is_one_chunk() -> None:
    (chunk,) = chunks_of("  The pier opened. It was cold.\n")

    assert (chunk.text, chunk.start, chunk.end, chunk.ordinal) == ("The pier opened. It was cold.", 2, 31, 0)
    assert chunk.document_id == "d"
    assert chunk.sentences == ((2, 18), (19, 31))


def test_sentences_are_not_divided_where_they_fit() -> None:
    chunks = chunks_of("One two three four. Five six seven eight. Nine ten eleven twelve.", budget=9)

    assert [chunk.text for chunk in chunks] == [
        "One two three four. Five six seven eight.",
        "Nine ten eleven twelve.",
    ]


def test_chunks_are_of_about_equal_size_rather_than_one_full_and_one_nearly_empty() -> None:
    sizes = [len(chunk.sentences) for chunk in chunks_of(SENTENCE * 12, budget=121)]

    assert sizes == [6, 6], "eleven sentences would have fitted into the first"


def test_chunks_end_where_paragraphs_do() -> None:
    paragraphs = [SENTENCE * 3, SENTENCE * 5, SENTENCE * 4]
    chunks = chunks_of("\n\n".join(map(str.strip, paragraphs)), budget=60)

    assert [len(chunk.sentences) for chunk in chunks] == [3, 5, 4]


def test_a_paragraph_is_divided_rather_than_chunks_be_of_very_uneven_size() -> None:
    chunks = chunks_of(f"{SENTENCE.strip()}\n\n{SENTENCE * 11}", budget=121)

    assert [len(chunk.sentences) for chunk in chunks] == [6, 6]


def test_the_end_of_a_line_is_a_better_place_for_a_cut_than_none() -> None:
    lines = f"{SENTENCE * 2}".strip(), f"{SENTENCE * 3}".strip()

    assert [len(chunk.sentences) for chunk in chunks_of("\n".join(lines), budget=40)] == [2, 3]
    assert [len(chunk.sentences) for chunk in chunks_of("\n".join(reversed(lines)), budget=40)] == [3, 2]


def test_a_heading_stays_with_what_it_heads() -> None:
    text = f"# Pier\n\n{SENTENCE * 2}\n\n## Harbour of the town\n\n{SENTENCE * 2}"

    assert [chunk.text.split("\n")[0] for chunk in chunks_of(text, budget=33)] == ["# Pier", "## Harbour of the town"]


def test_a_long_sentence_is_cut_between_words() -> None:
    text = " ".join(f"word{i}" for i in range(100))
    chunks = chunks_of(text, budget=20)

    assert len(chunks) >= 5
    assert " ".join(chunk.text for chunk in chunks) == text


def test_a_very_long_word_is_cut_within() -> None:
    word = "".join(chr(ord("a") + i % 26) for i in range(10_000))

    chunks = chunk_document(Document("d", word), count_tokens, 200)

    assert "".join(chunk.text for chunk in chunks) == word
    assert max(end - start for chunk in chunks for start, end in chunk.sentences) <= 2_000
    assert max(len(chunk.text) for chunk in chunks) <= 4_000, "a word that counts as one token may be pages long"


def test_repeated_text_gives_the_right_occurrence() -> None:
    text = SENTENCE * 30

    chunks = chunks_of(text, budget=33)

    assert len({chunk.text for chunk in chunks}) < len(chunks), "some chunks say the same"
    assert [start for chunk in chunks for start, _ in chunk.sentences] == list(range(0, len(text), len(SENTENCE)))


def test_ids_are_unique_even_where_chunks_say_the_same() -> None:
    chunks = chunks_of(SENTENCE * 30, budget=33)

    assert len({chunk.id for chunk in chunks}) == len(chunks)


@pytest.mark.parametrize(
    "other",
    [
        Document("d", "The pier closed.", title="Pier"),
        Document("d", "The pier opened.", title="Harbour"),
        Document("d", "The pier opened.", title="Pier", source="Courier"),
        Document("e", "The pier opened.", title="Pier"),
        Document("d", " The pier opened.", title="Pier"),
    ],
    ids=["text", "title", "source", "document", "place"],
)
def test_an_id_is_never_used_for_anything_else(other: Document) -> None:
    (one,) = chunk_document(Document("d", "The pier opened.", title="Pier"), count_words, 20)
    (two,) = chunk_document(other, count_words, 20)

    assert one.id != two.id


def test_chunking_the_same_document_again_gives_the_same_chunks() -> None:
    assert chunks_of(SENTENCE * 9) == chunks_of(SENTENCE * 9)


def test_the_header_is_title_and_source_where_they_are_known() -> None:
    assert header(Document("d", "x", title="Pier", source="Courier")) == "Pier · Courier"
    assert header(Document("d", "x", title="Pier")) == "Pier"
    assert header(Document("d", "x")) == ""


def test_white_space_alone_makes_no_chunk() -> None:
    assert chunks_of(" \n\n ") == []


@pytest.mark.parametrize("budget", [1, 2])
def test_the_smallest_budgets_still_hold_everything(budget: int) -> None:
    chunks = chunks_of("The pier opened on Monday. It was cold.", budget=budget)

    assert " ".join(chunk.text for chunk in chunks) == "The pier opened on Monday. It was cold."
    assert max(count_words([chunk.text for chunk in chunks])) <= budget


def test_a_title_longer_than_the_chunks_leaves_room_for_the_text(tmp_path: Path) -> None:
    text = "The pier opened on Monday. It was cold. Ninety seals were counted on the sandbank."
    with Library(tmp_path / "small", settings=load_settings(llm="none", chunk_tokens=32)) as library:
        for size in (5, 29, 30, 31, 80):
            library.add(Document(f"title of {size}", text, title="harbour " * size))

        assert [len(listed.document.title.split()) for listed in library.listing() if listed.chunks > 6] == []


@settings(max_examples=150, deadline=None)
@given(texts, st.sampled_from([4, 9, 30, 200]))
@example(SENTENCE * 20, 30)
@example("日" * 300 + " " + "x" * 5000, 9)
def test_chunks_hold_every_character_once_with_exact_offsets_within_the_budget(text: str, budget: int) -> None:
    chunks = chunk_document(Document("d", text), count_tokens, budget)

    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    outside = list(text)
    for chunk in chunks:
        assert text[chunk.start : chunk.end] == chunk.text
        assert (chunk.sentences[0].start, chunk.sentences[-1].end) == (chunk.start, chunk.end)
        assert all(one.end <= next_one.start for one, next_one in pairwise(chunk.sentences))
        assert all(start < end for start, end in chunk.sentences)
        for start, end in chunk.sentences:
            outside[start:end] = " " * (end - start)
    assert all(one.end <= next_one.start for one, next_one in pairwise(chunks))
    assert not "".join(outside).strip()
    for chunk, count in zip(chunks, count_tokens([chunk.text for chunk in chunks]), strict=True):
        assert count <= budget or len(chunk.text) == 1


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(), min_size=1, max_size=60).filter(str.strip), st.text(max_size=20))
@example("Half a \ud83d face.", "")
def test_any_text_is_stored_as_it_is_and_its_passages_are_its_words(library: Library, text: str, title: str) -> None:
    report = library.add(Document("any", text, title=title))

    assert not report.failed
    stored = library.document("any").text
    assert stored == normalise(text)
    for passage in library.search(text):
        assert passage.chunk.text == stored[passage.chunk.start : passage.chunk.end]
        assert all(stored[quote.start : quote.end] == quote.text for quote in passage.evidence)
