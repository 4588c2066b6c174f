"""Documents over HTTP: their list, their texts and source pages, files that are handed over, and removing.

Knows the library and the desk that adds files; nothing of Gradio.
"""

import contextlib
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote as percent_encode

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from rag.conversations import Conversations
from rag.errors import DocumentError, LibraryError
from rag.export import document_json, listed_json
from rag.library import Library
from rag.records import Document
from ui.linking import with_words
from ui.sources import link_of, missing_html, source_html
from ui.uploading import UploadDesk

UPLOAD_PATH = "/api/uploads/"
_Several = Annotated[tuple[str, ...], Query()]


def documents_router(library: Library, conversations: Conversations, desk: UploadDesk) -> APIRouter:
    """The routes, for an open library."""
    router = APIRouter()

    @router.get("/source/{document_id:path}", response_class=HTMLResponse)
    def source(
        document_id: str, v: str = "", start: str = "", end: str = "", answer: str = "", quote: _Several = ()
    ) -> HTMLResponse:
        try:
            document = library.document(document_id)
        except DocumentError:
            return HTMLResponse(missing_html(document_id), status_code=404)
        link = with_words(link_of(v, start, end, quote, answer), document, conversations)
        file_url = f"/file/{percent_encode(document_id, safe='')}" if _file_of(library, document) else ""
        return HTMLResponse(source_html(document, link, file_url))

    @router.get("/file/{document_id:path}")
    def file(document_id: str) -> FileResponse:
        """The file that was handed over, to be saved: a browser must not show what anybody may have written."""
        path = _file_of(library, _document(library, document_id))
        if path is None:
            raise HTTPException(404, "this document was not handed over as a file")
        return FileResponse(path, media_type="application/octet-stream", filename=path.name)

    @router.get("/api/documents")
    def documents() -> list[dict[str, Any]]:
        return [listed_json(listed) for listed in library.listing()]

    @router.get("/api/documents/{document_id:path}")
    def document(document_id: str) -> dict[str, Any]:
        return document_json(_document(library, document_id), text=True)

    @router.delete("/api/documents/{document_id:path}", status_code=204)
    def remove(document_id: str) -> None:
        try:
            library.remove(document_id)
        except DocumentError as error:
            raise HTTPException(404, str(error)) from None

    @router.put(UPLOAD_PATH + "{name:path}", status_code=202)
    async def upload(name: str, request: Request) -> dict[str, Any]:
        """The request's body is the file. It is added later: `GET /api/uploads` says what has become of it."""
        clean, arriving = desk.place(name)
        try:
            with arriving.open("xb") as out:
                async for piece in request.stream():
                    out.write(piece)
        except BaseException as error:  # who sends it may go away in the middle
            with contextlib.suppress(OSError):
                arriving.unlink(missing_ok=True)
            if isinstance(error, OSError):
                why = error.strerror or error
                raise LibraryError(f"{clean} cannot be received ({why}); see that the disk has space") from None
            raise
        return asdict(desk.take(clean, arriving))

    @router.get("/api/uploads")
    def uploads(response: Response) -> dict[str, Any]:
        response.headers["Cache-Control"] = "no-store"
        every, pace = desk.status()
        return {"uploads": [asdict(one) for one in every], "pace": asdict(pace)}

    return router


def _document(library: Library, document_id: str) -> Document:
    try:
        return library.document(document_id)
    except DocumentError as error:
        raise HTTPException(404, str(error)) from None


def _file_of(library: Library, document: Document) -> Path | None:
    found = (library.uploads.path_of(location) for location in document.locations)
    return next((path for path in found if path), None)
