"""A sentence -> the words in it that name who says it: "the fire service" of "Eleven died, the fire service said".

Knows English verbs of saying and how a sentence is built around them, one sentence at a time: whom "he" means is for
`speakers`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.quotations import QUOTATION, Spoken
from rag.saying_verbs import (
    NAMING,
    NEVER_FIRST,
    NOUNS_TOO,
    PLURAL,
    SAY,
    SAYING,
    SAYING_VERBS,
    TRANSITIVE,
    ends_after,
    has_object,
    is_noun,
    may_be_of,
    told_by,
    trails,
)
from rag.subjects import (
    PREPOSITIONS,
    RELATIVE,
    STARTERS,
    TIME,
    adverbial,
    cleaned,
    holds_office,
    is_outlet,
    may_be_cited,
    may_speak,
    only_named,
    phrase_after,
    subject_before,
    subject_of,
)
from rag.vocabulary import ATTACHING, DETERMINERS, listed

Place = Literal["before", "within", "after", "apart"]


@dataclass(frozen=True, slots=True)
class Attribution:
    """The speaker in the sentence's own words, and where these stand: before the claim, within it, or after it."""

    subject: str
    place: Place


_MORE_THAN_SAID = listed("refuted refutes rebutted followed denying rejecting dismissing refuting")
_BY_SOMEBODY = re.compile(r"\s+by\b(?!\s+(?:phone|telephone|e-?mail|letter|text|video))")

_ADVERBS = listed(
    "also later then again still now once always repeatedly just even already only publicly privately reportedly "
    "since themselves himself herself itself"
)
_PAUSE = re.compile(r"[,;:”—–-]\s*$")  # without one, "according to" tells how: "sorted according to size"
_COORDINATING = listed("and but yet")
_HAVE = listed("has have had has've he's")
_PASSIVE = listed("is are was were be been being am")
_DENYING = listed(
    "not never nobody nothing neither nor cannot declined refused to will would could might must should can"
)
PRONOUNS = listed("he she they it him her them")
_CLAUSE_BEGINS = r"(?:it|he|she|they|there|this)\b"
_TOKEN = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*['’]?")


def attribution(sentence: Spoken) -> Attribution | None:
    """Who the sentence says is speaking; of several the outermost, so that of "X said that Y told him" it is X."""
    text, found = sentence.text, _attributions(sentence)
    for place in ("after", "within"):
        of_place = [(at, one) for at, one in found if one.place == place]
        # "X said that the bridge, as Y told him, was old": what stands within X's words is X's.
        before = min((at for at, one in found if one.place == "before"), default=len(text))
        of_place = [(at, one) for at, one in of_place if place == "after" or at < before or not _that(text, before)]
        if of_place:
            return min(of_place, key=lambda item: item[0])[1]
    return min(found, key=lambda item: item[0])[1] if found else None


def attributions(sentence: Spoken) -> tuple[Attribution, ...]:
    """All who are said to speak, in the order of their verbs: of "X said that Y told him" X and Y."""
    return tuple(one for _, one in sorted(_attributions(sentence), key=lambda item: item[0]))


def _attributions(sentence: Spoken) -> list[tuple[int, Attribution]]:
    """Each with the place of its verb."""
    text = sentence.text
    if text.endswith("?") and not sentence.quotes:
        return []
    found = [*_according(text), *_quoted_as_saying(text), *_verbs(text)]
    return [(at, one) for at, one in found if one.subject and not is_outlet(one.subject)]


def _according(text: str) -> list[tuple[int, Attribution]]:
    found = []
    for match in re.finditer(
        r"\b(?:[Aa]ccording to|[Ii]n the (?:view|opinion|words|eyes|account|telling|judgement) of|[Cc]iting"
        r"|[Ss]o says?)\s+",
        text,
    ):
        place: Place = "after" if match.start() > len(text) / 2 and match[0][0].islower() else "before"
        subject = phrase_after(text[match.end() :], stop=_CLAUSE_BEGINS)
        how = match[0].islower() and not _PAUSE.search(text[: match.start()]) and subject[:1].islower()
        if not (how or match[0].strip().lower() == "citing") or may_be_cited(subject):
            found.append((match.start(), Attribution(subject, place)))
    for match in re.finditer(
        r"\b[IiBb][ny] ([^,“”]{3,60}?)['’]s? (?:view|opinion|words|eyes|account|estimate|estimation|telling)\b", text
    ):
        found.append((match.start(), Attribution(cleaned(match[1]), "before")))
    return found


def _quoted_as_saying(text: str) -> list[tuple[int, Attribution]]:
    found = []
    for match in re.finditer(
        r"\b(?:quoted|cited|quotes|cites|quoting|citing)\b([^“”]*?)\bas (?:saying|having said|telling|warning)\b", text
    ):
        passive = re.search(r"\b(?:is|was|were|been)\s+(?:also\s+)?$", text[: match.start()])
        subject = (
            subject_before(re.sub(r"\b(?:is|was|were|has been|been)\s+(?:also\s+)?$", "", text[: match.start()]))
            if passive
            else match[1]
        )
        found.append((-1, Attribution(cleaned(subject), "after")))
    return found


def _verbs(text: str) -> list[tuple[int, Attribution]]:
    words = list(_TOKEN.finditer(text))
    found = []
    for i, word in enumerate(words):
        if (
            word[0] in SAYING_VERBS
            or (word[0] == "put" and re.match(r" (?:(?:it|the|that)\b|[\w’'-]+ at\b)", text[word.end() :]))
            or (word[0] == "spoke" and _next(words, i) == "of")
        ):
            one = _with_verb(text, words, i)
            if one:
                found.append((word.start(), one))
        elif re.fullmatch(SAYING, word[0]) and text[: word.start()].rstrip().endswith((",", "”")):
            subject = subject_of(Spoken(text[: word.start()], False, False))
            found.append((word.start(), Attribution(cleaned(subject), "before")))
    return found


def _with_verb(text: str, words: Sequence[re.Match[str]], i: int) -> Attribution | None:
    verb, left, right = words[i][0], text[: words[i].start()], text[words[i].end() :]
    if is_noun(verb, _next(words, i)):
        return None
    if (verb.startswith("call") and _next(words, i) in ("back", "home", "off", "up")) or (
        verb in NOUNS_TOO and i and words[i - 1][0] in SAYING_VERBS | _MORE_THAN_SAID
    ):
        return None  # "called back"; "dismissed reports that"
    last = i - 1
    while last >= 0 and (words[last][0] in _ADVERBS | _HAVE or words[last][0].endswith("ly")):
        last -= 1
    before = words[last][0].lower() if last >= 0 else ""
    if before in _DENYING or before.endswith("n't") or re.search(r"\b(?:nothing|little)\b", right[:12]):
        return None
    if last >= 0 and words[last][0] == "so":  # the so-called, also written in two words
        return None
    if before in _PASSIVE:
        return _by_agent(right) if told_by(verb, right) else None
    participle = verb in TRANSITIVE | NAMING or verb.endswith("ed")
    if participle and _BY_SOMEBODY.match(right):  # "the captain, accused by the prosecutor,"
        return None
    inverted = _inverted(verb, left, right)
    if inverted:
        return inverted
    left = left[: words[last].end()] + left[words[last].end() :].split("“")[0] if last >= 0 else ""
    between = text[words[last].end() : words[i].start()] if last >= 0 else ""
    coordinated = before in _COORDINATING
    subject = subject_of(Spoken(left, False, False)) if coordinated else ""
    subject = subject or subject_before(left + (", " if "," in between else ""))
    if not subject or (verb in PLURAL and re.match(r"an?\b", subject, re.IGNORECASE)):  # a think tank
        return None
    if subject.split()[-1].lower() in DETERMINERS | ATTACHING:  # three quarters of the confirmed cases
        return None
    if not may_speak(subject) or not may_be_of(verb, subject, right):
        return None
    rest = text[: text.rfind(subject, 0, words[i].start())]
    ends = ends_after(verb, right)
    claimed = _claim_in(rest)
    if claimed and ends and trails(verb, subject):
        return Attribution(subject, "after" if not re.search(r"\w", ends.group("rest")) else "within")
    if ends and verb not in NAMING and re.match(r"\s*,", right) and not claimed and re.search(r"\w", right):
        return Attribution(subject, "within") if QUOTATION in text or (rest.strip() and verb in SAY) else None
    return Attribution(subject, "before") if has_object(verb, subject, right, text) else None


def _inverted(verb: str, left: str, right: str) -> Attribution | None:
    """`“...”, said the minister.`"""
    bare = left.rstrip()
    if verb in TRANSITIVE | NAMING | NEVER_FIRST | (PLURAL - {"say"}) or not (
        bare.endswith((QUOTATION, ",")) or re.search(r"”[,.?!]$", bare)
    ):
        return None
    phrase = re.match(r"\s+(?!that\b)([^,;:.“”]*(?:\b(?:Dr|Mr|Mrs|Ms|St|Prof|[A-Z])\.[^,;:.“”]*)*)", right)
    if not phrase or not phrase[1]:
        return None
    words = phrase[1].split()
    starts = (
        words[0] in STARTERS
        or words[0][0].isupper()
        or (words[0].islower() and words[0] not in PREPOSITIONS | PRONOUNS)
    )
    starts = starts and not re.match(TIME, phrase[1]) and words[0] not in RELATIVE | _ADVERBS
    starts = starts and not (words[0].islower() and words[0].endswith("ing"))
    quoted = bool(re.search(r"”[,.?!]?$", bare))
    subject = phrase_after(right)
    finite = re.search(
        r"\b(?:is|are|was|were|had|has|have|will|would|could|can|may|might|should|did|does)\b", phrase[1]
    )
    if (
        not starts
        or not subject
        or (not quoted and (finite or not _claim_in(left) or only_named(left) or holds_office(left, SAYING_VERBS)))
    ):
        return None
    return Attribution(subject, "within" if QUOTATION in right else "after")


def _by_agent(right: str) -> Attribution | None:
    """The speaker of "was told by the mayor that"."""
    found = re.match(r"[^,.;“”]{0,40}?\bby\s+", right)
    return Attribution(phrase_after(right[found.end() :], stop=r"\bthat\b|\bto\b|\bas\b"), "before") if found else None


def _claim_in(text: str) -> bool:
    """Whether words before the speaker make a claim, rather than saying when or where he spoke."""
    if QUOTATION in text:
        return True
    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    return any(not adverbial(part) and len(part.split()) > 1 for part in parts)


def _next(words: Sequence[re.Match[str]], i: int) -> str:
    return words[i + 1][0].lower() if i + 1 < len(words) else ""


def _that(text: str, verb: int) -> bool:
    return bool(re.match(r"\w+(?:\s+[\w’'-]+){0,5}?\s+that\b", text[verb:]))
