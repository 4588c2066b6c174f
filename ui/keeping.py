"""What becomes of an answer that cannot be kept, as on a full disk: it is shown all the same, and says so."""

from collections.abc import Callable
from dataclasses import replace

from rag.errors import LibraryError
from rag.records import Answer


def kept(answer: Answer, keep: Callable[[Answer], object]) -> Answer:
    """The answer, after it was kept; with a notice where that failed."""
    try:
        keep(answer)
    except LibraryError as error:
        return replace(answer, notices=(*answer.notices, f"This answer was not kept: {error}"))
    return answer
