"""Whether a statement and its quote mean one office: a deputy mayor is no mayor, a finance minister no foreign one.

Knows words for offices and what restricts them; nothing of who holds them.
"""

import re
from collections.abc import Iterator

_RANK = "deputy|vice|former|acting|assistant|interim|ex|prime|late"
_FIELD = (
    "finance|foreign|defence|defense|interior|justice|health|education|environment|transport|labour|labor|trade|energy"
    "|culture|housing|tourism|agriculture|economy|home"
)
_HEAD = (
    "mayor|president|minister|governor|chancellor|secretary|chairman|chairwoman|chair|director|leader|speaker|commissioner"
    "|captain|judge|ambassador|king|queen|senator|chief|editor|coach|manager"
)
_OFFICE = re.compile(
    rf"(?:\b(?P<rank>{_RANK})[\s-]+)?(?:\b(?P<field>{_FIELD})[\s-]+)?\b(?P<head>{_HEAD})(?:['’]s)?\b"
    r"(?![\s-]+(?:of staff|minister))",
    re.IGNORECASE,
)


def other_office(statement: str, quote: str) -> tuple[str, str] | None:
    """An office as the quote has it, and as the statement does, where they are not the same; None where they are."""
    theirs = list(_offices(quote))
    for rank, field, head, words in _offices(statement):
        same_head = [one for one in theirs if one[2] == head]
        alike = [one for one in same_head if one[0] == rank and (not field or one[1] in ("", field))]
        if same_head and not alike:
            return same_head[0][3], words
    return None


def _offices(text: str) -> Iterator[tuple[str, str, str, str]]:
    for match in _OFFICE.finditer(text):
        yield (match["rank"] or "").lower(), (match["field"] or "").lower(), match["head"].lower(), match[0]
