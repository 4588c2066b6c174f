"""A library on disk: one writer and many readers, formats, moving, and what both scans find."""

import json
import os
import shutil
import sqlite3
import sys
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from rag import Document, Library
from rag.catalog import Catalog
from rag.chunking import chunk_document
from rag.encoder import ChunkText, load_encoder
from rag.errors import LibraryError, LibraryLocked
from rag.schema import CATALOG
from rag.settings import PACKAGED_ENCODER
from rag.stored import NewDocument
from rag.vectors import ChromaVectors, ExactVectors
from rag.write_lock import WriteLock
from tests.libraries import QUESTIONS, facts, opened, write_sql


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second writer is refused at once; a question waits for vectors, however slow the machine is."""
    monkeypatch.setattr("rag.folder._PATIENCE", None)
    monkeypatch.setattr("rag.folder._LOCK_SECONDS", 0.05)


def titles(library: Library, **window: Any) -> set[str]:
    return {passage.document.title for passage in library.search("What was counted?", limit=50, **window)}


def test_a_reader_beside_the_writer_sees_the_same_passages(folder: Path) -> None:
    with opened(folder) as writer, opened(folder) as reader, opened(folder, read_only=True) as third:
        assert (writer.writable, reader.writable, third.writable) == (True, False, False)
        for question in QUESTIONS:
            expected = facts(writer.search(question, limit=50))
            assert len(expected) == len(writer.documents())
            assert facts(reader.search(question, limit=50)) == facts(third.search(question, limit=50)) == expected

        writer.add(Document("new", "The lighthouse was painted green.", title="Lighthouse"))
        assert reader.search("lighthouse", limit=1)[0].document.id == "new", "a reader follows"


def test_a_second_writer_is_refused_with_the_name_of_the_first(folder: Path) -> None:
    with opened(folder) as first, opened(folder) as second:
        with pytest.raises(LibraryLocked, match=f"is being changed by process {os.getpid()} "):
            second.add(Document("new", "The lighthouse was painted green."))

        first.search("ferry")
        first.close()
        assert len(second.add(Document("new", "The lighthouse was painted green.")).added) == 1
        assert second.writable


@pytest.mark.parametrize(
    "use", [Library.documents, lambda library: library.search("ferry")], ids=["listed", "searched"]
)
def test_a_closed_library_can_be_changed_by_the_next(folder: Path, use: Callable[[Library], Any]) -> None:
    first = opened(folder)
    with first:
        use(first)

    with opened(folder) as second:
        assert second.writable
        assert not first.search("ferry", limit=1)[0].document.text, "it opens again at its next use, to read"


def test_a_read_only_library_is_never_changed(folder: Path) -> None:
    with opened(folder, read_only=True) as reader:
        with pytest.raises(LibraryError, match="read-only; open it without read_only"):
            reader.add(Document("new", "Words."))
        with opened(folder) as writer:
            assert writer.writable, "it holds no lock"


def test_reading_a_missing_library_says_how_to_make_one_and_makes_none(tmp_path: Path) -> None:
    missing = tmp_path / "missing"

    with pytest.raises(LibraryError, match=f"no library at {missing}; make one: footnote add PATH --library {missing}"):
        opened(missing, read_only=True).documents()

    assert not missing.exists()


def test_threads_search_while_documents_are_added(folder: Path) -> None:
    with opened(folder) as library, ThreadPoolExecutor(3) as threads:
        found = [threads.submit(library.search, question) for question in QUESTIONS * 3]
        library.add(*(Document(f"new {i}", f"Lighthouse {i} was painted green.") for i in range(9)))

        assert all(len(future.result()) == 10 for future in found)
        assert library.check() == []


def test_what_a_crash_left_in_the_outbox_is_worked_off_at_opening(folder: Path) -> None:
    encoder = load_encoder(PACKAGED_ENCODER)
    document = Document("late", "The lighthouse was painted green.", title="Lighthouse")
    (chunk,) = chunk_document(document, encoder.count_tokens, 200)
    with closing(Catalog(folder / "catalog.db")) as catalog:
        catalog.delete([catalog.documents()[0].document.id])
        encoded = encoder.encode_chunks([ChunkText(chunk.text, chunk.sentences)])
        catalog.put_all([NewDocument(document, "hash", (chunk,), tuple(encoded))])
        assert len(catalog.outbox()) >= 2

    with opened(folder) as library:
        assert library.search("lighthouse", limit=1)[0].document.id == "late"
        assert library.notices == [], "nothing is damaged"
        assert library.check() == []
    with closing(Catalog(folder / "catalog.db", read_only=True)) as catalog:
        assert catalog.outbox() == []


def test_what_the_catalog_no_longer_holds_is_not_found_before_chroma_is_told(folder: Path) -> None:
    with opened(folder) as library:
        best = library.search(QUESTIONS[0])[0].document.id
        with closing(Catalog(folder / "catalog.db")) as catalog:
            catalog.delete([best])

        assert best not in {passage.document.id for passage in library.search(QUESTIONS[0], limit=50)}


def test_a_library_of_a_newer_format_is_refused(folder: Path) -> None:
    write_sql(folder, f"PRAGMA user_version = {CATALOG.version + 1}")

    for read_only in (False, True):
        with pytest.raises(LibraryError, match=f"format {CATALOG.version + 1}.*the version of Footnote that wrote it"):
            opened(folder, read_only=read_only).documents()


def test_a_library_that_is_moved_elsewhere_works_there(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    moved = Path(shutil.move(folder, tmp_path / "deep" / "moved"))

    with opened(moved) as library:
        assert library.search(QUESTIONS[0])[0].document.title.startswith("Ferry")
        assert (library.notices, library.check()) == ([], [])
        assert len(library.add(Document("new", "The lighthouse was painted green.")).added) == 1
    assert not folder.exists()


def test_days_are_inclusive_and_undated_documents_lie_outside_of_any_window(library: Library) -> None:
    days = [date(2031, 3, day) for day in (1, 2, 3)]
    library.add([Document(str(day), "Seals were counted.", title=str(day.day), date=day) for day in days])
    library.add(Document("undated", "Seals were counted.", title="undated"))

    with opened(library.folder, read_only=True) as reader:
        for either in (library, reader):
            assert titles(either) == {"1", "2", "3", "undated"}
            assert titles(either, after="2031-03-02") == {"2", "3"}
            assert titles(either, before=days[1]) == {"1", "2"}
            assert titles(either, after=days[1], before=days[1]) == {"2"}
            assert titles(either, after="2031-03-04") == set()
            found = either.search("seals counted", after=days[1], before=days[1])
            assert found[0].signals["full_text_rank"] == 1, "full text knows the same window"


def test_chroma_and_the_exact_scan_agree(folder: Path) -> None:
    with closing(Catalog(folder / "catalog.db")) as catalog:
        exact, chroma = ExactVectors(catalog), ChromaVectors(folder / "vectors", catalog.uuid, 1)
        chroma.open()
        with closing(chroma):
            for question in QUESTIONS:
                vector = load_encoder(PACKAGED_ENCODER).encode_query(question)
                one, two = exact.nearest(vector, 20), chroma.nearest(vector, 20)
                assert [hit.chunk_id for hit in one] == [hit.chunk_id for hit in two]
                assert [hit.cosine for hit in one] == pytest.approx([hit.cosine for hit in two], abs=1e-3)


def test_a_librarys_fingerprint_changes_with_its_documents_too(library: Library) -> None:
    empty = library.fingerprint
    library.add(Document("new", "The lighthouse was painted green."))
    assert library.fingerprint != empty

    library.remove("new")
    assert library.fingerprint == empty


def test_of_all_who_ask_after_a_change_one_reads_the_documents(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add(Document("new", "The lighthouse was painted green."))
    catalog, read = library._held.catalog, list[str]()
    rows, everyone = catalog._rows, Barrier(8)

    def counted(sql: str, *values: Any) -> Any:
        if "json_array" in sql:
            read.append(sql)
            time.sleep(0.05)  # long enough for the others to ask
        return rows(sql, *values)

    def ask(_: int) -> str:
        everyone.wait()
        return library.fingerprint

    monkeypatch.setattr(catalog, "_rows", counted)
    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(ask, range(8)))) == 1
    assert len(read) == 1
    assert library.fingerprint
    assert len(read) == 1


def test_a_questions_search_waits_for_no_change(folder: Path) -> None:
    with opened(folder) as library, ThreadPoolExecutor(1) as threads:
        library.search("ferry")
        with library._held.changing:  # what a running add holds
            assert threads.submit(library.search, "ferry").result(timeout=60)


def test_passages_for_a_small_limit_are_the_first_of_a_larger_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.retrieval.CANDIDATES", 4)
    with opened(folder, read_only=True) as library:
        for question in QUESTIONS:
            every = library.search(question, limit=100)
            assert len(every) == len(library.documents())
            assert len({passage.chunk.id for passage in every}) == len(every)
            assert [passage.score for passage in every] == sorted((p.score for p in every), reverse=True)
            for limit in (1, 3, 7, 12, 20):
                assert facts(library.search(question, limit=limit)) == facts(every[:limit])


@pytest.mark.parametrize("change", [{"title": "T"}, {"date": date(2031, 1, 1)}, {"source": "S"}, {"author": "A"}])
def test_a_librarys_fingerprint_changes_with_what_is_known_of_a_document(
    library: Library, change: dict[str, Any]
) -> None:
    library.add(Document("new", "The lighthouse was painted green."))
    before = library.fingerprint
    library.add(Document("new", "The lighthouse was painted green.", **change))
    assert library.fingerprint != before


def test_a_folder_that_cannot_be_written_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(folder / "vectors")
    (folder / "vectors").write_text("in the way")
    monkeypatch.setattr("rag.indexing._LEFT_WAITING", 0)

    with pytest.raises(LibraryError, match=str(folder)), opened(folder) as library:
        library.add(Document("new", "The lighthouse was painted green."))


def test_a_library_of_format_1_becomes_one_of_ours(folder: Path) -> None:
    with opened(folder, read_only=True) as library:
        listed, found = library.listing(), facts(library.search(QUESTIONS[0]))
    with closing(sqlite3.connect(folder / "catalog.db")) as connection:
        connection.execute("DROP INDEX chunks_day")
        connection.execute("ALTER TABLE documents DROP COLUMN checksum")
        connection.execute("ALTER TABLE outbox ADD COLUMN operation TEXT NOT NULL DEFAULT 'upsert'")
        columns = "number, text, spans, vector, sentences, pieces, piece_starts"
        for number, text, *blobs in connection.execute(f"SELECT {columns} FROM chunks").fetchall():
            covering = zlib.crc32(b"".join([text.encode(), *blobs]))
            connection.execute("UPDATE chunks SET checksum = ? WHERE number = ?", (covering, number))
        connection.execute("UPDATE chunks SET checksum = checksum + 1 WHERE number = 3")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()

    with pytest.raises(LibraryError, match=r"has format 1.*`footnote check` brings it to that"):
        opened(folder, read_only=True).documents()
    with opened(folder) as library:
        (problem,) = library.check()
        assert "has damaged chunks (1 of 1)" in problem, "what was damaged still is"
        assert library.listing() == listed
        assert library.check(rebuild=True) == []
        assert facts(library.search(QUESTIONS[0]))[0][0] == found[0][0]


def test_an_index_of_chromas_own_settings_is_searched_as_widely_as_a_new_one(folder: Path) -> None:
    with closing(Catalog(folder / "catalog.db")) as catalog:
        vectors = ChromaVectors(folder / "vectors", catalog.uuid, 1)
        vectors.open()
        vectors._collection.modify(configuration={"hnsw": {"ef_search": 100}})
        vectors.close()
        vectors.open()
        assert vectors._collection.configuration["hnsw"]["ef_search"] == 400
        vectors.close()


@pytest.mark.parametrize("change", ["update", "remove"])
def test_a_question_beside_a_change_finds_a_document_as_it_was(
    folder: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is changed after full text was asked, and before chunks are read and vectors are compared."""
    with opened(folder) as library, ThreadPoolExecutor(1) as threads:
        before = library.search(QUESTIONS[0], limit=3)
        document = library.document(before[0].document.id)
        changes: dict[str, Callable[[], object]] = {
            "update": lambda: library.add(replace(document, text="Other words. " * 300)),
            "remove": lambda: library.remove(document.id),
        }
        full_text = Catalog.full_text

        def changed(*given: Any) -> Any:
            found = full_text(*given)
            monkeypatch.undo()
            threads.submit(changes[change]).result(timeout=60)
            return found

        monkeypatch.setattr(Catalog, "full_text", changed)
        assert library.search(QUESTIONS[0], limit=3) == before
        assert library.search(QUESTIONS[0], limit=3) != before


def test_a_thread_that_goes_on_after_closing_writes_no_more(folder: Path) -> None:
    with opened(folder) as first:
        catalog, held = first._opened, first.documents()
    with opened(folder) as second:
        with pytest.raises(LibraryError, match="was closed before this was written"):
            catalog.delete([held[0].id])
        assert second.writable
        assert second.documents() == held


def test_a_reader_of_a_library_that_is_just_being_made_is_told_so(tmp_path: Path) -> None:
    lock = WriteLock(tmp_path)
    assert lock.take(0)
    for make in (lambda: None, lambda: write_sql(tmp_path, "PRAGMA journal_mode = WAL")):
        make()
        for read_only in (True, False):
            with pytest.raises(LibraryLocked, match=f"still being made by process {os.getpid()} "):
                opened(tmp_path, read_only=read_only).documents()
    lock.release()
    with opened(tmp_path) as library:
        assert library.documents() == []


def test_a_library_stays_where_it_was_when_the_working_folder_changes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    with opened(Path(folder.name)) as library, ThreadPoolExecutor(1) as threads:
        (folder / "elsewhere").mkdir()
        monkeypatch.chdir(folder / "elsewhere")
        assert threads.submit(library.search, "ferry").result(timeout=60)
        assert list((folder / "elsewhere").iterdir()) == []


def test_who_holds_the_lock_is_named_by_command_and_not_by_secrets(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "footnote")
    monkeypatch.setattr(sys, "argv", ["/usr/bin/footnote", "serve", "--auth=me:secret"])
    with opened(folder), opened(folder) as second:
        with pytest.raises(LibraryLocked, match=r"\(footnote serve, since .*, where that serves .*, use its page"):
            second.add(Document("new", "The lighthouse was painted green."))
        assert f"waiting for process {os.getpid()} (footnote serve, since " in caplog.text
        assert "secret" not in (folder / "writer.json").read_text()
        note = json.loads((folder / "writer.json").read_text())
        (folder / "writer.json").write_text(json.dumps(note | {"host": "lighthouse"}))
        assert second.holder.startswith(f"process {os.getpid()} on lighthouse (footnote serve, ")
