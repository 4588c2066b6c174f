"""A library on disk: one writer and many readers, repair of what is derived, moving, and what both scans find."""

import itertools
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag import Document, Library, Passage, load_settings
from rag.catalog import Catalog
from rag.chunking import chunk_document
from rag.encoder import ChunkText, EncodedChunk, load_encoder
from rag.errors import LibraryError, LibraryLocked
from rag.records import Chunk, Span
from rag.schema import CATALOG
from rag.settings import PACKAGED_ENCODER
from rag.stored import NewDocument
from rag.vectors import ChromaVectors, ExactVectors, Hit
from tests.conftest import ROOT

QUESTIONS = ("When did the ferry return?", "How many boats did Storm Osric damage?", "Who is the harbour master?")


@pytest.fixture
def folder(saltmere_folder: Path, tmp_path: Path) -> Path:
    """A library that may be changed."""
    return Path(shutil.copytree(saltmere_folder, tmp_path / "saltmere"))


@pytest.fixture(autouse=True)
def short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second writer is refused at once."""
    monkeypatch.setattr("rag.library._LOCK_SECONDS", 0.05)


def opened(folder: Path, read_only: bool = False) -> Library:
    return Library(folder, settings=load_settings(llm="none"), read_only=read_only)


def facts(passages: Sequence[Passage]) -> list[tuple[str, float]]:
    return [(passage.chunk.id, round(passage.score, 3)) for passage in passages]


def titles(library: Library, **window: Any) -> set[str]:
    return {passage.document.title for passage in library.search("What was counted?", limit=50, **window)}


def write_sql(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "catalog.db")) as connection:
        connection.execute(statement)
        connection.commit()


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


@pytest.mark.parametrize(
    "damage",
    [None, lambda data: data[: len(data) // 2], lambda data: data[:0], lambda data: b"\xff" * len(data)],
    ids=["lost", "half", "empty", "scrambled"],
)
def test_damaged_vectors_are_rebuilt_and_that_is_said(folder: Path, damage: Callable[[bytes], bytes] | None) -> None:
    with opened(folder, read_only=True) as library:
        expected = [facts(library.search(question)) for question in QUESTIONS]
    if damage:
        (file,) = (folder / "vectors").rglob("chroma.sqlite3")
        file.write_bytes(damage(file.read_bytes()))
    else:
        shutil.rmtree(folder / "vectors")

    with opened(folder) as library:
        assert [facts(library.search(question)) for question in QUESTIONS] == expected
        (notice,) = library.notices
        assert notice.startswith("the vectors were rebuilt from the catalog")
        assert notice in library.ask(QUESTIONS[0]).notices
        assert library.check() == []
    with opened(folder) as library:
        assert library.search("ferry")
        assert library.notices == [], "the repair lasts"
    assert {path.name for path in (folder / "vectors").iterdir()} == {"2", "2.seal"}, "the old generation is gone"


@pytest.fixture(scope="module")
def large_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of 1,001 random vectors: from 1,000 on, Chroma writes index files."""
    folder = tmp_path_factory.mktemp("large")
    vectors = np.random.default_rng(7).normal(size=(1001, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    encoded = [EncodedChunk(v, v[None], np.array([1]), np.array([0])) for v in vectors]
    with closing(Catalog(folder / "catalog.db")) as catalog:
        for name in ("told to Chroma", "not yet"):
            chunks = [Chunk(f"{name}:{i}", name, i, 0, 1, "x", (Span(0, 1),)) for i in range(len(vectors))]
            catalog.put_all([NewDocument(Document(name, "x"), name, tuple(chunks), tuple(encoded))])
            if name == "told to Chroma":
                with opened(folder) as library:
                    assert (library.check(), library.notices) == ([], [])
    return folder


@pytest.mark.parametrize(("name", "size"), [("data_level0.bin", 100), ("header.bin", 50), ("header.bin", 0)])
def test_a_cut_off_index_is_rebuilt_at_the_second_opening_at_the_latest(
    large_folder: Path, tmp_path: Path, name: str, size: int
) -> None:
    folder = shutil.copytree(large_folder, tmp_path / "large")
    (file,) = (folder / "vectors").rglob(name)
    os.truncate(file, size)

    show = "import sys, rag; library = rag.Library(sys.argv[1]); print(library.check(), library.notices)"
    command, path = [sys.executable, "-c", show, folder], {**os.environ, "PYTHONPATH": str(ROOT)}
    first, second = (subprocess.run(command, cwd=tmp_path, env=path, capture_output=True, text=True) for _ in "12")

    assert second.returncode == 0
    assert second.stdout.startswith("[] ")
    assert "the vectors were rebuilt from the catalog" in first.stdout + second.stdout


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE documents SET title = 'Another' WHERE title LIKE 'Ferry%'",
        "UPDATE documents SET date = '2031-01-01' WHERE title LIKE 'Ferry%'",
        "UPDATE locations SET location = 'other' WHERE location = (SELECT min(location) FROM locations)",
        "UPDATE chunks SET start = start + 1 WHERE number = 3",
        "UPDATE words_content SET c2 = replace(c2, 'ferry', 'fairy')",
        "UPDATE documents SET text = replace(text, 'ferry', 'fairy')",
        "UPDATE chunks SET text = replace(text, 'ferry', 'fairy')",
        "UPDATE chunks SET vector = zeroblob(length(vector)) WHERE number = 3",
        "UPDATE chunks SET sentences = zeroblob(length(sentences)) WHERE number = 3",
        "DELETE FROM words WHERE rowid = 3",
    ],
    ids=["title", "date", "location", "place", "indexed text", "text", "chunk", "vector", "sentences", "full text"],
)
def test_check_sees_what_is_no_longer_as_it_was_added(folder: Path, statement: str) -> None:
    with opened(folder) as library:
        assert library.check() == []
    write_sql(folder, statement)

    with opened(folder) as library:
        assert library.check() != []


@pytest.mark.parametrize("page", [0, 3, 10, 30])
def test_a_damaged_catalog_is_told_in_words(folder: Path, page: int) -> None:
    with (folder / "catalog.db").open("r+b") as file:
        file.seek(page * 4096)
        file.write(b"\xa5" * 4096)

    try:
        problems = opened(folder).check()
    except LibraryError as error:
        problems = [str(error)]

    assert "catalog.db" in problems[0]


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


def test_a_questions_search_waits_for_no_change(folder: Path) -> None:
    with opened(folder) as library, ThreadPoolExecutor(1) as threads:
        library.search("ferry")
        with library._changing:  # what a running add holds
            assert threads.submit(library.search, "ferry").result(timeout=60)


def test_vectors_that_break_while_they_are_open_cost_no_hit(folder: Path) -> None:
    with opened(folder) as library:
        expected = [facts(library.search(question)) for question in QUESTIONS]
        indexer = library._indexer
        assert indexer
        indexer.vectors._client.delete_collection(indexer.vectors._name)

        assert [facts(library.search(question)) for question in QUESTIONS] == expected


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


def test_opening_that_is_interrupted_is_not_taken_for_damage(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: ChromaVectors) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, opened(folder) as library:
        patch.setattr(ChromaVectors, "open", interrupted)
        with pytest.raises(KeyboardInterrupt):
            library.search("ferry")

    with opened(folder) as library:
        assert (library.check(), library.notices) == ([], [])


@pytest.mark.parametrize("name", ["vectors", "writer.json"])
def test_a_folder_that_cannot_be_written_is_named(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(folder / "vectors")
    (folder / name).write_text("in the way") if name == "vectors" else (folder / name).mkdir()
    monkeypatch.setattr("rag.indexing._LEFT_WAITING", 0)

    with pytest.raises(LibraryError, match=str(folder)), opened(folder) as library:
        library.add(Document("new", "The lighthouse was painted green."))


def test_a_notice_is_said_once(folder: Path) -> None:
    shutil.rmtree(folder / "vectors")
    with opened(folder) as library:
        assert len(library.ask(QUESTIONS[0]).notices) == 1
        assert library.ask(QUESTIONS[0]).notices == ()


@pytest.mark.parametrize("damage", ["title = 'Another'", "sha256 = upper(sha256)", "date = '1999-01-01'"])
def test_a_damaged_document_is_never_shown(folder: Path, damage: str) -> None:
    write_sql(folder, f"UPDATE documents SET {damage}")
    with opened(folder, read_only=True) as library:
        for use in (library.documents, lambda: library.search("ferry"), lambda: library.ask(QUESTIONS[0])):
            with pytest.raises(LibraryError, match="is damaged; `footnote check`"):
                use()


def test_damaged_full_text_is_made_anew(folder: Path) -> None:
    write_sql(folder, "DELETE FROM words")
    with opened(folder) as library:
        assert any("full text" in problem for problem in library.check())
        assert library.check(rebuild=True) == []
        assert library.search(QUESTIONS[0], limit=1)[0].signals["full_text_rank"] == 1


@pytest.mark.parametrize("seed", range(5))
def test_a_flipped_byte_in_any_file_of_chroma_is_seen_and_repaired(folder: Path, seed: int) -> None:
    with opened(folder, read_only=True) as library:
        expected = [facts(library.search(question)) for question in QUESTIONS]
    chosen = random.Random(seed)
    files = sorted(path for path in (folder / "vectors").rglob("*") if path.is_file() and path.stat().st_size)
    file = chosen.choice([path for path in files if path.suffix != ".seal"])
    flip(file, chosen.randrange(file.stat().st_size))

    with opened(folder) as library:
        assert [facts(library.search(question)) for question in QUESTIONS] == expected
        assert "the vectors were rebuilt from the catalog" in library.notices[0]
        assert library.check() == []


@pytest.mark.parametrize("seed", range(8))
def test_a_flipped_byte_in_the_catalog_is_seen_or_changes_nothing(folder: Path, seed: int) -> None:
    def told() -> object:
        with opened(folder, read_only=True) as library:
            answers = [library.ask(question) for question in QUESTIONS]
            shown = [(answer.text, answer.citations, answer.as_of) for answer in answers]
            return shown, [(document, library.document(document.id).text) for document in library.documents()]

    before = told()
    flip(folder / "catalog.db", random.Random(seed).randrange((folder / "catalog.db").stat().st_size))
    try:
        with opened(folder) as library:
            problems = library.check()
    except LibraryError as error:
        problems = [str(error)]
    if not problems:
        assert told() == before


def flip(file: Path, place: int) -> None:
    data = bytearray(file.read_bytes())
    data[place] ^= 0x10
    file.write_bytes(data)


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
        assert problem.endswith("is damaged; remove its document and add it again"), "what was damaged still is"
        assert library.listing() == listed
        library.remove(problem.split()[1].split(":")[0])
        assert library.check() == []
        assert facts(library.search(QUESTIONS[0]))[0][0] == found[0][0]


@pytest.mark.parametrize("room", [0, 400_000], ids=["none", "some"])
def test_a_disk_without_room_is_said_and_loses_nothing(folder: Path, room: int) -> None:
    """The system's own limit on the size of files stands in for a full disk: the same writes fail in the same place."""
    with opened(folder, read_only=True) as library:
        expected = [facts(library.search(question)) for question in QUESTIONS]
    largest = max(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    script = (
        "import resource, sys; from rag import Document, Library, load_settings; from rag.errors import FootnoteError\n"
        "library = Library(sys.argv[1], settings=load_settings(llm='none'))\n"
        "library.search('ferry'); limit = int(sys.argv[2])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
        "words = ' '.join(f'word{i} stands here.' for i in range(3_000))\n"
        "try: print(library.add(Document('large', words)))\n"
        "except FootnoteError as error: print('said:', error)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, folder, str(largest + room)], cwd=ROOT, capture_output=True, text=True
    )
    assert ran.stdout.startswith("said: "), ran.stderr
    assert "cannot be" in ran.stdout
    assert "Traceback" not in ran.stderr

    with opened(folder) as library:
        assert library.check() == []
        assert library.documents()
        library.remove(*({document.id for document in library.documents()} & {"large"}))
        assert [facts(library.search(question)) for question in QUESTIONS] == expected


def test_a_new_location_does_not_hide_damage(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "old.txt").write_text("The lighthouse was painted green.")
    with opened(folder) as library:
        library.add(tmp_path / "news")
    write_sql(folder, "UPDATE documents SET title = 'Another' WHERE text LIKE '%lighthouse%'")
    (tmp_path / "news" / "old.txt").rename(tmp_path / "news" / "new.txt")

    with opened(folder) as library:
        assert len(library.add(tmp_path / "news").renamed) == 1
        assert any("is damaged" in problem for problem in library.check())


def test_an_index_of_chromas_own_settings_is_searched_as_widely_as_a_new_one(folder: Path) -> None:
    with closing(Catalog(folder / "catalog.db")) as catalog:
        for _ in range(2):
            vectors = ChromaVectors(folder / "vectors", catalog.uuid, 1)
            vectors.open()
            assert vectors._collection.configuration["hnsw"]["ef_search"] == 400
            vectors._collection.modify(configuration={"hnsw": {"ef_search": 100}})
            vectors.close()


def test_a_chunk_that_is_hard_to_reach_is_no_damage(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Making a graph of neighbours anew, at every opening, would not make it exact."""
    with opened(folder) as library:
        library.search(QUESTIONS[0])
    hidden = {0}
    nearest, asked = ChromaVectors.nearest, itertools.count()

    def search(self: ChromaVectors, vector: np.ndarray, limit: int) -> list[Hit]:
        return [] if limit == 1 and next(asked) in hidden else nearest(self, vector, limit)

    monkeypatch.setattr(ChromaVectors, "nearest", search)
    with opened(folder) as library:
        library.search(QUESTIONS[0])
        assert library.notices == []
    hidden |= set(range(100))
    with opened(folder) as library:
        library.search(QUESTIONS[0])
        assert "by its own vector" in library.notices[0]
