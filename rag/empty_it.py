"""An `it` that stands for nothing: "Is it true that ...", "How long does it take to ...", "Is it raining?"."""

import re

_EMPTY_IT = re.compile(
    r"\bit (?:(?:is|was|be) )?(?:\w+ly )?(?:true|known|clear|possible|likely|legal|illegal|safe|right|correct|fair|"
    r"worth|hard|easy|difficult|normal|common|usual|allowed|expected|certain|important|necessary|said|reported|"
    r"the case|a fact) ?"
    r"(?:that|to|if|whether|how|when|why|for|who|what)\b|"
    r"\bit (?:held|found|said|thought|believed|reported|agreed|decided) that\b|"
    r"\bit (?:take|cost|takes|took|cost) (?:\w+ )?(?:to|for|until|before|from)\b|"
    r"\bit (?:seems?|appears?|turn(?:s|ed)? out|looks?|(?:rain|snow)(?:s|ed|ing)?)\b|"
    r"\b(?:is|was|be|becomes?|became) it (?:(?:too|so|still|even|now|not|very|more) )?(?!\w+(?:ed|ing|out) to)"
    r"(?!able|about|due|open|close|next|near|ready|set|sold|given|sent|similar|loyal)"
    r"\w+ (?:to (?!the\b|an?\b|(?-i:[A-Z]))|that\b|if\b|whether\b)|"
    r"\b(?:is|was) it (?:forbidden|permitted|prohibited) to\b|"
    r"\b(?:why|when|where|how|who|what) (?:is|was) it that\b|\bwhat (?:time|day|date|year) is it\b|\bmake it\b|"
    r"\bis it like\b|\bhow \w+ is it (?:from|to|in|until|between)\b",
    re.IGNORECASE,
)


def stands_for_nothing(question: str, at: int) -> bool:
    """Whether the `it` that begins there does."""
    return any(found.start() <= at < found.end() for found in _EMPTY_IT.finditer(question))
