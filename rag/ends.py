"""Whether a number or a date is a start, an end, a step or a point in time, by the words right before it.

"From 12 to 19" is neither "to 12" nor "by 19", and "until Friday" is not "since Friday". Knows English prepositions.
"""

import re
from typing import Literal

from rag.records import Span
from rag.vocabulary import listed
from rag.words import located_words, root

Role = Literal["", "from", "to", "by", "until", "before", "after", "than"]

_BETWEEN = (
    r"(?:\s+(?:about|around|some|nearly|almost|only|just|the|early|late|mid|an?|at|least|most|end|start|middle|beginning"
    r"|of|on))*"
)
_MONEY = r"\s+[$€£¥]?\s*$"
# Not in "agreed to the 8 percent rise".
_NUMBERS = re.compile(rf"\b(?P<role>from|to|by){_BETWEEN}(?<!\bthe){_MONEY}", re.IGNORECASE)
_DATES = re.compile(
    rf"(?<!\bdated )(?<!\bdates )(?<!\bdating )(?<!\bdated back )(?<!\bdates back )(?<!\bdating back )"
    rf"\b(?P<role>compared\s+(?:with|to)|than(?:\s+in)?|as\s+in|from|since|starting|beginning|as\s+of|until|till|through|to|by|before|ahead\s+of|after|following)"
    rf"{_BETWEEN}(?:\s+(?:scheduled|planned))?(?:\s+(?:date|deadline)\s+of)?[\s-]+$",
    re.IGNORECASE,
)
_STEP = re.compile(
    r"(?:[\s-]+[\w-]+){0,3}?\s+(?:more|less|fewer|higher|lower|longer|shorter|taller|heavier|lighter|larger|smaller|faster|slower"
    r"|older|younger|earlier|later|cheaper|dearer|warmer|colder|above|below|over|under|ahead|behind|clear|apart|off)\b",
    re.IGNORECASE,
)
_SCORE = re.compile(r"\s*(?:%|(?:per\s?cent|votes?|points?|goals?)\b)?(?:\s+to\s+|[-–])\d", re.IGNORECASE)
_SCORED = re.compile(
    r"\b(?:leads?|led|leading|w[io]ns?|winning|beats?|los(?:es?|t)|carried|passed|approved|rejected|voted|defeated)\b[^.;]*$",
    re.IGNORECASE,
)
_CLASSES: dict[str, Role] = {
    "from": "from", "since": "from", "starting": "from", "beginning": "from", "as of": "from", "until": "until",
    "till": "until", "through": "until", "to": "to", "by": "by", "before": "before", "ahead of": "before",
    "after": "after", "following": "after", "compared with": "than", "compared to": "than", "than": "than",
    "than in": "than", "as in": "than",
}  # fmt: skip
_EITHER = [  # what one text may not have where the other has the other
    {"from", "until"}, {"from", "to"}, {"from", "by"}, {"from", "before"}, {"after", "until"}, {"after", "by"},
    {"after", "before"}, {"", "before"}, {"", "after"},
]  # fmt: skip
_ENDING = frozenset(
    map(
        root,
        listed(
            "end last expire close stop finish over reopen open resume return remain stay deadline run leave quit go "
            "hold keep cease conclude"
        ),
    )
)


def role_of_number(text: str, span: Span) -> Role:
    """ "" where no such word stands before it."""
    match = _NUMBERS.search(text[: span.start])
    scored = match and match["role"].lower() == "by" and _SCORED.search(text[: span.start])
    if scored and _SCORE.match(text, span.end):
        return ""
    return _CLASSES[match["role"].lower()] if match else ""


def is_step(text: str, span: Span) -> bool:
    """Whether a number is by how much two others differ: "by 12", "22 centimetres above the last record"."""
    return role_of_number(text, span) == "by" or bool(_STEP.match(text, span.end))


def role_of_date(text: str, span: Span) -> Role:
    """ "" for a point in time, and for the date of something: "after Monday's vote"."""
    match = _DATES.search(text[: span.start])
    if not match or re.match(r"['’]s\b", text[span.end :]):
        return ""
    return _CLASSES[" ".join(match["role"].lower().split())]


def numbers_differ(stated: Role, source: Role) -> bool:
    """Whether a number that is one of these cannot be the other."""
    return bool(stated and source) and stated != source


def dates_differ(stated: Role, source: Role, statement: str) -> bool:
    """Whether a date that is one of these cannot be the other; what ends on Friday lasts until then."""
    if {stated, source} in _EITHER:
        return True
    return (stated, source) == ("", "until") and not any(word.stem in _ENDING for word in located_words(statement))
