"""A measurement of speed on a few chunks: every figure is there and agrees with the others. Timing decides nothing."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from evals import readding, recall, speed
from evals.filling import fill
from evals.invented import Prepared, as_file, invented_questions, invented_window, prepared_documents, take
from evals.speed import SpeedReport, describe, measure, report_json
from evals.yardsticks import Quickstart
from rag import Library, load_settings
from rag.catalog import Catalog
from rag.documents import parse
from rag.encoder import Encoder, load_encoder
from rag.errors import LibraryError
from rag.records import Document
from rag.settings import PACKAGED_ENCODER
from rag.vectors import ChromaVectors, Hit
from rag.weights import resolve_model
from rag.words import words_of
from tests.conftest import ScriptedModel

CHUNKS, INDEXED, FILES = 40, 12, 8


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(PACKAGED_ENCODER)


@pytest.fixture(scope="module")
def report() -> SpeedReport:
    """Of 12 indexed chunks, filled up to 40, with few questions."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(speed, "_QUESTIONS", 6)
        patch.setattr(readding, "_TIMED", 3)
        patch.setattr(readding, "_REAL_CHUNKS", 4)
        return measure(load_settings(llm="none"), CHUNKS, indexed=INDEXED, files=FILES)


def corpus(encoder: Encoder, seed: int = 0) -> Iterator[Prepared]:
    return prepared_documents(load_settings(), encoder, seed)


def documents_of(pieces: list[Prepared]) -> list[Document]:
    return [piece.document for piece in pieces]


def chunks_of(pieces: list[Prepared]) -> int:
    return sum(len(piece.chunks) for piece in pieces)


def test_rates_and_ratios_follow_from_the_same_texts(report: SpeedReport, encoder: Encoder) -> None:
    indexed = take(corpus(encoder), INDEXED)

    assert report.indexed_chunks == chunks_of(indexed)
    assert report.indexed_characters == sum(len(document.text) for document in documents_of(indexed))
    assert report.characters_per_second == pytest.approx(report.indexed_characters / report.footnote_seconds)
    assert report.ratio_to_quickstart == pytest.approx(
        report.characters_per_second / report.quickstart_characters_per_second
    )
    assert report.ratio_to_encoder == pytest.approx(report.characters_per_second / report.encoder_characters_per_second)
    assert min(report.characters_per_second, report.ratio_to_quickstart, report.ratio_to_encoder) > 0


def test_searches_are_among_all_chunks_and_percentiles_are_in_order(report: SpeedReport) -> None:
    assert CHUNKS <= report.chunks < CHUNKS + 4
    assert len(report.search.milliseconds) == len(report.quickstart_search.milliseconds) == 12
    for latency in (
        report.search,
        report.search_short,
        report.search_long,
        report.search_window,
        report.quickstart_search,
    ):
        assert 0 < latency.p50 <= latency.p95 <= latency.p99 <= max(latency.milliseconds)


def test_opening_memory_and_answers_are_measured_and_only_a_model_has_a_first_token(report: SpeedReport) -> None:
    assert report.opening_ms > 0
    assert report.cold_start_ms > 0
    assert report.peak_memory_mib is None or report.peak_memory_mib > 50
    assert (report.model, report.first_token) == ("", None)
    assert report.first_passages.p50 > 0
    assert report.first_statement is None or report.first_passages.p50 < report.first_statement.p50
    assert "answers: first passages" in describe(report)


def test_json_has_every_figure(report: SpeedReport) -> None:
    facts = json.loads(json.dumps(report_json(report)))

    assert facts["chunks"] == report.chunks
    assert facts["search_ms"] == {"p50": report.search.p50, "p95": report.search.p95, "p99": report.search.p99}
    assert facts["search_window_ms"].keys() == facts["quickstart_search_ms"].keys() == facts["search_ms"].keys()
    assert facts["first_token_ms"] is None
    assert facts["first_passages_ms"]["p50"] == report.first_passages.p50
    for name in ("characters_per_second", "ratio_to_quickstart", "ratio_to_encoder", "peak_memory_mib", "opening_ms"):
        assert facts[name] == getattr(report, name)


def test_the_table_names_the_yardsticks_and_says_what_was_filled_in(report: SpeedReport) -> None:
    table = describe(report)

    for words in ("LlamaIndex quickstart", "encoder alone", f"{report.ratio_to_quickstart:.2f} x", "p99", "MiB"):
        assert words in table
    assert f"The other {report.chunks - report.indexed_chunks} were filled in" in table
    assert "filled in" not in describe(replace(report, indexed_chunks=report.chunks))


def test_documents_are_the_same_for_the_same_seed_and_end_at_the_first_that_suffices(encoder: Encoder) -> None:
    taken = take(corpus(encoder, seed=7), 10)

    assert taken == take(corpus(encoder, seed=7), 10)
    assert documents_of(taken) != documents_of(take(corpus(encoder, seed=8), 10))
    assert chunks_of(taken) >= 10 > chunks_of(taken[:-1])


def test_documents_have_three_or_four_chunks_and_words_are_as_frequent_as_in_a_language(encoder: Encoder) -> None:
    pieces = list(islice(corpus(encoder), 12))
    words = [word for document in documents_of(pieces) for word in words_of(document.text)]

    assert {len(piece.chunks) for piece in pieces} <= {3, 4}
    assert all(document.title and document.source and document.day for document in documents_of(pieces))
    assert words.count("the") > 100 > len(words) / len(set(words))
    assert len(set(words)) > 1500


def test_questions_have_words_of_the_documents_and_windows_lie_in_the_two_years(encoder: Encoder) -> None:
    documents = documents_of(take(corpus(encoder), 8))
    random = np.random.default_rng(0)
    held = {word for document in documents for word in words_of(document.text)}

    for question in invented_questions(documents, 20, 4, 12, random):
        assert 4 <= len(words_of(question)) <= 12
        assert set(words_of(question)) <= held
    for first, last in (invented_window(random) for _ in range(50)):
        assert 30 <= (last - first).days <= 180
        assert (first.year, last.year) >= (2031, 2031)
        assert last.year <= 2032


def test_what_is_filled_in_is_found_by_its_words_and_by_its_vector(encoder: Encoder, tmp_path: Path) -> None:
    settings = load_settings(llm="none", library=tmp_path / "library")
    pieces = corpus(encoder)
    real = take(pieces, 6)
    encoded = encoder.encode_chunks([text for piece in real for text in piece.texts])
    with Library(settings=settings) as library:
        library.add(documents_of(real))

    fill(settings.library, settings, encoder, 0, len(real), encoded, 20, np.random.default_rng(0))

    expected = {chunk.id: chunk for piece in take(corpus(encoder), 20) for chunk in piece.chunks}
    with closing(Catalog(settings.library / "catalog.db")) as catalog:
        vectors = ChromaVectors(settings.library / "vectors", catalog.uuid, 1)
        vectors.open()
        with closing(vectors):
            stored = {row.chunk_id: row.vector.astype(np.float32) for row in catalog.vectors()}
            assert stored.keys() == expected.keys(), "the library cuts the same chunks, and holds no others"
            for chunk_id, vector in stored.items():
                assert vectors.nearest(vector, 1)[0].cosine > 0.999, chunk_id
                words = list(dict.fromkeys(words_of(expected[chunk_id].text)))
                assert catalog.full_text(words, 1)[0][0] == chunk_id
            assert not catalog.outbox()
    with Library(settings=settings) as library:
        assert library.check() == []
        assert library.search(next(pieces).document.text[:80]), "stored sentences and pieces can be scored"


def test_adding_again_is_measured_and_writes_nothing(report: SpeedReport) -> None:
    again = report.readding
    assert again is not None

    assert (again.files, again.timed_files, again.written) == (FILES, 3, ())
    assert FILES * 1000 < again.characters < FILES * 4000
    for lap in (again.unchanged, again.changed, again.deleted, again.renamed):
        assert 0 < lap.library < lap.command
    facts = report_json(report)["readding"]
    assert facts["ratio_to_first"] == again.first_seconds / again.unchanged.library
    assert facts["changed"]["command"] == again.changed.command
    for words in (f"adding {FILES} files again", "one deleted (--sync)", "it wrote nothing"):
        assert words in describe(report)
    assert "files again" not in describe(replace(report, readding=None))
    assert "it changed catalog.db" in describe(replace(report, readding=replace(again, written=("catalog.db",))))


def test_an_addition_that_is_not_what_was_meant_is_no_measurement(tmp_path: Path) -> None:
    settings = load_settings(llm="none", library=tmp_path / "library")
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "pier.txt").write_text("The pier opened on Monday.", encoding="utf-8")

    with pytest.raises(LibraryError, match="1 files should have been unchanged"):
        readding._lap(settings, tmp_path / "news", "unchanged", 1)


def test_an_invented_file_is_read_as_its_document(encoder: Encoder) -> None:
    (piece,) = islice(corpus(encoder), 1)

    read = parse("news/1.txt", as_file(piece.document).encode())

    for fact in ("text", "title", "date"):
        assert getattr(read, fact) == getattr(piece.document, fact)


def test_recall_is_the_share_of_the_nearest_ten_that_was_found(report: SpeedReport) -> None:
    cosines = np.arange(20) / 20
    place = {str(number): number for number in range(20)}
    found = [Hit(str(number), number / 20) for number in (19, 18, 17, 16, 15, 14, 13, 0)]

    assert recall._recall(found, place, cosines) == [0.7]
    assert recall._recall(found[:2], place, np.where(cosines > 0.85, cosines, -np.inf)) == [1.0], "there are but two"
    assert recall._recall([], place, np.full(20, -np.inf)) == [], "nothing is there to be found"
    assert 0.5 < report.vector_recall <= 1 == report.vector_recall_window
    assert f"vector search finds {report.vector_recall:.1%}" in describe(report)


def test_the_quickstart_finds_a_chunk_by_its_words(encoder: Encoder, tmp_path: Path) -> None:
    documents = documents_of(take(corpus(encoder), 6))
    paragraph = documents[1].text.split("\n\n")[0]
    with closing(Quickstart(tmp_path, resolve_model(PACKAGED_ENCODER))) as quickstart:
        quickstart.add(documents[:1])
        quickstart.add(documents[1:])
        found = quickstart.retrieve(paragraph)

    assert len(found) == 5
    assert paragraph[:200] in found[0]


def test_runs_alternate_so_that_noise_hits_all_alike() -> None:
    called: list[str] = []
    runs = {name: (called.append, [f"{name}{item}" for item in range(3)]) for name in "ABC"}

    laps = speed._alternating(runs, lambda _: None, "calling")

    assert called == ["A0", "A2", "B0", "B2", "C0", "C2", "C1", "B1", "A1"]
    assert [len(laps[name].milliseconds) for name in "ABC"] == [3, 3, 3]


def test_with_a_model_its_first_token_and_its_first_checked_statement_are_told_apart(
    model: ScriptedModel, seeds_folder: Path
) -> None:
    question = "Who leads the self-proclaimed Donetsk People's Republic?"
    model.says(*["Denis Pushilin leads it [1]."] * 3)
    settings = load_settings(llm_url=model.url, llm_model="scripted")
    with Library(seeds_folder, settings=settings, read_only=True) as library:
        found = speed._answering(library, [question] * 3)

    assert found.model == "scripted"
    assert found.first_token is not None
    assert found.first_statement is not None
    for laps in (found.first_passages, found.first_token, found.first_statement):
        assert len(laps.milliseconds) == 2, "the first question warms up"
    assert 0 < found.first_passages.p50 < found.first_token.p50 < found.first_statement.p50
