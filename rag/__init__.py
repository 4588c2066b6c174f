"""Answers from one's own dated documents, with the exact words behind every sentence. Start at `Library`."""

from rag.errors import FootnoteError
from rag.library import Library
from rag.records import Answer, Citation, Document, Passage, Query, Quote, Statement
from rag.settings import Settings, load_settings

__all__ = [
    "Answer",
    "Citation",
    "Document",
    "FootnoteError",
    "Library",
    "Passage",
    "Query",
    "Quote",
    "Settings",
    "Statement",
    "load_settings",
]
