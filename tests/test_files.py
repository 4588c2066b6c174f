"""What people do to files between two calls of `add`: they move, rename, exchange, link and lose them."""

import os
import shutil
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag import Document, Library, load_settings
from rag.catalog import Catalog
from rag.encoder import ChunkText
from rag.errors import LibraryError
from ui.cli import main

SEALS = "The seals slept."
GULLS = "The gulls flew."
TERNS = "The terns dived."


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def held(library: Library) -> dict[str, str]:
    """The text at every location; a document without one stands under its id."""
    return {
        name: library.document(document.id).text
        for document in library.documents()
        for name in document.locations or (document.id,)
    }


def ids(library: Library) -> dict[str, str]:
    return {library.document(document.id).text: document.id for document in library.documents()}


def names(outcomes: Sequence[Any]) -> list[str]:
    return [outcome.location for outcome in outcomes]


@pytest.fixture
def encoded(library: Library, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that have been encoded."""
    texts: list[str] = []
    encode = library.encoder.encode_chunks

    def counted(chunks: Sequence[ChunkText]) -> Any:
        texts.extend(chunk.text for chunk in chunks)
        return encode(chunks)

    monkeypatch.setattr(library.encoder, "encode_chunks", counted, raising=False)
    return texts


# Names that have a date


def test_a_file_that_is_renamed_to_a_date_is_of_that_date(library: Library, tmp_path: Path, encoded: list[str]) -> None:
    news = write(tmp_path / "news", {"seals.txt": SEALS, "gulls.txt": GULLS})
    library.add(news)
    seals = ids(library)[SEALS]
    assert library.document(seals).day is None

    def renamed(old: str, new: str) -> date | None:
        (news / old).rename(news / new)
        report = library.add(news)
        outcomes = [(one.location, one.document_id, one.reason) for one in report.renamed]
        assert outcomes == [(f"news/{new}", seals, f"it was news/{old}")]
        return library.document(seals).day

    assert renamed("seals.txt", "2031-04-15 seals.txt") == date(2031, 4, 15)
    assert library.document(seals).date_origin == "file name"
    assert library.search("seals")[0].document.day == date(2031, 4, 15)
    assert library.search("Which animals were there on 15 April 2031?")[0].document.id == seals
    assert renamed("2031-04-15 seals.txt", "2031-04-16 seals.txt") == date(2031, 4, 16)
    encoded.clear()
    assert renamed("2031-04-16 seals.txt", "2031-04-16 sandbank.txt") == date(2031, 4, 16)
    assert renamed("2031-04-16 sandbank.txt", "sandbank.txt") == date(2031, 4, 16)
    assert encoded == []
    assert held(library) == {"news/sandbank.txt": SEALS, "news/gulls.txt": GULLS}
    assert library.check() == []


def test_a_date_that_the_text_has_outlasts_every_name(library: Library, tmp_path: Path) -> None:
    news = write(tmp_path / "news", {"seals.md": f"---\ndate: 2031-02-03\n---\n\n{SEALS}"})
    library.add(news)
    (news / "seals.md").rename(news / "2031-04-15 seals.md")
    assert names(library.add(news).renamed) == ["news/2031-04-15 seals.md"]
    assert [one.day for one in library.documents()] == [date(2031, 2, 3)]


# Folders that move, and folders of one name


@pytest.mark.parametrize("sync", [False, True])
def test_a_folder_that_is_not_mounted_loses_nothing_to_another_of_its_name(
    library: Library, tmp_path: Path, sync: bool
) -> None:
    library.add(write(tmp_path / "drive" / "news", {"a.txt": SEALS, "b.txt": GULLS}))
    (tmp_path / "drive").rename(tmp_path / "away")

    report = library.add(write(tmp_path / "disk" / "news", {"a.txt": TERNS}), sync=sync)

    assert str(report) == "1 added, 0 updated, 0 unchanged, 0 failed"
    assert held(library) == {"news/a.txt": SEALS, "news/b.txt": GULLS, "news-2/a.txt": TERNS}
    (tmp_path / "away").rename(tmp_path / "drive")
    assert len(library.add(tmp_path / "drive" / "news", sync=sync).unchanged) == 2


def test_a_folder_that_has_moved_and_changed_a_little_keeps_its_name(library: Library, tmp_path: Path) -> None:
    folder = write(tmp_path / "news", {"a.txt": SEALS, "b.txt": GULLS, "c.txt": "Crabs hid.", "d.txt": "Eels hid."})
    library.add(folder)
    moved = Path(shutil.move(folder, tmp_path / "elsewhere" / "news"))
    write(moved, {"a.txt": TERNS})
    (moved / "c.txt").unlink()

    report = library.add(moved, sync=True)

    assert (names(report.updated), names(report.removed)) == (["news/a.txt"], ["news/c.txt"])
    assert held(library) == {"news/a.txt": TERNS, "news/b.txt": GULLS, "news/d.txt": "Eels hid."}


def test_where_a_folder_has_moved_is_remembered_though_none_of_its_files_is_new(
    library: Library, tmp_path: Path
) -> None:
    library.add(write(tmp_path / "x" / "news", {"a.txt": SEALS}))
    (tmp_path / "x").rename(tmp_path / "y")
    assert names(library.add(tmp_path / "y" / "news").unchanged) == ["news/a.txt"]

    library.add(write(tmp_path / "x" / "news", {"a.txt": GULLS}))

    assert held(library) == {"news/a.txt": SEALS, "news-2/a.txt": GULLS}


def test_a_folder_of_another_name_is_followed(library: Library, tmp_path: Path, encoded: list[str]) -> None:
    library.add(write(tmp_path / "news", {"a.txt": SEALS, "old/b.txt": GULLS}))
    before = ids(library)
    (tmp_path / "news").rename(tmp_path / "archive")

    report = library.add(tmp_path / "archive")

    assert [(one.location, one.reason) for one in report.renamed] == [
        ("archive/a.txt", "it was news/a.txt"),
        ("archive/old/b.txt", "it was news/old/b.txt"),
    ]
    assert held(library) == {"archive/a.txt": SEALS, "archive/old/b.txt": GULLS}
    assert ids(library) == before
    assert len(encoded) == 2


def test_a_copy_on_a_drive_that_is_not_mounted_outlasts_what_becomes_of_the_other(
    library: Library, tmp_path: Path
) -> None:
    library.add(write(tmp_path / "drive" / "copies", {"a.txt": SEALS}))
    news = write(tmp_path / "news", {"a.txt": SEALS})
    library.add(news)
    (tmp_path / "drive").rename(tmp_path / "away")

    (news / "a.txt").rename(news / "b.txt")
    assert [one.reason for one in library.add(news).renamed] == ["it was news/a.txt"]
    library.add(write(news, {"b.txt": GULLS}), sync=True)

    assert held(library) == {"copies/a.txt": SEALS, "news/b.txt": GULLS}


# Files that change places


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": SEALS, "b": GULLS}, {"a": GULLS, "b": SEALS}),
        ({"a": SEALS, "b": GULLS, "c": TERNS}, {"b": SEALS, "c": GULLS, "d": TERNS}),
        ({"b": SEALS, "c": GULLS, "d": TERNS}, {"a": SEALS, "b": GULLS, "c": TERNS}),
        ({"a": SEALS, "b": GULLS, "c": GULLS}, {"a": GULLS, "b": SEALS, "c": SEALS}),
    ],
    ids=["exchanged", "moved on", "moved back", "copies"],
)
def test_files_that_change_places_are_the_same_documents(
    library: Library, tmp_path: Path, encoded: list[str], before: dict[str, str], after: dict[str, str]
) -> None:
    files = {f"{name}.txt": text for name, text in before.items()}
    library.add(write(tmp_path / "news", files))
    known = ids(library)
    shutil.rmtree(tmp_path / "news")
    encoded.clear()

    report = library.add(write(tmp_path / "news", {f"{name}.txt": text for name, text in after.items()}), sync=True)

    assert encoded == []
    assert held(library) == {f"news/{name}.txt": text for name, text in after.items()}
    assert ids(library) == known
    assert not report.removed
    assert library.check() == []


def test_a_text_that_makes_way_for_another_stays_the_same_document(library: Library, tmp_path: Path) -> None:
    folder = write(tmp_path / "news", {"report.txt": SEALS})
    library.add(folder)
    before = ids(library)[SEALS]
    (folder / "report.txt").rename(folder / "report-old.txt")

    report = library.add(write(folder, {"report.txt": GULLS}))

    assert (names(report.renamed), names(report.added)) == (["news/report-old.txt"], ["news/report.txt"])
    assert held(library) == {"news/report.txt": GULLS, "news/report-old.txt": SEALS}
    assert ids(library)[SEALS] == before


# What is no file


@pytest.mark.parametrize("order", ["document first", "folder first"])
def test_syncing_leaves_documents_that_never_were_files(library: Library, tmp_path: Path, order: str) -> None:
    folder = write(tmp_path / "news", {"a.txt": SEALS})
    given = Document("m", GULLS, locations=("news/online-1",))
    library.add(*((given, folder) if order == "document first" else (folder, given)))

    assert not library.add(folder, sync=True).removed
    assert held(library) == {"news/a.txt": SEALS, "news/online-1": GULLS}


def test_a_document_whose_location_alone_has_changed_is_updated(library: Library) -> None:
    library.add(Document("m", SEALS, locations=("a",)))

    assert len(library.add(Document("m", SEALS, locations=("b",))).updated) == 1
    assert held(library) == {"b": SEALS}
    assert len(library.add(Document("m", SEALS, locations=("b",))).unchanged) == 1


# What lies in folders


def test_a_link_to_a_folder_is_named_and_not_followed(library: Library, tmp_path: Path) -> None:
    write(tmp_path / "other", {"b.txt": GULLS})
    folder = write(tmp_path / "news", {"a.txt": SEALS, "deep/c.txt": TERNS})
    (folder / "linked").symlink_to(tmp_path / "other")
    (folder / "deep" / "up").symlink_to(folder)
    (folder / "itself").symlink_to("itself")

    report = library.add(folder)

    assert names(report.added) == ["news/a.txt", "news/deep/c.txt"]
    reason = "it is a link to a folder; name it to have it read"
    assert sorted((one.location, one.reason) for one in report.passed_over) == [("linked", reason), ("up", reason)]
    assert [(one.location, "symbolic links" in one.reason) for one in report.failed] == [("news/itself", True)]
    assert names(library.add(folder / "linked").added) == ["news/linked/b.txt"]


@pytest.mark.parametrize("reads", [1, 2])
def test_a_file_that_vanishes_meanwhile_is_named_and_the_rest_goes_on(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reads: int
) -> None:
    folder = write(tmp_path / "news", {"a.txt": SEALS, "b.txt": GULLS})
    left = iter(range(reads - 1))
    read = Path.read_bytes

    def vanishing(path: Path) -> bytes:
        if path.name == "a.txt" and next(left, None) is None:
            path.unlink()
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", vanishing)
    report = library.add(folder)

    assert [(one.location, one.reason) for one in report.failed] == [("news/a.txt", "there is no such file or folder")]
    assert held(library) == {"news/b.txt": GULLS}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"a\nb.txt", "a\nb.txt"),
        (b"a\rb.txt", r"a\x0db.txt"),
        (b"caf\xe9.txt", r"caf\xe9.txt"),
        (rb"caf\xe9.txt", r"caf\xe9.txt"),
        (rb"C\new.txt", r"C\new.txt"),
    ],
    ids=["newline", "return", "not utf-8", "escape", "backslash"],
)
def test_a_file_of_an_odd_name_is_followed_and_removed_as_any_other(
    library: Library, tmp_path: Path, name: bytes, shown: str
) -> None:
    folder = write(tmp_path / "news", {"b.txt": GULLS})
    path = folder / os.fsdecode(name)
    path.write_text(SEALS)
    assert f"news/{shown}" in names(library.add(folder).added)
    assert len(library.add(folder, sync=True).unchanged) == 2

    path.rename(folder / "c.txt")
    assert [one.reason for one in library.add(folder).renamed] == [f"it was news/{shown}"]
    (folder / "c.txt").rename(path)
    library.add(folder)
    path.unlink()
    assert names(library.add(folder, sync=True).removed) == [f"news/{shown}"]


@pytest.mark.parametrize("which", ["added", "above", "library"])
def test_a_folder_whose_path_is_not_utf_8_is_as_good_as_any(tmp_path: Path, which: str) -> None:
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")
    news = write(Path(odd) / "news" if which == "above" else Path(odd) if which == "added" else tmp_path / "news", {
        "a.txt": SEALS, "b.txt": GULLS
    })  # fmt: skip
    folder = Path(odd) / "library" if which == "library" else tmp_path / "library"
    with Library(folder, settings=load_settings(llm="none")) as library:
        name = r"caf\xe9" if which == "added" else "news"
        assert names(library.add(news).added) == [f"{name}/a.txt", f"{name}/b.txt"]
        (news / "a.txt").unlink()
        assert names(library.add(news, sync=True).removed) == [f"{name}/a.txt"]
    with Library(folder, settings=load_settings(llm="none")) as library:
        assert len(library.add(news).unchanged) == 1
    with Library(folder, settings=load_settings(llm="none"), read_only=True) as library:
        assert [passage.chunk.text for passage in library.search("gulls")] == [GULLS]


def test_a_folder_that_is_closed_is_named_and_the_rest_goes_on(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "news", {"a.txt": SEALS, "closed/b.txt": GULLS})
    for module, name in ((Path, "stat"), (os, "stat"), (os, "scandir")):
        monkeypatch.setattr(module, name, refusing(getattr(module, name), str(folder / "closed"), name == "scandir"))

    report = library.add(folder)

    assert names(report.added) == ["news/a.txt"]
    assert [one.reason for one in report.failed] == ["it cannot be read: Permission denied"]


def refusing(call: Callable, closed: str, itself: bool) -> Callable:
    """As the system refuses what lies below a folder without x permission, and lists none without r."""

    def refused(path: Any = ".", *more: Any, **named: Any) -> Any:
        below = isinstance(path, str | Path) and str(path).startswith(closed)
        if below and (itself or str(path) != closed):
            raise PermissionError(13, "Permission denied", str(path))
        return call(path, *more, **named)

    return refused


def test_a_library_is_not_read_as_documents(library: Library, tmp_path: Path) -> None:
    report = library.add(library.folder)
    assert [one.reason for one in report.failed] == [
        "it is a library itself; name the files and folders that are to be read"
    ]


# What people are told


def test_the_command_names_what_was_renamed_removed_and_passed_over(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(elsewhere / "news", {"a.txt": SEALS, "b.txt": GULLS, "README": "About."})
    main(["add", "news"])
    capsys.readouterr()
    (folder / "a.txt").rename(folder / "c.txt")
    (folder / "b.txt").unlink()

    assert main(["add", "news", "--sync"]) == 0

    printed = capsys.readouterr()
    assert printed.out == "0 added, 0 updated, 0 unchanged, 0 failed, 1 renamed, 1 removed, 1 passed over\n"
    assert printed.err.splitlines() == [
        "footnote: README was passed over: the setting exclude names it",
        "footnote: news/c.txt was renamed: it was news/a.txt",
        "footnote: news/b.txt was removed: its file has vanished",
    ]


@pytest.mark.parametrize(("error", "status"), [(KeyboardInterrupt(), 130), (LibraryError("no space"), 1)])
def test_an_add_that_stops_says_what_it_had_done(
    elsewhere: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    status: int,
) -> None:
    write(elsewhere / "news", {"a.txt": SEALS, "b.txt": GULLS})
    monkeypatch.setattr("rag.pipeline._WINDOW", 1)
    failing_at(monkeypatch, GULLS, error)

    assert main(["add", "news"]) == status

    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("footnote: stopped; " if status == 130 else "footnote: no space; ")
    assert said.endswith(
        "done before it stopped: 1 added, 0 updated, 0 unchanged, 0 failed; add the same again for the rest"
    )
    with Library("library", settings=load_settings(llm="none"), read_only=True) as library:
        assert held(library) == {"news/a.txt": SEALS}


def failing_at(monkeypatch: pytest.MonkeyPatch, text: str, error: BaseException) -> None:
    """Storing a document of this text fails."""
    put = Catalog.put_all

    def failing(self: Catalog, documents: Any) -> None:
        new = list(documents)
        if any(one.document.text == text for one in new):
            raise error
        put(self, new)

    monkeypatch.setattr(Catalog, "put_all", failing)
