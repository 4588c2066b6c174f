"""Query and Passage -> lines that tell a person what was searched for, and why a passage was chosen.

Pure, and plain text: the shell prints these lines and the page escapes them. Knows the names of a passage's signals,
but not how they are weighed.
"""

from collections.abc import Callable

from rag.records import Passage, Query
from rag.searching import written
from rag.understood import dates, searched_dates, searched_wording

Say = Callable[[float, Passage], str]


def query_lines(query: Query) -> tuple[str, ...]:
    """The query as it was searched for: its wording, its dates, and what it prefers."""
    lines = [searched_wording(query) or f"Searched for: {query.text}"]
    if query.after or query.before:
        others = "; all others are left out" if query.strict else "; others count too"
        lines.append(f"Dates: {dates(query)}{others}")
    elif query.event:
        lines.append(f"Dates: none; no dated document tells of “{query.event.event}”")
    if query.days:
        lines.append(f"Days preferred: {', '.join(written(day) for day in query.days)}")
    if query.sources:
        lines.append(f"Outlets preferred: {', '.join(query.sources)}")
    if query.latest:
        lines.append("The newest documents are preferred")
    return tuple(lines)


def asked_lines(query: Query) -> tuple[str, ...]:
    """What whoever asked does not know yet: another wording, and dates that were read from the question."""
    return tuple(filter(None, (searched_wording(query), searched_dates(query))))


def passage_lines(passage: Passage) -> tuple[str, ...]:
    """Why a passage was chosen, one line a reason; a signal that is not known here keeps its name and number."""
    signals = passage.signals
    of_words = not signals.keys() & _OF_OVERVIEWS
    held = f"Matched words: {', '.join(passage.matched) or 'none'}" if of_words else ""
    said = [say(signals[name], passage) for name, say in _SAID.items() if name in signals]
    unknown = [f"{name.replace('_', ' ').capitalize()} {signals[name]:.2f}" for name in signals if name not in _KNOWN]
    return tuple(filter(None, (held, *said, *unknown)))


def _coverage(value: float, _: Passage) -> str:
    return f"Covers {value:.0%} of the question, rare words counting most"


def _cosine(value: float, _: Passage) -> str:
    near = "Close" if value >= 0.5 else "Related" if value >= 0.25 else "Far"
    return f"{near} in meaning ({value:.2f} of 1)"


def _best_sentence(value: float, _: Passage) -> str:
    return f"Best sentence scores {value:.2f}"


def _full_text_rank(value: float, passage: Passage) -> str:
    share = passage.signals.get("full_text")
    strength = f", at {share:.0%} of the first" if share is not None and value > 1 else ""
    return f"Word search: number {value:.0f}{strength}" if value else "Word search: not found"


def _named_source(value: float, passage: Passage) -> str:
    return f"Of an outlet that the question names: {passage.document.source}" if value else ""


def _named_day(value: float, passage: Passage) -> str:
    return f"Of a day that the question names: {written(passage.document.day)}" if value else ""


def _asked_time(value: float, _: Passage) -> str:
    return "Tells of the time that is asked about" if value else ""


def _interaction(value: float, _: Passage) -> str:
    near = f"Word by word its likeliest sentence, with what stands before it, is {value:.2f} of 1 near the question"
    return near if value else ""


def _asked_for(value: float, _: Passage) -> str:
    return f"That sentence has a word that is {value:.2f} of 1 near the question word" if value else ""


def _in_window(value: float, _: Passage) -> str:
    return f"Dated {'within' if value else 'outside'} the preferred dates"


def _latest(value: float, _: Passage) -> str:
    return f"Gains {value:.2f} for being recent" if value else "Gains nothing for being recent"


def _earlier(value: float, _: Passage) -> str:
    return f"Gains {value:.2f} for being near to what was spoken of before, whose words count a little too"


def _newest(_: float, __: Passage) -> str:
    return "Among the newest documents"


def _representative(_: float, __: Passage) -> str:
    return "Stands for documents of that time: it has most in common with those that are not shown"


def _relevance(value: float, _: Passage) -> str:
    return f"Relevance in all {value:.2f}"


_OF_OVERVIEWS = {"newest", "representative"}
_SAID: dict[str, Say] = {
    "coverage": _coverage,
    "cosine": _cosine,
    "best_sentence": _best_sentence,
    "full_text_rank": _full_text_rank,
    "named_source": _named_source,
    "named_day": _named_day,
    "asked_time": _asked_time,
    "interaction": _interaction,
    "asked_for": _asked_for,
    "in_window": _in_window,
    "latest": _latest,
    "earlier": _earlier,
    "relevance": _relevance,
    "newest": _newest,
    "representative": _representative,
}
_KNOWN = {*_SAID, "full_text"}
