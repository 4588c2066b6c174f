"""What a refusal says beside its first sentence: what was looked for, what is closest, and what to try.

Knows a query and its passages; nothing of why it was refused.
"""

from collections.abc import Iterator, Sequence

from rag.parts import parts_of
from rag.prompting import describe
from rag.records import Passage, Query, ranked_evidence
from rag.searching import in_words
from rag.signs import names_of
from rag.terms import telling_words

_MOST = 6  # words that a line names


def explained(query: Query, passages: Sequence[Passage]) -> tuple[str, ...]:
    """Sentences, in this order; of an empty library that it is one."""
    if not passages and not query.window and not query.after and not query.before:
        return ("Nothing was found to answer from: there is no document to search.",)
    return tuple(_sentences(query, passages))


def _sentences(query: Query, passages: Sequence[Passage]) -> Iterator[str]:
    words = telling_words(query.text)
    held = {word.removesuffix("'s") for passage in passages for word in passage.matched}
    lacking = [word for word in words if word.removesuffix("'s") not in held]
    names = [word for word in lacking if word.removesuffix("'s") in names_of(query.text)]
    dates = in_words(query.after, query.before) if query.strict and (query.after or query.before) else ""
    yield f"Looked for {_listed(words)}{f', dated {dates}' if dates else ''}."
    if passages and lacking:
        yield f"No passage that was found has {_listed(names or lacking)}."
    closest = next((evidence.passage for evidence in ranked_evidence(passages)), None)
    if closest and closest.matched:
        yield f"The closest speaks of {_listed(closest.matched)}: {describe(closest.document)}."
    yield _advice(query, bool(names), bool(dates))


def _advice(query: Query, unknown_names: bool, dated: bool) -> str:
    if unknown_names:
        return "Try another spelling of the names, or add documents that have them."
    if dated:
        return "Try other dates, or none."
    if len(parts_of(query, telling_words(query.text))) > 1:
        return "Try one part of the question at a time."
    return "Try other words for it, or add documents that tell of it."


def _listed(words: Sequence[str]) -> str:
    shown = ", ".join(f"“{word}”" for word in words[:_MOST])
    return f"{shown} and more" if len(words) > _MOST else shown
