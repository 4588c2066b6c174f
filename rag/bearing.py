"""Whether a passage, a sentence or a clause tells of what a question asks about, all of it and nothing else.

Pure functions over texts and an Asked; knows nothing of the values that are told.
"""

import re
from collections.abc import Iterator

from rag.amounts import amounts_in
from rag.asked import Asked
from rag.date_words import DATE
from rag.denials import denials
from rag.records import Passage
from rag.restrictions import updates
from rag.sameness import concepts, concepts_of
from rag.vocabulary import TITLES, listed
from rag.words import content_words

_MISSING = 0.4  # share of a question's words that a passage may lack
_NEARLY_ALL = 0.75  # share of them by which a clause tells of what is asked without its verb
_STATED = re.compile(
    r"\b(?:number|figure|total|tally|toll|count(?:ed|s|ing)?|correct\w*|rais\w*|revis\w*|estimat\w*|puts?)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[;:—–]|,\s+(?:before|after|while|when|(?:but|and)(?!\s+(?:on|in|at|from|to|only|rather|\d))|well|far|as)\b"
    r"|(?<!,)\s(?:before|after|while|but)\s"
)
_RELATIVE_CLAUSE = re.compile(  # a comma within a number ends none
    r",\s+(?:who|which|whose|where)\b(?:[^,;]|,(?=\d))*(?:,(?!\d)|$)|,\s+[a-z]+ed\b(?:[^,;]|,(?=\d))*,(?!\d)"
)
_PART_OF = re.compile(
    r"(?<!\bat the )(?<!\bin the )(?<!outside the )(?<!\bnear the )(?<!\bfrom the )"
    r"\b(?P<head>[a-z]+) of (?:the|its|a|an|his|her)\s+(?:[\w’'-]+\s+){0,2}?$"
)
_WHOLE = listed(  # "the cost of the hospital" is about the hospital, "the car park of the hospital" is not
    "number cost price opening trial start beginning end length construction building total toll head director leader "
    "rest share population result results turnout vote outbreak victims survivors owner sinking closure launch strike "
    "winner value age people depth height size estimate amount loss theft killing death arrest percent cent percentage "
    "because out ahead front instead most many some all rate effect effects impact course day night time cause reason "
    "future use name"
)


def speaks_of(asked: Asked, passage: Passage) -> bool:
    """Whether the passage has the question's names and most of its other words."""
    text = f"{passage.document.title} {passage.chunk.text}"
    held = content_words(text)
    if not all(name <= held for name in asked.names) or any(_namesake(person, text) for person in asked.persons):
        return False
    wanted = asked.words | asked.noun
    missing = len(wanted - concepts(text))
    return not wanted or missing <= min(max(1, _MISSING * len(wanted)), len(wanted) - 1)


def told_in_clause(asked: Asked, text: str, start: int, end: int) -> bool:
    """Whether the clause with a value tells of what is asked: by the question's verb, or by nearly all of its words."""
    inside = next((found for found in _RELATIVE_CLAUSE.finditer(text) if found.start() <= start < found.end()), None)
    if inside:
        text, start, end = inside[0], start - inside.start(), min(end, inside.end()) - inside.start()
    else:
        text = _RELATIVE_CLAUSE.sub(lambda found: " " * len(found[0]), text)
    cuts = [0, *(found.start() for found in _CLAUSE.finditer(text)), len(text)]
    clause = text[max(cut for cut in cuts if cut <= start) : min(cut for cut in cuts if cut >= end)]
    held = concepts(clause)
    stated = bool(_STATED.search(clause)) if asked.kind == "number" else updates(clause)
    if not asked.core or asked.core & held or stated:
        return True
    return coverage(asked, clause) >= _NEARLY_ALL


def coverage(asked: Asked, text: str) -> float:
    """Share of a question's words and names that a text has; 1 for a question without any."""
    wanted, held = asked.words | asked.noun, content_words(text)
    found = len(wanted & concepts(text)) + sum(name <= held for name in asked.names)
    return found / (len(wanted) + len(asked.names)) if wanted or asked.names else 1.0


def of_a_part(asked: Asked, text: str) -> bool:
    """Whether the sentence is about a part of what is asked about: "the car park of the hospital"."""
    for match in word_matches(text):
        part = _PART_OF.search(text[: match.start()]) if concepts_of(match[0]) & asked.words else None
        if part and part["head"] not in _WHOLE and not concepts_of(part["head"]) & (asked.words | asked.noun):
            return True
    return False


def modifiers(asked: Asked, text: str) -> frozenset[str]:
    """What is said of the things that a question speaks of: "pensions" of "the bill on pensions"."""
    found: set[str] = set()
    for match in word_matches(text):
        if concepts_of(match[0]) & (asked.words | asked.noun):
            after = re.match(r"\s+(?:on|for|about|against|of)\s+(?:the\s+|an?\s+)?([\w’'-]+)", text[match.end() :])
            before = re.search(r"([\w’'-]+)\s+$", text[: match.start()])
            near = [side[1] for side in (after, before) if side and not side[1].endswith("ed")]
            found |= {c for word in near if not (DATE.fullmatch(word) or amounts_in(word)) for c in concepts_of(word)}
    return frozenset(found - asked.words - asked.noun)


def denied_at(text: str, start: int) -> bool:
    """Whether a negation stands among the four words before."""
    before = re.findall(r"[\w’'-]+", re.split(r"[,;:.]", text[:start])[-1])[-4:]
    return any(denials(word) or re.match(r"refus|declin|fail|unable", word) for word in before)


def word_matches(text: str) -> Iterator[re.Match[str]]:
    return re.finditer(r"[\w’'-]+", text)


def _namesake(person: str, text: str) -> bool:
    """Whether the text names somebody of the same last name, and never the person himself."""
    parts = [word for word in person.split() if word.lower() not in TITLES]
    others = re.findall(rf"\b([A-Z][\w’'-]+)\s+{re.escape(parts[-1])}\b", text) if len(parts) > 1 else []
    return any(other.lower() not in TITLES for other in others) and parts[0] not in text
