"""One small module a format: bytes -> Content. Knows formats; nothing of paths, libraries or chunks."""

from pathlib import PurePath

from rag.errors import DocumentError
from rag.readers import mail, markdown, plain
from rag.readers.content import Content
from rag.readers.decoding import decode

_MARKDOWN = {".md", ".markdown"}
_MAIL = ".eml"
_NOT_READ_YET = {".htm", ".html", ".xhtml", ".xml", ".svg", ".rtf", ".pdf", ".docx", ".odt", ".epub"}

__all__ = ["Content", "read"]


def read(name: str, data: bytes) -> Content:
    """The text and metadata of a file's bytes; its name chooses the format.

    Raises DocumentError for what is empty, binary, undecodable or of a format that is not read.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix in _NOT_READ_YET:
        raise DocumentError(f"{suffix} files are not read; save it as .txt or .md")
    content = mail.read_saved(data) if suffix == _MAIL else _read_text(decode(data), suffix in _MARKDOWN)
    if "\0" in f"{content.title}{content.author}{content.text}":
        raise DocumentError("it is binary, not text")
    if not content.text.strip():
        raise DocumentError("it is empty: it holds no text")
    return content


def _read_text(text: str, is_markdown: bool) -> Content:
    return markdown.read(text) if is_markdown else mail.read_written(text) or plain.read(text)
