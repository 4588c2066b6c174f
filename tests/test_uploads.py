"""Files that are handed over, and their documents: whatever cuts adding or removing short, the two go together."""

import pytest

from rag import Library
from rag.errors import LibraryError
from tests.test_files import GULLS, SEALS, TERNS, failing_at, held
from ui.uploading import UploadDesk


def uploaded(library: Library, files: dict[str, str]) -> dict[str, tuple[str, str]]:
    """What becomes of files that are handed over together: state and reason."""
    desk = UploadDesk(library)  # whose thread is this one
    library.uploads.empty_incoming()
    for name, text in files.items():
        clean, arriving = desk.place(name)
        arriving.write_text(text)
        desk.take(clean, arriving)
    desk._add(desk._next_batch())
    return {one.name: (one.state, one.reason) for one in desk.status()[0]}


def on_disk(library: Library) -> dict[str, str]:
    return {path.name: path.read_text() for path in library.uploads.folder.rglob("*") if path.is_file()}


def test_of_uploads_that_are_cut_short_those_are_kept_that_were_added(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploaded(library, {"a.txt": "Before.", "b.txt": TERNS})
    monkeypatch.setattr("rag.pipeline._WINDOW", 1)
    failing_at(monkeypatch, GULLS, LibraryError("no space"))

    became = uploaded(library, {"a.txt": SEALS, "b.txt": GULLS, "c.txt": "After."})

    assert became == {"a.txt": ("added", ""), "b.txt": ("failed", "no space"), "c.txt": ("failed", "no space")}
    assert held(library) == {"uploads/a.txt": SEALS, "uploads/b.txt": TERNS}
    assert on_disk(library) == {"a.txt": SEALS, "b.txt": TERNS}


def test_a_process_that_dies_between_an_uploads_file_and_its_document_leaves_the_version_before(
    library: Library,
) -> None:
    uploaded(library, {"a.txt": SEALS})
    for name in ("a.txt", "new.txt"):
        arrived = library.uploads.incoming / name[0]
        arrived.write_text(GULLS)
        library.uploads.put(arrived, name)
    library.close()

    assert held(library) == {"uploads/a.txt": SEALS}
    assert on_disk(library) == {"a.txt": SEALS}


@pytest.mark.parametrize("removed", [False, True])
def test_a_process_that_dies_in_removing_leaves_a_document_with_its_file_or_neither(
    library: Library, monkeypatch: pytest.MonkeyPatch, removed: bool
) -> None:
    uploaded(library, {"a.txt": SEALS})
    (document,) = library.documents()
    places = library.uploads.set_aside(document.locations)
    assert len(places) == 1
    if removed:
        library._held.indexer().remove([document.id])
    library.close()

    assert held(library) == ({} if removed else {"uploads/a.txt": SEALS})
    assert on_disk(library) == ({} if removed else {"a.txt": SEALS})
