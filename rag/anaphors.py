"""Whether a sentence may speak of a name that it does not have: by "she", "the company", or as the place of it all.

Knows shapes of English sentences; it is a guess that a sentence's own names, in the same places, overrule.
"""

import re
from collections.abc import Sequence

from rag.names import ProperName
from rag.vocabulary import ATTACHING, PERSON_NOUNS
from rag.words import located_words

_GROUP_NOUNS = (
    "company|firm|club|team|party|union|bank|city|town|village|country|government|ministry|museum|court|airline|carrier|side|"
    "association|authority|operator|institute|agency|school|district|council|island|region|hospital|university|institution|"
    "group|committee|board|alliance|animals?|painting|film|ship|vessel|storm|river|bridge|robot|comet|deal|law|teenager|"
    "complaint|lawsuit|suit|collection|book|novel|album|drug|device|car|van|aircraft|satellite|probe|spacecraft|capsule|craft|"
    "organisation|organization|couple|pair|former|latter|champions?|visitors|hosts|network|maker|retailer|newspaper|paper"
)
_ANAPHOR = re.compile(
    rf"\b(?:he|she|they|it|his|her|hers|their|its|him|them|who)\b"
    rf"|\b(?:the|this|that|these|those|its|his|her|their)\s+(?:[\w-]+\s+){{0,2}}?(?:{_GROUP_NOUNS}|{'|'.join(sorted(PERSON_NOUNS))})s?\b",
    re.IGNORECASE,
)
_OF_A_LAND = re.compile(r"(?:ese|ian|ish|ican|rman|ench|utch|wiss|reek)$")
_MORE = frozenset({"to", "by", "with", "for", "behind"})
_IN_MARKS = re.compile(r"[\"“«][^\"”»]*(?:[\"”»]|$)")
_PLACE = re.compile(
    r"\b(?:in|at|near|on|off|of|from|around|outside|along|through)\s+(?:the\s+)?(?:\w+\s+)?$", re.IGNORECASE
)


def may_stand_for(part: str, name: ProperName, sentence: str, rivals: Sequence[ProperName]) -> bool:
    """Whether a sentence may speak of a statement's name though it has only others, the `rivals`, by name."""
    own = _words_before(part, name)[-1:]
    for rival in rivals:
        before = _words_before(sentence, rival)
        if own and (own == before[-1:] or (own[0] in ATTACHING | _MORE and own[0] in before)):
            return False
    adjective = re.match(r"\s+[a-z]", part[name.span.end :])
    if adjective and _OF_A_LAND.search(name.text) and not any(_OF_A_LAND.search(rival.text) for rival in rivals):
        return True
    plain = _IN_MARKS.sub(lambda marks: " " * len(marks[0]), sentence)
    placed = _PLACE.search(part[: name.span.start])
    others = [one for one in rivals if placed or not _PLACE.search(sentence[: one.span.start])]
    first = min((one.span.start for one in others), default=len(sentence))  # "Born in Hask, she ..."
    for anaphor in _ANAPHOR.finditer(plain):
        introduces = " " in anaphor[0] and re.match(r",?\s+[A-Z]", plain[anaphor.end() :])  # the writer Ines Corvalho
        if anaphor.start() < first and not introduces:
            return True
    return bool(placed) and not any(_PLACE.search(sentence[: rival.span.start]) for rival in rivals)


def _words_before(text: str, name: ProperName) -> list[str]:
    """The last three words before a name and its article, within its clause."""
    clause = re.split(r"[,;:.!?\"“”]", re.sub(r"\bthe\s+$", "", text[: name.span.start]))[-1]
    return [word.text for word in located_words(clause)][-3:]
