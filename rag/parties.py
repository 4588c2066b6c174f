"""Whether two descriptions are of one speaker: "Finance minister Vera Molnar", "the minister", "Molnar".

Knows how English describes people and bodies, and the text that introduces them; nothing of what they say.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.names import folded, name_words, proper_names, same_word
from rag.vocabulary import PERSON_NOUNS, TITLES, listed
from rag.words import located_words, root

_SAME_ROLES = (
    "head chief leader boss president director chair chairman chairwoman chairperson manager executive",
    "spokesman spokeswoman spokesperson", "scientist researcher author study team report survey paper",
    "police officer detective inspector constable", "lawyer attorney barrister counsel", "economist analyst expert",
    "company firm group business", "official authority government", "organiser organizer", "colleague councillor",
    "fire firefighter brigade", "judge court", "witness resident", "defence defense",
    "doctor physician medic surgeon dr", "professor prof",
    "governor gov", "senator sen", "general gen", "captain capt", "colonel col",
)  # fmt: skip
_ROLE_OF = {root(word): root(group.split()[0]) for group in _SAME_ROLES for word in group.split()}
_VAGUE = frozenset(
    root(word)
    for word in listed(
        "officials authorities sources reports report people observers some others many media it article text experts "
        "source statement document passage news"
    )
)
_ANY_OF_IT = frozenset(root(word) for word in listed("country nation government leader official authority side"))
_SPEAKS_FOR = frozenset(
    root(word) for word in PERSON_NOUNS | listed("statement report letter official officials chair")
)
_OWNED = re.compile(r"^(?P<owner>.+?)(?:['’]s|s['’])\s+(?P<rest>\S.*)$")
_ITS = re.compile(r"(?:its|their)\s", re.IGNORECASE)
_BELONGING = re.compile(r"\s+(?:of|for|at|from|in|with|to)\s+")
_BEFORE_NAME = re.compile(
    r"[,.;:()“”\"]|\b(?:and|but|that|with|by|to|from|on|as|when|after|said|told|says|who)\b|\b\w+ed\b"
)
_IN_COURT = re.compile(
    r"(?:^|[.;:“”]\s+)(?:(?P<defending>defending|mitigating|for the defen[cs]e)|prosecuting|for the prosecution),\s+$",
    re.IGNORECASE,
)
_TITLE_ABBREVIATED = re.compile(r"\b(Dr|Prof|Gen|Col|Capt|Gov|Sen)\.(?=\s+$)")
_SHORT_TITLES = listed("dr mr mrs ms prof sir lord dame")  # beside a name, which say less than what stands before them
_COURTESY = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sir|Dame|Lord|Lady)\.?\s+$")
_SHORTLY = 150  # letters
_NAME_PARTS = frozenset({"de", "van", "von", "al", "bin", "der", "la", "du"})


@dataclass(frozen=True, slots=True)
class Party:
    """A speaker: words of the name, the noun of the role, what qualifies it, and to whom or what he belongs."""

    text: str
    names: frozenset[str]
    role: str
    qualifiers: frozenset[str]
    owner: frozenset[str]
    anyones: bool = False  # "its chairman"


@functools.lru_cache(maxsize=8192)
def party(phrase: str) -> Party:
    """A description in parts: "Thorne's lawyer, Simon Petrie" is a lawyer of Thorne's, named Simon Petrie."""
    names, role = frozenset[str](), ""
    qualifiers, owner = frozenset[str](), frozenset[str]()
    for piece in re.split(r",\s+", phrase):
        one = _piece(piece)
        names, role = names or one.names, role or one.role
        qualifiers, owner = qualifiers | one.qualifiers, owner | one.owner
    return Party(phrase, names, role, qualifiers, owner, bool(_ITS.match(phrase)))


def same_party(ours: Party, theirs: Party, context: str) -> bool:
    """Whether two descriptions may be of one speaker in the text that has the second."""
    if ours.role in _VAGUE and not ours.names:
        return True
    if ours.names and theirs.names:
        return _same_names(ours.names, theirs.names) or _speaks_for(ours, theirs, context)
    if ours.names:
        known = Party("", frozenset(), theirs.role, theirs.qualifiers, theirs.owner)
        return any(_same_role(known, one) for one in _described(ours.names, context)) or _speaks_for(
            ours, theirs, context
        )
    if theirs.names and _short_for(ours, theirs):
        return True
    if theirs.names:
        roles = [*_described(theirs.names, context), *([theirs] if theirs.role else [])]
        its = _is_body(ours) and any(one.anyones for one in (theirs, *roles))
        return its or any(_same_role(ours, one) for one in roles) or (not ours.role and not theirs.role)
    return _same_role(ours, theirs) or (theirs.anyones and _is_body(ours))


def shares_words(phrase: str, words: frozenset[str]) -> bool:
    """Whether some of these words (folded) are in a speaker's name, or in the description where there is no name."""
    one = party(phrase)
    own = one.names or {folded(word.text) for word in located_words(phrase) if word.content}
    return any(same_word(word, other) or root(word) == root(other) for word in own for other in words)


def _piece(phrase: str) -> Party:
    owner = frozenset[str]()
    if owned := _OWNED.match(phrase):
        owner, phrase = _stems(owned["owner"]), owned["rest"]
    parts = _BELONGING.split(phrase, maxsplit=1)
    if len(parts) > 1:
        owner, phrase = owner | _stems(parts[1]), parts[0]
    named = [name for name in proper_names(phrase) if name.words]
    last = named[-1] if named and named[-1].span.end >= len(phrase.rstrip("’' .")) else None
    names = frozenset(last.words) if last else frozenset[str]()
    words = located_words(phrase)
    roles = [w for w in words if w.content and folded(w.text) not in names and w.text not in _NAME_PARTS]
    if last and not roles and len(words) == 1 and words[0].text in TITLES | PERSON_NOUNS:
        names, roles = frozenset(), list(words)
    while len(roles) > 1 and roles[-1].text in _SHORT_TITLES:
        roles.pop()
    role = root(roles[-1].text) if roles else ""
    return Party(phrase, names, role, frozenset(root(w.text) for w in roles[:-1]), owner, bool(_ITS.match(phrase)))


def _stems(text: str) -> frozenset[str]:
    return frozenset(root(word.text) for word in located_words(text) if word.content)


def _same_names(some: frozenset[str], others: frozenset[str]) -> bool:
    shared = sum(any(same_word(one, other) for other in others) for one in some)
    return shared >= min(2, len(some), len(others))


def _short_for(ours: Party, theirs: Party) -> bool:
    """Whether a description has only words of a name: "the hotels association", "Peeters", "Western countries"."""
    own = {folded(word.text) for word in located_words(ours.text) if word.content and root(word.text) not in _ANY_OF_IT}
    return bool(own) and all(any(same_word(word, other) for other in theirs.names) for word in own)


def _same_role(ours: Party, theirs: Party) -> bool:
    """Whether two roles may be one: the same noun, and nothing that qualifies them differently."""
    mine, its = ours.qualifiers | ours.owner, theirs.qualifiers | theirs.owner
    if not ours.role or not theirs.role:
        return False
    if _alike(ours.role, theirs.role):
        of_a_place = (mine, its) in ((ours.owner, theirs.qualifiers & _KINDS), (ours.qualifiers & _KINDS, theirs.owner))
        return not mine or not its or of_a_place or _overlap(mine, its)
    both = ours.role in _PEOPLE and theirs.role in _PEOPLE
    return not both and _overlap(mine | {ours.role}, its | {theirs.role})


def _speaks_for(body: Party, person: Party, context: str) -> bool:
    """Whether a person speaks for a body that a statement names in his place: a spokesman, for a company."""
    if person.role and not _stands_for(person.role):
        return False
    if person.role and _overlap(frozenset(root(w) for w in body.names), person.owner | person.qualifiers):
        return not _is_person(body, context)
    if not person.names:
        return False
    for one in _described(person.names, context):
        if one.anyones and _told_of(body, person, context) and not _is_person(body, context):
            return True
        if _overlap(frozenset(root(w) for w in body.names), one.owner | one.qualifiers):
            return not _is_person(body, context)
    return False


def _told_of(body: Party, person: Party, context: str) -> bool:
    """Whether the body is named shortly before somebody who is "its" chairman, for whom it is then."""
    before = [
        context[: name.span.start] for name in proper_names(context) if _same_names(person.names, frozenset(name.words))
    ]
    return any(shares_words(body.text, name_words(text[-_SHORTLY:])) for text in before)


def _stands_for(role: str) -> bool:
    return role in _SPEAKS_FOR and role not in _KIN


def _is_body(one: Party) -> bool:
    """Whether a description is of several people or of a body of them."""
    return bool(one.role) and (one.role in _BODY_ROLES or one.text.rstrip().endswith("s"))


def _is_person(one: Party, context: str) -> bool:
    """Whether a name of one or two words is given a first name, a title or a role that people have."""
    roles = {described.role for described in _described(one.names, context)}
    if roles & (_BODY_ROLES - _PEOPLE):
        return False
    if len(one.names) > 1 and not any(word in _BODIES for word in one.names):
        return True
    return bool(roles & _PEOPLE)


@functools.lru_cache(maxsize=4096)
def _described(names: frozenset[str], context: str) -> tuple[Party, ...]:
    """What a text says beside a name that it is: before it, and in commas before or after it."""
    found = []
    for name in proper_names(context):
        if not _same_names(names, frozenset(name.words)):
            continue
        for phrase in _beside(context, name.span.start, name.span.end, name.text):
            one = _piece(phrase.strip())
            if one.role or one.owner:
                found.append(one)
    return tuple(found)


def _beside(context: str, start: int, end: int, name: str) -> Iterator[str]:
    before = context[max(0, start - 90) : start]
    if not re.search(r"\b(?:of|for|with|at|from|to)\s+(?:the\s+)?$", before):
        titled = _TITLE_ABBREVIATED.sub(r"\1", before)
        yield _BEFORE_NAME.split(titled)[-1] + " ".join(w for w in name.split()[:1] if w.lower() in TITLES)
    if court := _IN_COURT.search(before):
        yield "defence lawyer" if court["defending"] else "prosecution lawyer"
    elif inside := re.search(
        r"(?:^|[,.;:“”\"]\s+|\b(?:by|and|to|from|with)\s+)(?:the |an? |his |her |our |my )?([^,.;:“”\"]{3,70}),\s+$",
        _COURTESY.sub("", before),
        re.IGNORECASE,
    ):
        yield inside[1]
    if after := re.match(
        r",\s+(?:\d+,\s+)?(?:the |an? |his |her |who is )?([^,.;:“”]{3,70})(?=[,.;:]|$)", context[end:]
    ):
        yield after[1]


def _alike(one: str, other: str) -> bool:
    return (
        one == other or _ROLE_OF.get(one, one) == _ROLE_OF.get(other, other) or (len(one) > 5 and one[:6] == other[:6])
    )


def _overlap(some: frozenset[str], others: frozenset[str]) -> bool:
    return any(_alike(one, other) or same_word(one, other) for one in some for other in others)


_PEOPLE = frozenset(root(word) for word in PERSON_NOUNS | TITLES)
_BODY_ROLES = frozenset(
    root(word)
    for word in listed(
        "company firm group corporation bank union party league council ministry agency police court "
        "parliament government "
        "club university institute college hospital foundation society alliance airline operator maker owner authority "
        "association office department service brigade museum museums board committee carrier retailer "
        "brewery port city town"
    )
)
_KINDS = frozenset(root(word) for word in listed("city town county local regional state national municipal"))
_KIN = frozenset(root(word) for word in listed("mother father wife husband daughter son lawyer attorney"))
_BODIES = listed(
    "group company corporation bank union party league council ministry agency police court parliament government club "
    "united university institute college hospital foundation society alliance house airlines motors office"
)
