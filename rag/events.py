"""A question -> the event that bounds it in time: "before the vote on X", "since the end of the siege".

Reads wording alone; knows no documents, so it cannot say when an event took place.
"""

import re
from typing import Literal

from rag.records import EventBound

_BOUNDING: dict[Literal["before", "after", "since", "until"], str] = {
    "after": r"after|following|in\s+the\s+wake\s+of",
    "before": r"before|prior\s+to|ahead\s+of|in\s+the\s+run-up\s+to",
    "since": r"since",
    "until": r"until|till|up\s+to",
}
_EVENT_HEADS = (
    r"votes?|elections?|referendums?|referenda|polls?|war|wars|attacks?|invasion|offensive|counter-?offensive|siege|battle"
    r"|ceasefire|truce|armistice|summit|talks|negotiations|conference|trial|verdict|ruling|sentencing|hearing|earthquake"
    r"|quake|storm|hurricane|cyclone|typhoon|tornado|floods?|flooding|wildfires?|fire|blaze|eruption|strikes?|walkout"
    r"|protests?|riots?|uprising|rebellion|mutiny|coup|revolution|match|game|final|tournament|race|world\s+cup|olympics"
    r"|launch|merger|takeover|acquisition|bankruptcy|collapse|crash|explosion|blast|shooting|bombing|massacre"
    r"|assassination|murder|death|funeral|wedding|coronation|inauguration|resignation|announcement|speech|debate|deal"
    r"|pandemic|outbreak|lockdown|scandal|accident|disaster|derailment|blackout|storming|annexation|mobili[sz]ation"
)
_NOT_IN_PHRASE = r"(?:of|in|on|at|to|for|with|by|from|and|or|that|which|who|was|were|is|are|has|had|did|do|does)"
_EVENT = re.compile(
    "(?<!\\w)(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _BOUNDING.items()) + r")\s+"
    r"(?:the\s+(?:(?:very\s+)?(?:start|beginning|outbreak|onset|end|conclusion)\s+of\s+(?:the\s+)?)?|(?=[A-Z][\w-]*['’]s\s))"
    rf"(?P<event>(?:(?!{_NOT_IN_PHRASE}\b)[\w'’-]+\s+){{0,3}}?(?:{_EVENT_HEADS})\b)(?![-'’])(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_TAIL = re.compile(
    r"\s+(?:of|on|in|over|at|with|between|against|for|by)\s+"
    r"(?:(?!(?:did|do|does|was|were|is|are|has|have|had|began|ended|started|who|what|which|how|when|where|why|that)\b)"
    r"[\w'’-]+(?:\s+(?=[\w'’-])|(?=[^\w\s]|$)))+",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\s*(?:$|[,.?;:!)])|\s+(?:did|do|does|was|were|is|are|has|have|had|began|begin|broke|struck|hit|took|started|ended|who"
    r"|what|which|how|when|where|why|that|and|or|to|as|\w+ed)\b",
    re.IGNORECASE,
)


def event_bound(question: str) -> EventBound | None:
    """The event that bounds a question in time ("before the vote on X"); None for places, persons and written dates."""
    match = _EVENT.search(question)
    if not match:
        return None
    tail = _TAIL.match(match["rest"])
    event = match["event"] + (tail[0].rstrip() if tail else "")
    if re.search(r"\d", event) or not _GOES_ON.match(question[match.start("event") + len(event) :]):
        return None
    return EventBound(next(name for name in _BOUNDING if match[name]), event)
