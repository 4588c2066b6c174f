"""Query and Passages -> the signs by which to tell whether they answer it. Pure: nothing is read, loaded or asked.

Knows what a careful reader would look for: names that no passage has, an outlet that said nothing of it, a part of the
question that no sentence covers. Nothing of how signs are weighed.
"""

import math
import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from rag.answer_types import asks_for_more_than_yes_or_no, holds_type, wanted_type
from rag.asked_time import asks_of_a_time, is_within, tells_of_asked_time
from rag.denials import denials
from rag.lasting import tells_of
from rag.parts import Part, date_words, parts_of
from rag.polarity import disagreement
from rag.records import Evidence, Passage, Query, ranked_evidence
from rag.terms import telling_words
from rag.words import bare_words, content_words, stop_words, words_of

LOOKED_AT = 10  # passages, where there are so many
_FIRST = 5
_NOT_READ = 0.7  # what a sentence that is not read word by word counts as: about what those that answer have
_NAMED_OTHERWISE = 2  # years back that reports call "last year" and the like
_YEAR = re.compile(r"\b(?:1\d|20)\d\d")
_CAPITALISED = re.compile(r"(?<=[\w,;:'’\"”)(–-] )[\"“'‘(]*([A-Z][\w’'-]*)")


@dataclass(frozen=True, slots=True)
class _Looked:
    """A question and the first passages for it, as the signs need them.

    `words` are the question's, `dated` those that the best passage need not have because it is of that time,
    `told` those that it has because it tells of that time.
    """

    query: Query
    words: tuple[str, ...]
    dated: frozenset[str]
    told: frozenset[str]
    parts: tuple[Part, ...]
    passages: Sequence[Passage]
    best: Evidence


def signs_of(query: Query, passages: Sequence[Passage]) -> Mapping[str, float] | None:
    """Each by its name, of passages as a search found them.

    None where the first have no sentence that may answer, or tell of other times than of the asked one only.
    """
    words = telling_words(query.text)
    first = passages[:LOOKED_AT]
    ranked = ranked_evidence(first[:_FIRST])
    if not ranked or tell_of_other_times(query, first):
        return None
    best = ranked[0].passage
    dated = date_words(query) if is_within(best.document.day, query) else frozenset()
    told = date_words(query) if tells_of_asked_time(best) else frozenset()
    looked = _Looked(query, words, dated, told, parts_of(query, words), first, ranked[0])
    return {**_strength(looked), **_lacks(looked), **_wording(looked), **_of_parts(looked)}


def tell_of_other_times(query: Query, passages: Sequence[Passage]) -> bool:
    """Whether a question names a year of which the likeliest document tells nothing, while it tells of others.

    A report may call the years before it by other names ("last year"), so of these nothing is said here.
    """
    ranked = ranked_evidence(passages[:_FIRST])
    if not ranked or not asks_of_a_time(query) or not _YEAR.search(query.window):
        return False
    document = ranked[0].passage.document
    if any(is_within(one.document.day, query) for one in passages) or _may_mean(document.day, query):
        return False
    texts = [one.chunk.texts for one in passages[:_FIRST] if one.document.id == document.id]
    dated = any(_YEAR.search(text) for sentences in texts for text in sentences)
    return dated and not any(tells_of(one, query.after, query.before, document.day).any() for one in texts)


def _may_mean(day: date | None, query: Query) -> bool:
    """Whether a report of a day may tell of the asked time without its year."""
    if day is None:
        return False
    late = query.before is None or query.before.year >= day.year - _NAMED_OTHERWISE
    return late and (query.after is None or query.after.year <= day.year + 1)


def names_of(text: str) -> set[str]:
    """Words in lower case that are capitalised though no sentence begins with them."""
    return {word for found in _CAPITALISED.findall(text) for word in bare_words(found)}


def _strength(looked: _Looked) -> dict[str, float]:
    """How near, and how much nearer than others, the passages are."""
    passages, best = looked.passages, looked.best.passage
    first = passages[:_FIRST]
    return {
        "relevance": max(one.signals["relevance"] for one in first),
        "cosine": max(one.signals["cosine"] for one in first),
        "coverage": max(one.signals["coverage"] for one in first),
        # Without what they gain by telling of what was spoken of before, which the question did not ask.
        "score": passages[0].score - passages[0].signals.get("earlier", 0.0),
        "sentence": best.signals["best_sentence"] - best.signals.get("earlier", 0.0),
        "best_cosine": best.signals["cosine"],
        "interaction": best.signals.get("interaction") or _NOT_READ,
    }


def _lacks(looked: _Looked) -> dict[str, float]:
    """Shares of what the question names that none of the passages, or not even the best, has."""
    first = looked.passages[:_FIRST]
    held = {word for one in first for word in one.matched}
    best = {*looked.best.passage.matched, *looked.told}
    words = set(looked.words) - looked.dated
    names = names_of(looked.query.text) & words
    numbers = {word for word in words if any(character.isdigit() for character in word)}
    sources = looked.query.sources
    of_days = date_words(looked.query) - stop_words()
    written = bool(of_days) and of_days <= best  # the day itself, which may be of any year
    days = frozenset() if written or any(map(tells_of_asked_time, first)) else frozenset(looked.query.days)
    reported = {(one.document.day, one.document.source) for one in looked.passages}
    return {
        "names_lacking": _lacking(names, held),
        "numbers_lacking_in_best": _lacking(numbers, best),
        "outlets_lacking": _lacking(set(sources), {source for _, source in reported}),
        "days_lacking": _lacking(days, {day for day, source in reported if not sources or source in sources}),
    }


def _wording(looked: _Looked) -> dict[str, float]:
    """What the question's own wording asks for, and whether the best sentence has it."""
    text, quote = looked.query.text, looked.best.quote
    asked = content_words(text) - content_words(" ".join(looked.dated))
    told = content_words(" ".join(looked.told))
    wanted, alone = wanted_type(text), len(looked.parts) == 1
    return {
        "length": math.log(max(len(looked.words), 1)),
        "best_words": len(asked & (content_words(quote.text) | told)) / max(len(asked), 1),
        # A denial answers whether something is so. Of several parts, one sentence may well deny another's.
        "contradicted": float(alone and asks_for_more_than_yes_or_no(text) and bool(disagreement(text, quote.text))),
        "denied": alone * len(denials(text)) / max(len(words_of(text)), 1),
        "type_lacking": float(wanted is not None and not holds_type(wanted, text, [quote.text])[0]),
    }


def _of_parts(looked: _Looked) -> dict[str, float]:
    """How well the parts of the question are covered, each by the outlets that it names."""
    covered = [_covered(i, part, looked) for i, part in enumerate(looked.parts)]
    lengths = [len(part.words) for part in looked.parts]
    average = sum(length * share for length, share in zip(lengths, covered, strict=True)) / max(sum(lengths), 1)
    several = float(len(looked.parts) > 1)
    return {
        "parts": average,
        "several": several,
        "several_parts": several * average,
        "several_outlets": float(len(looked.query.sources) > 1),
    }


def _covered(place: int, part: Part, looked: _Looked) -> float:
    """What was found for a question that was read otherwise has other parts: then the whole of it counts."""
    said = [one for one in looked.passages if not part.outlets or one.document.source in part.outlets]
    alike = len(looked.best.passage.parts) == len(looked.parts)
    return max((one.parts[place] if alike else one.signals["coverage"] for one in said), default=0.0)


def _lacking(wanted: AbstractSet[object], held: AbstractSet[object]) -> float:
    return len(wanted - held) / max(len(wanted), 1)
