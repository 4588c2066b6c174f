"""Damage on the disk: what is derived is made anew, what is not is told in words, and nothing is answered from it."""

import itertools
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from rag import Document, Library
from rag.catalog import Catalog
from rag.encoder import EncodedChunk
from rag.errors import LibraryError
from rag.indexing import Indexer
from rag.records import Chunk, Span
from rag.stored import NewDocument, StoredVector
from rag.vectors import ChromaVectors, Hit
from tests.conftest import ROOT
from tests.libraries import QUESTIONS, facts, flip, opened, write_sql


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A question waits for repairs, however slow the machine is."""
    monkeypatch.setattr("rag.folder._PATIENCE", None)


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


def test_opening_that_is_interrupted_is_not_taken_for_damage(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: ChromaVectors) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, opened(folder) as library:
        patch.setattr(ChromaVectors, "open", interrupted)
        with pytest.raises(KeyboardInterrupt):
            library.check()

    with opened(folder) as library:
        assert (library.check(), library.notices) == ([], [])


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


def test_vectors_that_break_while_they_are_open_cost_no_hit(folder: Path) -> None:
    with opened(folder) as library:
        expected = [facts(library.search(question)) for question in QUESTIONS]
        indexer = library._held.indexer()
        indexer.vectors._client.delete_collection(indexer.vectors._name)

        assert [facts(library.search(question)) for question in QUESTIONS] == expected


def test_a_notice_is_said_once(folder: Path) -> None:
    shutil.rmtree(folder / "vectors")
    with opened(folder) as library:
        assert len(library.ask(QUESTIONS[0]).notices) == 1
        assert library.ask(QUESTIONS[0]).notices == ()


@pytest.mark.parametrize("lost", [lambda path: os.truncate(path, 0), os.unlink], ids=["emptied", "deleted"])
def test_nothing_begins_in_the_place_of_a_lost_catalog(folder: Path, lost: Callable[[Path], None]) -> None:
    (folder / "uploads").mkdir()
    (folder / "uploads" / "storm.txt").write_text("A storm.")
    lost(folder / "catalog.db")

    for use in (lambda: opened(folder).check(), lambda: opened(folder, read_only=True).search("ferry")):
        with pytest.raises(LibraryError, match=f"catalog.db is missing or empty.*{folder}/uploads to a new library"):
            use()
    assert not os.path.exists(folder / "catalog.db") or not os.path.getsize(folder / "catalog.db")


def test_what_a_damaged_catalog_still_holds_is_said(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as library:
        library.add(Document("spoilt", "The lighthouse was painted green.", title="Lighthouse"))
        every = len(library.documents())
    write_sql(folder, "UPDATE documents SET text = CAST(x'ff41' AS TEXT) WHERE id = 'spoilt'")

    with opened(folder) as library:
        first, second = library.check()
    assert first == "document spoilt (Lighthouse) is damaged; remove it and add it again"
    assert second.startswith(f"{every - 1} of {every} documents are whole: `footnote show ID` prints one; ")
    assert "footnote add /" in second

    (folder / "catalog.db").write_bytes(b"\xa5" * 8192)
    with pytest.raises(LibraryError, match=r"catalog.db is damaged: file is not a database.*to a new library"):
        opened(folder).check()


@pytest.mark.parametrize(
    ("key", "use"), [("revision", Library.search), ("generation", Library.add)], ids=["revision", "generation"]
)
def test_a_damaged_number_of_the_catalog_is_told_in_words(folder: Path, key: str, use: Callable[..., object]) -> None:
    write_sql(folder, f"INSERT OR REPLACE INTO meta VALUES ('{key}', '!')")
    with opened(folder) as library:
        assert any(f"its {key} is '!'" in problem for problem in library.check())
        with pytest.raises(LibraryError, match=f"the catalog's {key} is damaged"):
            use(library, "ferry")


def test_a_damaged_chunk_of_a_whole_text_is_encoded_again(folder: Path) -> None:
    with opened(folder, read_only=True) as library:
        expected = [library.search(question)[0].evidence for question in QUESTIONS]
    write_sql(folder, "UPDATE chunks SET sentences = zeroblob(length(sentences)) WHERE number IN (3, 4)")

    with opened(folder) as library:
        for problem in library.check():
            assert "has damaged chunks (1 of 1), and its text is whole; footnote check --rebuild" in problem
        assert library.check(rebuild=True) == []
        assert [library.search(question)[0].evidence for question in QUESTIONS] == expected


@pytest.mark.parametrize("vector", ["x'00'", "substr(vector, 2)", "substr(vector, 3)"])
def test_a_vector_that_was_cut_off_is_told_in_words(folder: Path, vector: str) -> None:
    write_sql(folder, f"UPDATE chunks SET vector = {vector} WHERE number = 3")
    with opened(folder, read_only=True) as reader, pytest.raises(LibraryError, match="vector is damaged"):
        reader.search("ferry")


def test_a_text_that_was_emptied_is_damaged(folder: Path) -> None:
    write_sql(folder, "UPDATE documents SET text = ''")
    with opened(folder, read_only=True) as reader, pytest.raises(LibraryError, match="is not the one that was added"):
        reader.document(reader.documents()[0].id)


def test_words_of_a_damaged_full_text_are_counted_anew_once_it_is_mended(folder: Path) -> None:
    write_sql(folder, "DELETE FROM words")
    with opened(folder) as library:
        assert library._opened.chunk_frequencies(["ferry"]) == [0]
        library.check(rebuild=True)
        assert library._opened.chunk_frequencies(["ferry"]) != [0]


def test_vectors_that_are_being_made_anew_are_not_asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(folder, read_only=True) as library:
        expected = facts(library.search(QUESTIONS[0]))
    rebuild, asked, meanwhile = Indexer.rebuild_vectors, [], []
    nearest = ChromaVectors.nearest

    def note(self: ChromaVectors, vector: np.ndarray, limit: int) -> list[Hit]:
        asked.append(self.generation)
        return nearest(self, vector, limit)

    monkeypatch.setattr(ChromaVectors, "trouble", lambda *_, **__: "they are damaged")
    monkeypatch.setattr(ChromaVectors, "nearest", note)
    with opened(folder) as library, ThreadPoolExecutor(1) as threads:

        def held(self: Indexer, *given: object) -> None:
            meanwhile.append(facts(threads.submit(library.search, QUESTIONS[0]).result(timeout=60)))
            assert asked == []
            rebuild(self, *given)  # type: ignore[arg-type]

        monkeypatch.setattr(Indexer, "rebuild_vectors", held)
        assert [facts(library.search(QUESTIONS[0])), *meanwhile] == [expected, expected]
        assert set(asked) == {2}


def test_a_question_does_not_wait_for_long_repairs_and_closing_ends_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(folder, read_only=True) as library:
        expected = facts(library.search(QUESTIONS[0]))
    shutil.rmtree(folder / "vectors")
    begun, upsert = threading.Event(), ChromaVectors.upsert

    def until_closing(self: ChromaVectors, rows: Sequence[StoredVector]) -> None:
        begun.set()
        while not library._held._closing:
            time.sleep(0.001)
        upsert(self, rows)

    with monkeypatch.context() as patch:
        patch.setattr("rag.folder._PATIENCE", 0)
        patch.setattr("rag.indexing._REBUILT_TOGETHER", 1)
        patch.setattr(ChromaVectors, "upsert", until_closing)
        library = opened(folder)
        for _ in range(2):
            assert facts(library.search(QUESTIONS[0])) == expected
        assert begun.wait(60)
        library.close()
        assert {path.name for path in (folder / "vectors").iterdir()} == {"1", "1.seal", "opening"}
    with opened(folder) as library:
        assert facts(library.search(QUESTIONS[0])) == expected
        assert "the vectors were rebuilt from the catalog" in library.notices[0]


def test_damage_that_was_found_is_remembered_until_it_is_mended(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: ChromaVectors, _: object) -> None:
        raise KeyboardInterrupt

    (file,) = (folder / "vectors").rglob("chroma.sqlite3")
    flip(file, file.stat().st_size - 1)
    with monkeypatch.context() as patch, opened(folder) as library:
        patch.setattr(ChromaVectors, "upsert", interrupted)
        with pytest.raises(KeyboardInterrupt):
            library.check()

    for expected in (1, 0):
        with opened(folder) as library:
            library.search("ferry")
            assert len(library.notices) == expected


def test_a_question_is_answered_where_vectors_cannot_be_made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(folder, read_only=True) as library:
        expected = facts(library.search(QUESTIONS[0]))
    shutil.rmtree(folder / "vectors")
    tried = []

    def full(self: ChromaVectors, _: object) -> None:
        tried.append(self)
        raise LibraryError("there is no space")

    with opened(folder) as library:
        with monkeypatch.context() as patch:
            patch.setattr(ChromaVectors, "upsert", full)
            for _ in range(2):
                assert facts(library.search(QUESTIONS[0])) == expected
            (notice,) = library.notices
            assert "compared one by one" in notice
            assert "there is no space" in notice
            assert len(tried) == 1, "not at every question"
            assert {path.name for path in (folder / "vectors").iterdir()} == {"1", "opening"}, "nothing is left of it"
        assert library.check() == [], "it can be tried again"
        assert facts(library.search(QUESTIONS[0])) == expected


def test_generations_that_a_kill_has_left_are_cleared_away(folder: Path) -> None:
    shutil.copytree(folder / "vectors" / "1", folder / "vectors" / "7")
    shutil.copy(folder / "vectors" / "1.seal", folder / "vectors" / "7.seal")
    with opened(folder) as library:
        library.search("ferry")
        assert library.notices == []
    assert {path.name for path in (folder / "vectors").iterdir()} == {"1", "1.seal"}


def test_check_makes_vectors_anew_that_were_not_closed(folder: Path) -> None:
    """A bit that has flipped in a graph that nobody sealed is seen by no sample."""
    (folder / "vectors" / "1.seal").unlink()
    with opened(folder) as library:
        library.search("ferry")
        assert library.notices == []
        assert library.check() == []
        assert "did not close them" in library.notices[0]
        library.notices.clear()
        assert (library.check(), library.notices) == ([], [])
