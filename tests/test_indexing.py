"""Adding, updating and removing through Library: what changed is replaced whole, what failed is named."""

import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from rag import Document, Library, load_settings
from rag.documents import read_bytes
from rag.encoder import ChunkText, EncodedChunk, load_encoder
from rag.errors import DocumentError, ModelError
from rag.settings import PACKAGED_ENCODER
from rag.stored import StoredVector
from rag.vectors import ChromaVectors

PIER = "date 2031-03-04\nPier opens again\n\nThe pier opened on Monday after two years.\n"
SEALS = "date 2031-05-06\nSeals counted\n\nNinety seals were counted on the sandbank.\n"


class FailingEncoder:
    """The real encoder, but for texts that hold a certain word: at those it fails; after "uncountable" at counting."""

    def __init__(self, word: str, error: type[BaseException] = RuntimeError) -> None:
        self._word, self._error = word, error

    def __getattr__(self, name: str) -> Any:
        return getattr(load_encoder(PACKAGED_ENCODER), name)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        if any(f"uncountable {self._word}" in text for text in texts):
            raise self._error("out of patience")
        return load_encoder(PACKAGED_ENCODER).count_tokens(texts)

    def encode_chunks(self, chunks: Sequence[ChunkText]) -> list[EncodedChunk]:
        if any(self._word in chunk.text for chunk in chunks):
            raise self._error("out of memory")
        return load_encoder(PACKAGED_ENCODER).encode_chunks(chunks)


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """A folder of two files."""
    return write(tmp_path / "news", {"pier.txt": PIER, "seals.txt": SEALS})


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def found(library: Library, question: str = "What happened?") -> list[str]:
    return [passage.chunk.text for passage in library.search(question, limit=50)]


def located(library: Library) -> dict[tuple[str, ...], str]:
    return {document.locations: library.document(document.id).text for document in library.documents()}


def rows(folder: Path) -> list[str]:
    """Everything that the catalog holds."""
    with closing(sqlite3.connect(folder / "catalog.db")) as connection:
        return list(connection.iterdump())


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file of a library that no process has open, and when each was written last."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"]
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def names(outcomes: Sequence[Any]) -> list[str]:
    return [outcome.location for outcome in outcomes]


def test_added_documents_are_found_with_what_their_files_say(library: Library, news: Path) -> None:
    report = library.add(news)

    assert str(report) == "2 added, 0 updated, 0 unchanged, 0 failed"
    assert names(report.added) == ["news/pier.txt", "news/seals.txt"]
    (best, *_) = library.search("How many seals were counted?")
    assert (best.document.title, str(best.document.date)) == ("Seals counted", "2031-05-06")
    assert best.document.locations == ("news/seals.txt",), "no private path is kept"
    assert best.document.text == "", "the text stays in the catalog"
    assert [quote.text for quote in best.evidence] == ["Ninety seals were counted on the sandbank."]


def test_adding_again_encodes_nothing_and_writes_nothing(library: Library, news: Path) -> None:
    library.add(news, Document("memo", "The ferry sails in July."))
    library.search("ferry")  # opens Chroma
    library.close()
    before = contents(library.folder)
    library.encoder = FailingEncoder("")

    report = library.add(news, Document("memo", "The ferry sails in July."))

    library.close()
    assert names(report.unchanged) == ["news/pier.txt", "news/seals.txt", "memo"]
    assert contents(library.folder) == before


def test_adding_a_folder_again_reads_each_file_once_and_asks_little(
    library: Library, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    asked: list[str] = []

    def reading(path: Path, largest: float) -> bytes:
        read.append(path.name)
        return read_bytes(path, largest)

    def statements() -> int:
        asked.clear()
        assert len(library.add(news).unchanged) == len(list(news.iterdir()))
        return len(asked)

    library.add(news)
    library._opened._database._connection().set_trace_callback(asked.append)
    few = statements()
    write(news, {f"{number}.txt": f"The tide rose {number} feet." for number in range(50)})
    library.add(news)
    monkeypatch.setattr("rag.adding.read_bytes", reading)

    assert statements() == few
    assert sorted(read) == sorted(path.name for path in news.iterdir())
    assert all(statement.lstrip().startswith(("SELECT", "BEGIN", "COMMIT")) for statement in asked)


def test_what_a_call_itself_has_changed_is_not_taken_for_unchanged(library: Library, news: Path) -> None:
    pier = library.add(news).added[0].document_id
    other = Document(pier, "The pier was sold.", locations=("news/pier.txt",))

    report = library.add(news, other, news / "pier.txt")

    assert names(report.updated) == ["news/pier.txt", "news/pier.txt"]
    assert "The pier opened on Monday" in library.document(pier).text


def test_a_small_change_waits_for_chroma_to_be_opened_and_a_large_one_does_not(
    library: Library, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add(news)
    assert not (library.folder / "vectors").exists()
    assert len(library._opened.outbox()) == 2

    assert len(found(library)) == 2, "a search opens it"
    assert library._opened.outbox() == []
    library.add(Document("memo", "The ferry sails in July."))
    assert library._opened.outbox() == [], "while it is open it is told at once"
    library.close()

    monkeypatch.setattr("rag.indexing._LEFT_WAITING", 0)
    library.add(Document("note", "The ferry sails in August."))
    assert library._opened.outbox() == []
    assert library.check() == []


def test_progress_is_told_from_the_beginning_and_a_window_at_a_time(
    library: Library, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.pipeline._WINDOW", 4)
    write(news, {f"{number}.txt": f"The tide rose {number} feet." for number in range(8)})
    told: list[tuple[int, int, str]] = []

    library.add(news, progress=lambda *given: told.append(given))

    assert [(done, total) for done, total, _ in told] == [(0, 10), (0, 10), (4, 10), (8, 10), (10, 10)]
    assert told[1][2] == "looking at news/0.txt", "before files are hashed, of which there may be many"


def test_rebuilding_tells_its_progress_and_writes_each_vector_once(
    library: Library, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.indexing._REBUILT_TOGETHER", 1)
    library.add(news)
    written: list[str] = []
    upsert = ChromaVectors.upsert

    def counted(self: ChromaVectors, rows: Sequence[StoredVector]) -> None:
        written.extend(row.chunk_id for row in rows)
        upsert(self, rows)

    monkeypatch.setattr(ChromaVectors, "upsert", counted)
    told: list[tuple[int, int, str]] = []

    assert library.check(rebuild=True, progress=lambda *given: told.append(given)) == []

    assert len(written) == len(set(written)) == 2
    assert [(done, total) for done, total, what in told if "vectors" in what and total == 2] == [(0, 2), (1, 2), (2, 2)]
    assert told[0] == (0, 1, "full text")
    assert told[-1][0] == told[-1][1]
    assert library._opened.outbox() == []


def test_a_changed_file_replaces_its_old_text_everywhere(library: Library, news: Path) -> None:
    old = library.add(news).added[0].document_id
    write(news, {"pier.txt": PIER.replace("opened on Monday", "burned down on Sunday")})

    report = library.add(news)

    assert names(report.updated) == ["news/pier.txt"]
    assert names(report.unchanged) == ["news/seals.txt"]
    assert report.updated[0].document_id == old
    assert sorted(found(library, "Who opened the pier on Monday?")) == [
        "Ninety seals were counted on the sandbank.",
        "The pier burned down on Sunday after two years.",
    ]
    assert library.check() == []


def test_a_new_date_line_alone_moves_the_document_in_time(library: Library, news: Path) -> None:
    library.add(news)
    write(news, {"pier.txt": PIER.replace("2031-03-04", "2032-03-04")})
    library.add(news)

    assert [p.document.title for p in library.search("pier", after="2032-01-01")] == ["Pier opens again"]
    assert not library.search("pier", before="2031-04-01")


def test_a_removed_document_is_nowhere(library: Library, news: Path) -> None:
    pier, seals = (outcome.document_id for outcome in library.add(news).added)

    library.remove(pier)

    assert [document.id for document in library.documents()] == [seals]
    assert found(library, "When did the pier open?") == ["Ninety seals were counted on the sandbank."]
    assert library.check() == [], "Chroma and full text hold one chunk too"
    with pytest.raises(DocumentError, match=rf"'{pier}'; `footnote list` shows the ids"):
        library.remove(seals, pier)
    assert found(library)
    assert names(library.add(news).added) == ["news/pier.txt"], "it can come back"


def test_files_that_cannot_be_read_are_named_and_the_rest_goes_on(library: Library, news: Path) -> None:
    write(news, {"a.md": "---\nx: [\n---\nText.", "b.txt": "date 2031-13-04\nText.", "c.pdf": "%PDF", "d.txt": " \n"})
    (news / "e.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (news / "f.txt").symlink_to(news / "nowhere")
    os.mkfifo(news / "g.txt")
    write(news, {"h.txt": "Long. " * 500})
    library.settings = load_settings(llm="none", max_file_mb=0.001)

    report = library.add(news / "i.txt", news)

    assert names(report.added) == ["news/pier.txt", "news/seals.txt"]
    missing = "no such file or folder"
    reasons = [missing, "YAML", "2031-13-04", ".pdf", "empty", "binary", missing, "regular file", "max_file_mb"]
    files = ["i.txt", "a.md", "b.txt", "c.pdf", "d.txt", "e.png", "f.txt", "g.txt", "h.txt"]
    assert names(report.failed) == [f"news/{name}" for name in files]
    assert [outcome.reason for outcome in report.failed if reasons.pop(0) not in outcome.reason] == []


@pytest.mark.parametrize("path", ["", "n\0ll.txt", "long" * 70, "~nobody-at-all/here.txt"], ids=lambda path: path[:9])
def test_a_path_that_is_none_is_named_and_the_rest_goes_on(
    library: Library, news: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(news)

    report = library.add(path, Document("ferry", "The ferry sails."))

    assert names(report.added) == ["ferry"]
    assert len(report.failed) == 1


@pytest.mark.parametrize("kind", ["file", "id"])
def test_a_name_that_is_not_utf_8_stops_nothing(library: Library, news: Path, kind: str) -> None:
    if kind == "file":
        Path(os.fsdecode(os.fsencode(news) + b"/caf\xe9.txt")).write_text("The cafe opens at nine.")

    report = library.add(news, *([Document("caf\udce9", "The cafe opens at nine.")] if kind == "id" else []))

    assert len(report.added) + len(report.failed) == 3
    assert "Ninety seals were counted on the sandbank." in found(library)


def test_a_folder_that_holds_the_library_can_be_added(library: Library, news: Path) -> None:
    assert str(library.add(news.parent)) == "2 added, 0 updated, 0 unchanged, 0 failed"
    assert str(library.add(news.parent)) == "0 added, 0 updated, 2 unchanged, 0 failed"


@pytest.mark.parametrize("calls", [1, 2])
def test_the_same_content_under_two_names_is_one_document(library: Library, news: Path, calls: int) -> None:
    copy = write(news.parent / "copies", {"same.txt": PIER}) / "same.txt"
    for sources in [(news, copy)] if calls == 1 else [(news,), (copy,)]:
        library.add(*sources)

    assert located(library)[("copies/same.txt", "news/pier.txt")] == "The pier opened on Monday after two years."
    assert len(library.documents()) == 2
    assert str(library.add(news, copy)) == "0 added, 0 updated, 3 unchanged, 0 failed"


@pytest.mark.parametrize("changed", ["a.txt", "b.txt"])
def test_a_copy_that_changes_becomes_a_document_of_its_own(library: Library, tmp_path: Path, changed: str) -> None:
    folder = write(tmp_path / "f", {"a.txt": PIER, "b.txt": PIER})
    library.add(folder)
    (one,) = library.documents()

    write(folder, {changed: SEALS})
    report = library.add(folder)

    assert names(report.updated) == [f"f/{changed}"]
    other = "b.txt" if changed == "a.txt" else "a.txt"
    assert located(library) == {
        (f"f/{changed}",): "Ninety seals were counted on the sandbank.",
        (f"f/{other}",): "The pier opened on Monday after two years.",
    }
    assert library.document(one.id).locations == (f"f/{other}",), "the id stays with its text"

    write(folder, {changed: PIER})
    library.add(folder)
    assert [document.locations for document in library.documents()] == [("f/a.txt", "f/b.txt")]
    assert library.check() == []


@pytest.mark.parametrize("calls", [1, 2])
def test_folders_of_the_same_name_do_not_overwrite_one_another(library: Library, tmp_path: Path, calls: int) -> None:
    one = write(tmp_path / "2031" / "news", {"a.txt": PIER})
    two = write(tmp_path / "2032" / "news", {"a.txt": SEALS})
    for sources in [(one, two)] if calls == 1 else [(one,), (two,)]:
        library.add(*sources)

    assert located(library) == {
        ("news/a.txt",): "The pier opened on Monday after two years.",
        ("news-2/a.txt",): "Ninety seals were counted on the sandbank.",
    }
    assert len(library.add(two, one).unchanged) == 2, "each is known again, in any order"


def test_a_file_keeps_its_location_however_it_is_named(library: Library, tmp_path: Path) -> None:
    folder = write(tmp_path / "news", {"2031/a.txt": PIER})
    library.add(folder)

    assert names(library.add(folder / "2031", str(folder / "2031" / "a.txt")).unchanged) == ["news/2031/a.txt"] * 2
    moved = shutil.move(folder, tmp_path / "elsewhere" / "news")
    assert names(library.add(moved).unchanged) == ["news/2031/a.txt"]


def test_a_text_that_cannot_be_cut_stops_no_other(library: Library, news: Path) -> None:
    library.add(news)
    library.close()
    library.encoder = FailingEncoder("seals")
    write(news, {"pier.txt": PIER.replace("The pier", "The uncountable seals"), "new.txt": "The ferry sails in July."})

    report = library.add(news)

    assert [(one.location, one.reason) for one in report.failed] == [
        ("news/pier.txt", "it cannot be cut into passages: out of patience")
    ]
    assert names(report.added) == ["news/new.txt"]
    assert "The pier opened on Monday after two years." in found(library)
    assert library.check() == []


def test_an_encoder_that_fails_leaves_the_old_version_answering(library: Library, news: Path) -> None:
    library.add(news)
    library.close()
    library.encoder = FailingEncoder("burned")
    write(news, {"pier.txt": PIER.replace("opened", "burned"), "new.txt": "The ferry sails in July."})

    report = library.add(news)

    assert names(report.failed) == ["news/pier.txt"]
    assert "out of memory" in report.failed[0].reason
    assert names(report.added) == ["news/new.txt"], "one text that fails does not stop those beside it"
    assert "The pier opened on Monday after two years." in found(library)
    assert library.check() == []

    library.close()
    library.encoder = load_encoder(PACKAGED_ENCODER)
    assert names(library.add(news).updated) == ["news/pier.txt"], "the change is not taken for known"


def test_documents_in_memory_are_added_unchanged_and_updated_by_id(library: Library) -> None:
    memo = Document("memo", "The ferry sails in July.", title="Ferry", locations=("https://example.org/ferry",))

    assert names(library.add(memo).added) == ["https://example.org/ferry"]
    assert names(library.add([memo]).unchanged) == ["https://example.org/ferry"]
    assert names(library.add(Document("memo", "The ferry sails in May.", title="Ferry")).updated) == ["memo"]
    assert found(library) == ["The ferry sails in May."]
    assert names(library.add(Document("memo", "The ferry sails in May.", title="Boat")).updated) == ["memo"]
    assert (library.document("memo").title, library.document("memo").locations) == ("Boat", ())


def test_two_documents_with_the_same_text_are_both_kept(library: Library) -> None:
    report = library.add(Document("one", "The ferry sails."), Document("two", "The ferry sails."))

    assert names(report.added) == ["one", "two"]
    assert found(library) == ["The ferry sails."] * 2
    assert library.check() == []


@pytest.mark.parametrize("name", ["Normans#00", " a b ", "a/b/../c", "?v=1&x", "日本 🦭", "'\"; --", "x" * 600])
def test_any_text_is_an_id(library: Library, name: str) -> None:
    library.add(Document(name, "The ferry sails in July."), Document("other", "Rents rose."))

    (best, *_) = library.search("When does the ferry sail?")
    assert (best.document.id, best.chunk.document_id) == (name, name)
    assert library.document(name).text == "The ferry sails in July."
    library.remove(name)
    assert found(library) == ["Rents rose."]


def test_readmes_are_passed_over_in_folders_and_added_when_named(library: Library, news: Path) -> None:
    write(news, {"README.md": "About these.", "README": "More.", "ABOUT.txt": "The pier is in Saltmere."})

    report = library.add(news)

    assert sorted(names(report.passed_over)) == ["README", "README.md"]
    assert len(report.added) == 3
    assert names(library.add(news / "README.md").added) == ["news/README.md"]


def test_hidden_files_and_folders_are_passed_over_in_folders(library: Library, news: Path) -> None:
    write(news, {".notes.txt": "Secret.", ".git/config.txt": "Secret.", "deep/er/c.txt": "The ferry sails."})

    assert sorted(names(library.add(news).added)) == ["news/deep/er/c.txt", "news/pier.txt", "news/seals.txt"]
    assert names(library.add(news / ".notes.txt").added) == ["news/.notes.txt"]


def test_a_folder_that_cannot_be_read_is_named_and_the_rest_goes_on(
    library: Library, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (news / "closed").mkdir()
    scan = os.scandir

    def refuse(path: str) -> Any:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    report = library.add(news)
    assert report.added
    assert [(Path(one.location).name, one.reason) for one in report.failed] == [
        ("closed", "it cannot be read: Permission denied")
    ]


def test_two_documents_of_one_id_are_one_that_is_updated(library: Library) -> None:
    report = library.add(Document("one", "The first text."), Document("one", "The second text."))
    assert (len(report.added), len(report.updated)) == (1, 1)
    assert library.document("one").text == "The second text."


def test_a_documents_location_may_not_be_anothers(library: Library, news: Path) -> None:
    library.add(news)
    taken = library.documents()[0]
    report = library.add(Document("thief", "Words.", locations=taken.locations))
    assert report.failed[0].reason == f"its location {taken.locations[0]} is that of document {taken.id}"
    assert library.document(taken.id).locations == taken.locations


def test_when_a_document_was_first_added_outlasts_its_updates(
    library: Library, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add(Document("one", "The first text."))
    (before,) = library.listing()

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Later":
            return cls(2099, 1, 1, tzinfo=tz)

    monkeypatch.setattr("rag.writing.datetime", Later)
    library.add(Document("one", "The second text."), Document("two", "Another."))
    assert {listed.document.id: listed.added.year for listed in library.listing()} == {
        "one": before.added.year,
        "two": 2099,
    }


def test_an_encoder_that_cannot_be_loaded_is_no_fault_of_a_document(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ModelError("the encoder is broken")

    monkeypatch.setattr(type(library.encoder), "encode_chunks", refuse)
    with pytest.raises(ModelError, match="the encoder is broken"):
        library.add(Document("one", "The first text."))


def test_a_renamed_file_is_the_same_document(library: Library, news: Path) -> None:
    (before,) = [one.document_id for one in library.add(news).added if one.location == "news/pier.txt"]
    (news / "pier.txt").rename(news / "opening.txt")

    report = library.add(news)

    assert [(one.location, one.document_id, one.reason) for one in report.renamed] == [
        ("news/opening.txt", before, "it was news/pier.txt")
    ]
    assert names(report.unchanged) == ["news/seals.txt"]
    assert library.document(before).locations == ("news/opening.txt",)
    assert len(library.documents()) == 2


def test_what_vanished_is_removed_only_where_that_is_asked_for(library: Library, news: Path) -> None:
    library.add(news, Document("memo", "The ferry sails in July."))
    (news / "pier.txt").unlink()

    assert str(library.add(news)) == "0 added, 0 updated, 1 unchanged, 0 failed"
    assert len(library.documents()) == 3
    report = library.add(news, sync=True)

    assert str(report) == "0 added, 0 updated, 1 unchanged, 0 failed, 1 removed"
    assert names(report.removed) == ["news/pier.txt"]
    assert sorted(found(library)) == ["Ninety seals were counted on the sandbank.", "The ferry sails in July."]
    assert library.check() == []


def test_syncing_a_part_leaves_the_rest(library: Library, tmp_path: Path) -> None:
    folder = write(tmp_path / "news", {"a/pier.txt": PIER, "b/seals.txt": SEALS})
    library.add(folder)
    shutil.rmtree(folder / "b")
    assert not library.add(folder / "a", sync=True).removed
    assert names(library.add(folder, sync=True).removed) == ["news/b/seals.txt"]


def test_a_folder_that_is_empty_all_at_once_removes_nothing(library: Library, news: Path) -> None:
    """It is more likely a drive that is not mounted."""
    library.add(news)
    for file in news.iterdir():
        file.unlink()

    report = library.add(news, sync=True)

    assert not report.removed
    assert report.failed[0].reason == "all of its 2 files have vanished, so none was removed; see that it is mounted"
    assert len(library.documents()) == 2


def test_a_copy_of_which_one_vanished_stays_under_the_other_name(library: Library, news: Path) -> None:
    write(news, {"copy.txt": PIER})
    library.add(news)
    (news / "pier.txt").unlink()

    assert names(library.add(news, sync=True).removed) == ["news/pier.txt"]
    assert located(library).keys() == {("news/copy.txt",), ("news/seals.txt",)}


def test_many_windows_are_added_whole_and_in_order(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.pipeline._WINDOW", 3)
    files = {f"{i:02}.txt": f"Ferry number {i} sails. " * 60 for i in range(20)}
    steps: list[tuple[int, int]] = []

    report = library.add(
        write(tmp_path / "ferries", files), progress=lambda done, total, _: steps.append((done, total))
    )

    assert sorted(names(report.added)) == [f"ferries/{name}" for name in files]
    assert steps[-1] == (20, 20)
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    for document in library.documents():
        assert library.document(document.id).text == files[document.locations[0].split("/")[1]].strip()
    assert library.check() == []


def test_a_location_is_given_once_in_one_call_too(library: Library) -> None:
    one, two = (Document(name, f"Text {name}.", locations=("letters/1",)) for name in ("one", "two"))
    report = library.add(one, two)
    assert (names(report.added), names(report.failed)) == (["letters/1"], ["letters/1"])
    assert [document.id for document in library.documents()] == ["one"]
