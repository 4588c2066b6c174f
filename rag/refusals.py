"""What a refusal says beside its first sentence: what was looked for, what is closest, and what to try.

Knows a query and its passages; nothing of why it was refused.
"""

from collections.abc import Iterator, Sequence

from rag.parts import parts_of
from rag.prompting import describe
from rag.records import Passage, Query, ranked_evidence
from rag.searching import in_words, written
from rag.signs import names_of, tell_of_other_times
from rag.terms import telling_words

_MOST = 6  # words that a line names
_LONGEST = 40  # letters of one


def explained(query: Query, passages: Sequence[Passage]) -> tuple[str, ...]:
    """Sentences, in this order; of an empty library that it is one."""
    if query.told:
        return ("Nothing more was found than earlier answers tell.", "Ask for one thing by name, or in other words.")
    if not passages and not query.window and not query.after and not query.before:
        return ("Nothing was found to answer from: there is no document to search.",)
    if query.overview:
        return ("Try other dates, or ask about something that the documents tell of.",)
    return tuple(_sentences(query, passages))


def _sentences(query: Query, passages: Sequence[Passage]) -> Iterator[str]:
    words = telling_words(query.text)
    held = {word for passage in passages for word in passage.matched}
    lacking = [word for word in words if word not in held]
    names = [word for word in lacking if word in names_of(query.text)]
    dates = in_words(query.after, query.before) if query.strict and (query.after or query.before) else ""
    dated = f", dated {dates}" if dates else ""
    within = ", in the chosen documents only" if query.documents else ""
    yield f"Looked for {_listed(words)}{dated}{within}." if words else "The question has no words to look for."
    if passages and lacking:
        yield f"No passage that was found has {_listed(names or lacking)}."
    yield from _unreported(query, passages)
    if tell_of_other_times(query, passages):
        yield f"What was found tells of other times than {in_words(query.after, query.before)}."
    closest = next((evidence.passage for evidence in ranked_evidence(passages)), None)
    if closest:
        matched = f"speaks of {_listed(closest.matched)}" if closest.matched else "has none of these words"
        yield f"The closest {matched}: {describe(closest.document)}."
    yield _advice(query, words, bool(names), bool(dates))


def _unreported(query: Query, passages: Sequence[Passage]) -> Iterator[str]:
    """Outlets and days that the question names and nothing of which was found."""
    reported = {(one.document.source, one.document.day) for one in passages}
    outlets = [name for name in query.sources if name not in {source for source, _ in reported}]
    if outlets:
        yield f"Nothing of {_listed(outlets)} was found for it."
    days = [day for day in query.days if day not in {day for _, day in reported}]
    if days:
        yield f"Nothing dated {' or '.join(map(written, days[:_MOST]))} was found for it."


def _advice(query: Query, words: tuple[str, ...], unknown_names: bool, dated: bool) -> str:
    if not words:
        return "Try a question with words that its answer may have."
    if query.documents:
        return "Try it in all documents, or choose others."
    if unknown_names:
        return "Try another spelling of the names, or add documents that have them."
    if dated:
        return "Try other dates, or none."
    if len(parts_of(query, words)) > 1:
        return "Try one part of the question at a time."
    return "Try other words for it, or add documents that tell of it."


def _listed(words: Sequence[str]) -> str:
    shown = ", ".join(f"“{word[:_LONGEST]}{'…' if len(word) > _LONGEST else ''}”" for word in words[:_MOST])
    return f"{shown} and more" if len(words) > _MOST else shown
