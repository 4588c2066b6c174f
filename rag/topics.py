"""A question that has no topic but a time ("What happened last week?", "What's new?"): which one that is.

No passage is nearer to such a question than another. Knows English wording; nothing of documents.
"""

import re
from dataclasses import replace

from rag.outlets import outlet_spans
from rag.records import Query
from rag.words import bare_words, stop_words

_EVENTS = {"happen", "happened", "happening", "happens", "occur", "occurred", "event", "events", "place"}
_NEW = {"new", "newest", "latest", "recent", "recently", "lately", "update", "updates"}
_NEWS = {
    "news", "headline", "headlines", "development", "developments", "summary", "summarise", "summarize", "overview",
    "digest", "briefing", "recap",
}  # fmt: skip
_REPORTS = {"report", "reports", "reported", "publish", "published", "cover", "covered", "write", "wrote", "written"}
_DOCUMENTS = {
    "document", "documents", "file", "files", "text", "texts", "article", "articles", "collection", "library", "contain"
}  # fmt: skip
_BESIDE = {
    "main", "top", "biggest", "important", "major", "key", "tell", "give", "show", "list", "please", "brief", "short",
    "quick", "else", "other", "others", "thing", "things", "anything", "everything", "something", "day", "days",
    "week", "weeks", "month", "months", "year", "time", "period", "today", "going", "took", "story", "stories",
}  # fmt: skip
_OF_A_THING = re.compile(
    r"\b(?:who|whom|whose|where|when|why|how|he|him|his|she|her|hers|it|its|they|them|their|theirs)\b", re.IGNORECASE
)
_NOW = re.compile(r"\b(?:going on|happening)\b", re.IGNORECASE)
_OF_ALL = re.compile(
    r"\bwhat(?:['’]s| is| are| do)\s+(?:(?:all|of|the|my|this|these|those)\s+)*(?:\w+\s+)?(?:about|contain)\W*$"
    r"|^\W*what happened\W*$",
    re.IGNORECASE,
)


def with_overview(query: Query, dated: str = "") -> Query:
    """The query as an overview where it asks what there was at a time, of late, in an outlet or in all the documents.

    Of the newest documents where it asks for what is new. One that asks of anything else is left as it is. `dated` are
    its words for a time, also where its dates do not count.
    """
    text = _without(query, dated)
    told = {word for word in bare_words(text) if word not in stop_words()}
    if _OF_A_THING.search(text) or not told <= _EVENTS | _NEW | _NEWS | _REPORTS | _DOCUMENTS | _BESIDE:
        return query
    asks = (
        told & (_NEW | _NEWS)
        or (told & (_EVENTS | _REPORTS) and (query.after or query.before or query.any_time))
        or (told & _REPORTS and query.sources)
        or _NOW.search(text)
        or _OF_ALL.search(text)
    )
    return replace(query, overview=True, latest=query.latest or bool(told & _NEW)) if asks else query


def _without(query: Query, dated: str) -> str:
    """The question without the words for its time and the outlets that it names."""
    text = query.text
    for span in sorted((span for spans in outlet_spans(text, query.sources).values() for span in spans), reverse=True):
        text = f"{text[: span.start]} {text[span.end :]}"
    for words in filter(None, dated.split("; ")):
        text = text.replace(words, " ")
    return text
