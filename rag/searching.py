"""Query -> Found: one search, or a second one where the question's own window holds nothing or hangs on an event.

Knows how a search's outcome changes what is searched for; nothing of how passages are found or answered with.
"""

import functools
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from rag.alone import stands_alone
from rag.asked_time import TOLD, is_within, tells_of_asked_time
from rag.catalog import Catalog
from rag.lasting import tells_of
from rag.overviews import overview
from rag.records import EventBound, Found, Passage, Query
from rag.retrieval import relevant
from rag.words import bare_words, content_words, stop_words

Retrieve = Callable[[Query, int], tuple[Passage, ...]]

_JUDGED = 5  # passages by which a window is judged, however many are wanted
# A question of at least so many words, of which so large a share is unknown, may be in another language; where all are
# unknown, fewer words tell, if they are no names and hardly any of the others is English.
_TELLING, _MOSTLY = 4, 0.75
_FEWEST, _FEW_STOP_WORDS = 2, 1 / 3
_SHORT = 4  # letters that a word has which is not of two languages by chance
_NAMED = 8


def search(query: Query, limit: int, retrieve: Retrieve, catalog: Catalog) -> Found:
    """Passages for a query. A window that a caller gave always holds; one read from the question may give way."""
    if query.overview:
        return _overview(query, limit, retrieve, catalog)
    if query.event:
        query = _bounded(query, query.event, retrieve)
    passages = retrieve(query, max(limit, _JUDGED))
    if query.window and query.strict and not relevant(passages[:_JUDGED]):
        wide = replace(query, strict=False)
        others = retrieve(wide, max(limit, _JUDGED))
        if relevant(others[:_JUDGED]) or not passages:
            if others and is_within(others[0].document.day, query):
                return Found(wide, others[:limit])
            told = bool(others) and tells_of_asked_time(others[0])
            outcome = "; other documents tell of that time" if told else ", so all dates were searched"
            notice = f"Nothing dated {in_words(query.after, query.before)} answers this{outcome}."
            return Found(wide, others[:limit], (notice,) if others else ())
    return Found(query, passages[:limit], () if relevant(passages[:_JUDGED]) else _unknown(query, catalog))


def _overview(query: Query, limit: int, retrieve: Retrieve, catalog: Catalog) -> Found:
    """What documents of the time that is asked about begin with; where none is of it, what others tell of it."""
    passages, count = overview(query, limit, catalog)
    if not (query.after or query.before):
        return Found(query, passages)
    dated = f"dated {in_words(query.after, query.before)}"
    if passages:
        return Found(query, passages, (f"{count} documents are {dated}." if count > 1 else f"1 document is {dated}.",))
    wide = replace(query, strict=False)
    telling = filter(None, map(functools.partial(_telling, query), retrieve(wide, limit) if query.window else ()))
    if others := tuple(replace(one, number=number) for number, one in enumerate(telling, start=1)):
        return Found(wide, others, (f"Nothing is {dated}; other documents tell of that time.",))
    newest, _ = overview(replace(query, after=None, before=None, latest=True), 1, catalog)
    day = newest[0].document.day if newest else None
    return Found(query, (), (f"Nothing is {dated}." + (f" The newest document is of {written(day)}." if day else ""),))


def _telling(query: Query, passage: Passage) -> Passage | None:
    """The passage with those of its evidence that tell of the query's time by themselves; None where none do."""
    told = tells_of([one.text for one in passage.evidence], query.after, query.before, passage.document.day)
    kept = [i for i, one in enumerate(passage.evidence) if told[i] >= TOLD and stands_alone(one.text)]
    scores = tuple(passage.evidence_scores[i] for i in kept)
    return replace(passage, evidence=tuple(passage.evidence[i] for i in kept), evidence_scores=scores) if kept else None


def _unknown(query: Query, catalog: Catalog) -> tuple[str, ...]:
    """What is said where the documents hold hardly any of the question's words: they may be in another language."""
    words = list(dict.fromkeys(word for word in bare_words(query.text) if word not in stop_words()))
    unknown = [word for word, count in zip(words, catalog.chunk_frequencies(words), strict=True) if not count]
    if not unknown or not (_is_foreign(query.text, unknown) or _is_mostly(words, unknown)):
        return ()
    if _is_in_their_language(query.text, catalog):
        return ()
    return (
        f"Most of the question's words ({', '.join(unknown[:_NAMED])}) stand in no document. If the documents are in "
        "another language, ask in theirs, or set FOOTNOTE_ENCODER to a multilingual model.",
    )


def _is_in_their_language(question: str, catalog: Catalog) -> bool:
    """Whether it has many English words that mean little, and the documents have them too."""
    words = bare_words(question)
    little = [word for word in words if word in stop_words()]
    many = len(little) >= _FEW_STOP_WORDS * len(words)
    return many and sum(count > 0 for count in catalog.chunk_frequencies(little)) > len(little) / 2


def _is_mostly(words: Sequence[str], unknown: Sequence[str]) -> bool:
    return len(words) >= _TELLING and len(unknown) >= _MOSTLY * len(words)


def _is_foreign(question: str, unknown: Sequence[str]) -> bool:
    """Whether a short question is in a script or a language of which the documents have no word."""
    letters = [character for character in question if character.isalpha()]
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    if 2 * latin < len(letters):
        return {word for word in bare_words(question) if word.isalpha()} <= set(unknown)
    words = bare_words(question)
    names = {word for name in re.findall(r"(?<!^)\b[A-Z]\w*", question) for word in bare_words(name)}
    telling = [word for word in dict.fromkeys(words) if len(word) >= _SHORT and word not in names | stop_words()]
    few_stop_words = sum(word in stop_words() for word in words) < _FEW_STOP_WORDS * len(words)
    return len(telling) >= _FEWEST and set(telling) <= set(unknown) and few_stop_words


def in_words(after: date | None, before: date | None) -> str:
    """A window as notices and the page say it."""
    if after and before:
        return written(after) if after == before else f"{written(after)} to {written(before)}"
    return f"{written(after)} or later" if after else f"{written(before)} or earlier"


def written(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""


def _bounded(query: Query, event: EventBound, retrieve: Retrieve) -> Query:
    """The query with the day on which the event is reported as a bound, where a dated document tells of it.

    That day is a guess, so it is preferred and shuts nothing out.
    """
    alone = replace(query, text=event.event, event=None, sources=(), latest=False)
    told = content_words(event.event)
    for passage in retrieve(alone, _JUDGED):
        day = passage.document.day
        if day and told <= content_words(f"{passage.document.title} {passage.chunk.text}"):
            after, before = (day, None) if event.relation in ("after", "since") else (None, day)
            return replace(
                query, after=after, before=before, window=f"{event.relation} the {event.event}", strict=False
            )
    return query
