"""Query -> lines that tell the reader of an answer what was searched for, and where, in place of the question alone.

Plain text, without what would be true of any question. Knows nothing of passages, or of who is told.
"""

from datetime import date

from rag.records import Query
from rag.searching import in_words, written


def understood(query: Query) -> tuple[str, ...]:
    """All that holds of these, in this order."""
    lines = (searched_wording(query), searched_dates(query), given_dates(query), given_documents(query))
    return tuple(filter(None, lines))


def searched_wording(query: Query) -> str:
    """Another wording, or the words of an earlier question beside it, where these were searched for."""
    beside = f" (after “{query.earlier.asked[0]}”)" if query.earlier else ""
    return f"Searched for: {query.text}{beside}" if query.rewritten or query.earlier else ""


def searched_dates(query: Query) -> str:
    """Dates, where they were read from the question."""
    return f"Dates: {dates(query)}" if query.window else ""


def given_dates(query: Query) -> str:
    """Dates, where whoever asked set them beside the question."""
    return f"Dates: {dates(query)}" if (query.after or query.before) and not query.window else ""


def given_documents(query: Query) -> str:
    """How many documents were asked, where they were chosen."""
    count = len(query.documents)
    return f"Only {count} chosen document{'s' if count > 1 else ''}" if count else ""


def dates(query: Query) -> str:
    """The query's window with its origin: 1 to 30 September 2022, from “in September 2022”."""
    preferred = "" if query.strict else " preferred"
    origin = f"from “{query.window}”" if query.window else "as given"
    return f"{_days(query.after, query.before)}{preferred}, {origin}"


def _days(after: date | None, before: date | None) -> str:
    """A window in words, without a month or year said twice: 1 to 30 September 2022."""
    if after and before and after < before and after.year == before.year:
        first = f"{after.day}" if after.month == before.month else f"{after.day} {after:%B}"
        return f"{first} to {written(before)}"
    return in_words(after, before)
