"""Calendar expressions that are no dates: numbers ("2000 people"), names ("Theresa May") and the present ("today").

Decides by the words around an expression; knows no calendar.
"""

import re

from rag.occurrences import Expression

_REACH = 100  # characters before an expression that may tell
_COUNTED = (
    r"people|persons|men|women|children|soldiers|troops|cities|towns|seats|votes|words|pages|copies|cases|jobs|homes"
    r"|met(?:er|re)s?|m|km|kilomet(?:er|re)s?|miles?|feet|ft|kg|tonn?e?s?|pounds?|dollars?|euros?|roubles?|rubles?|yen"
    r"|hours?|days?|weeks?|months?|years?|points?|percent|per\s+cent|members|workers|employees|students|ships|cars|units"
    r"|GMT|UTC|CES?T|BST|EST|local\s+time|hrs|[ap]\.?m\b\.?|o['’]clock|sheep|cattle|fish|police|families|million|more"
)
_EVENTS = (
    r"world|olympics?|games|cup|championships?|euros?|census|elections?|vote|referendum|act|season|edition|models?|films?"
    r"|movies?|albums?|novels?|treaty|war|revolution|uprising|agreement|accords?|coup|crisis|crash|attacks?|earthquake"
    r"|summit|conference|final|campaign|budget|borders|law|constitution|problem|bug|grand\s+prix|pandemic|flu|sitcom"
)
_NOT_YEARS = re.compile(rf"\s+(?:{_COUNTED}|{_EVENTS})(?![\w'’])|-\w", re.IGNORECASE)
_PLURAL = re.compile(
    r"\s+(?!(?:was|has|does|is|as|its|his|this|perhaps|always|across|thanks|besides|sometimes|overseas|whereas"
    r"|\w+wards)\b)[a-z]{3,}(?<![sui])s\b"
)
_HUNDREDS = re.compile(r"(?!1900|2000)\d\d00$")
_CHANGED_BY = re.compile(
    r"\b(?:f[ae]ll|fallen|r[io]se|risen|gr[eo]w|grown|drop\w*|cut|increas\w+|decreas\w+|reduc\w+|gain\w*|los[et]|shr[aiu]nk"
    r"|climb\w*|declin\w+|swell\w*|up|down|jump\w*|plunge\w*|slip\w*)\s+by\s+$",
    re.IGNORECASE,
)
_NAMES_AFTER_DAYS = re.compile(
    r"(?:['’]s)?\s+(?:Times|Mirror|Telegraph|Mail|Express|Post|Herald|Independent|People|World|Sport|Service|Night|Agreement"
    r"|Accords?|League|Addams|Club|Prayers?|School|Sales?|Child)\b"
)
_NAMES_BEFORE_DAYS = re.compile(r"\b(?:Mail|Live|Football)\s+on\s+$")
_OPENS = re.compile(r"\W*(?:in|during|by|since|from|after|before|until)\s+", re.IGNORECASE)  # "In 2022 prices rose"
_GIVEN_NAMES = {"april", "may", "june", "august", "march", "jan"}
_GOES_ON = re.compile(
    r"\s*(?:$|[,.?;:!)\"”]|(?:and|or|to|when|while|who|whom|that|which|what|where|how|why|did|do|does|was|were|is|are|had|has"
    r"|have|by|for|with|at|in|on|as|before|after|but|than|because|until|there|he|she|it|they|from)\b)",
    re.IGNORECASE,
)
_PLACES_OF_MONTHS = {"in", "during", "throughout", "within", "from", "between", "last", "this past", "this"}


def is_number(text: str, expression: Expression, around: bool = False) -> bool:
    """Whether "2000" or "1500-2000" counts something; "around" before it speaks for that, whatever follows."""
    if expression.precision != "year":
        return False
    after, before = text[expression.end :], text[: expression.start]
    if _NOT_YEARS.match(after) or (around and not _GOES_ON.match(after)):
        return True
    hundreds = bool(_HUNDREDS.match(text[expression.start : expression.end]))
    if hundreds and _CHANGED_BY.search(before[-_REACH:]):
        return True
    if _GOES_ON.match(after) or _OPENS.fullmatch(before):
        return False
    return bool(_PLURAL.match(after) or (hundreds and re.match(r"\s+[a-z]", after)))


def is_name(text: str, expression: Expression, relation: str, preposition: str, start: int) -> bool:
    """Whether it is part of a name. What modifies it begins at `start`; before that stands the preposition."""
    after, word, modified = text[expression.end :], text[expression.start : expression.end], start < expression.start
    if expression.precision == "decade":
        return not (modified and preposition) and not _GOES_ON.match(after)
    if expression.certain:
        return not modified and word.lower() == "today" and means_nowadays(text)
    if expression.precision == "day":
        reach = text[max(0, expression.start - _REACH) : expression.start]
        return bool(_NAMES_AFTER_DAYS.match(after) or _NAMES_BEFORE_DAYS.search(reach))
    if expression.precision == "month" and word.lower().rstrip(".") in _GIVEN_NAMES:
        if modified and preposition:
            return False
        ends = bool(re.match(r"\s*(?:$|[,.?;:!])", after))
        adverbial = preposition in _PLACES_OF_MONTHS or relation in ("since", "until") or (relation != "in" and ends)
        opens = bool(re.fullmatch(r"\w+\s+", text[: expression.start]))  # "In May Kyiv said"
        if word == "May" and not adverbial and preposition:
            return True
        return bool(re.match(r"['’]s\b", after) or (re.match(r"\s+[A-Z]", after) and not opens))
    return False


_PRESENT = re.compile(r"\b(?:is|are|be|do|does|can)(?:n['’]t)?\b(?!\s+(?:\w+\s+){0,3}\w+ing\b)", re.IGNORECASE)
_NEWS = re.compile(r"\b(?:happen\w*|news|headlines)\b", re.IGNORECASE)
_PRESENT_VERB = re.compile(
    r"(?:who|what|which\s+\w+|how\s+many\s+\w+)\s+(?!was\b|has\b|this\b)[a-z]+(?<!s)s\b", re.IGNORECASE
)
_SUBJECT = re.compile(r"(?:who|what|which|how\s+many)\b", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:did|was|were|has|have|had|said|told|won|lost|met|spoke|died|began|broke|left|made|took|\w+ing|\w+ed)\b",
    re.IGNORECASE,
)


def means_nowadays(text: str) -> bool:
    """ "What is it called today?" and "Who owns it today?" ask for the present, "What happened today?" for a day."""
    if not re.search(r"\btoday\b(?!['’]s)", text) or _NEWS.search(text):
        return False
    if _PRESENT.search(text) or _PRESENT_VERB.match(text):
        return True
    return not (_PAST.search(text) or _SUBJECT.match(text))


_WEEKDAY_ENDS = re.compile(
    r"['’]s\s+\w|\s*[?.]*$|,?\s+(?:by|for|with|at|in|on|as|before|after|but|than|because|until|from|about|over|to|and|or"
    r"|when|while|that|against)\b"
)
_NO_WEEKDAY = re.compile(
    r"\b(?:[A-Z]\w*|next|every|each|an?|any|of|or|and|for|the|to|is|was|are|were|be|like|called|named|than|as)\s+$"
)


def is_newspaper_weekday(text: str, expression: Expression) -> bool:
    """ "Friday's figures" and "said Friday in Paris", but not "Good Friday's date" or "every Friday"."""
    if expression.precision != "day" or not _WEEKDAY_ENDS.match(text[expression.end :]):
        return False
    return not _NO_WEEKDAY.search(text[max(0, expression.start - _REACH) : expression.start])
