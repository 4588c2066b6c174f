"""A sentence -> the words in it that name who says it: "the fire service" of "Eleven died, the fire service said".

Knows English verbs of saying and how a sentence is built around them, one sentence at a time: whom "he" means is for
`speakers`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.quotations import QUOTATION, Spoken
from rag.subjects import (
    DOCUMENTS,
    PREPOSITIONS,
    RELATIVE,
    STARTERS,
    TIME,
    adverbial,
    cleaned,
    holds_office,
    is_outlet,
    may_be_cited,
    only_named,
    phrase_after,
    subject_before,
    subject_of,
)
from rag.vocabulary import ATTACHING, BE, DETERMINERS, listed

Place = Literal["before", "within", "after", "apart"]


@dataclass(frozen=True, slots=True)
class Attribution:
    """The speaker in the sentence's own words, and where these stand: before the claim, within it, or after it."""

    subject: str
    place: Place


# Whoever is the subject of these says what follows, or what stands before.
_SAY = listed(
    "said says say told tells tell warned warns warn argued argues argue insisted insists insist stressed "
    "stresses stress "
    "claimed claims claim alleged alleges allege asserted asserts contended contends conceded concedes concede "
    "cautioned "
    "cautions remarked remarks testified testifies believes believe suspects suspect fears fear estimated estimates "
    "estimate reckons reckon thinks think denied denies deny confirmed confirms confirm accused accuses accuse blamed "
    "blames blame acknowledged acknowledges acknowledge admitted admits admit vowed vows predicted predicts predict "
    "emphasised emphasized maintains assured assures"
)
# These do so where a clause or a quotation goes with them.
_SAY_THAT = listed(
    "added adds add wrote writes write noted notes note announced announces announce reported reports report explained "
    "explains explain recalled recalls recall revealed reveals reveal disclosed discloses promised promises promise "
    "pledged pledges maintained suggested suggests suggest concluded concludes conclude declared declares declare "
    "answered answers replied replies reply commented comments joked jokes continued continues repeated repeats "
    "reiterated reiterates agreed agrees complained complains posted tweeted shouted cried asked asks demanded demands "
    "urged urges stated states state called calls described describes dismissed dismisses branded labelled hailed "
    "condemned condemns rejected rejects praised criticised countered counters quipped observed observes thought hopes "
    "hoped expects expected knew mentioned pointed boasted lamented found finds showed shows show indicates indicated "
    "ruled held learned read reads proposed recommended recommends advised advises objected protested responded "
    "responds call describe dismiss hail condemn praise "
    "informed informs swore swears calculated calculates established"
)
SPEAKING = _SAY | listed("added announced reported explained declared stated noted wrote replied confirmed")
"""Verbs beside which a date tells when something was said."""
# Those that need a document as their subject to be a claim, whether "that" follows or not.
_SHOWING = listed("found finds showed shows show indicates indicated")
_ANY = _SAY | _SAY_THAT
_PLURAL = frozenset(verb for verb in _ANY if f"{verb}s" in _ANY)
_NAMING = listed(
    "called calls call described describes describe dismissed dismisses branded labelled hailed condemned "
    "condemns praised"
)
_SAYING = r"(?:saying|adding|warning|arguing|claiming|insisting|telling|stressing|noting|predicting|explaining|writing)"
_NOUNS_TOO = listed(
    "suspects suspect claims claim reports report estimates estimate notes note comments fears states state stress "
    "answers answer figures demands promises promise calls shows show finds reply replies"
)
_VERB_AFTER_NOUN = BE | listed("of by about from over on in were said say says")
_TRANSITIVE = listed(
    "told tells tell accused accuses accuse blamed blames blame assured assures informed informs urged"
)

_NEVER_FIRST = listed(
    "put expects expected found finds showed shows show ruled held read reads knew established learned"
)
_MORE_THAN_SAID = listed("refuted refutes rebutted followed denying rejecting dismissing refuting")

_BY_SOMEBODY = re.compile(r"\s+by\b(?!\s+(?:phone|telephone|e-?mail|letter|text|video))")

_THAT = re.compile(  # also "to the builder, Drava Most, that", but not "to see that"
    r"(?!\s+to\b(?!\s+(?:the|an?|his|her|its|their|[A-Z])))[^“”,]{0,60}?(?:,[^“”,]{1,40},\s+)?\bthat\b"
)
_ADVERBS = listed(
    "also later then again still now once always repeatedly just even already only publicly privately reportedly "
    "since themselves himself herself itself"
)
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
        if match[0].strip().lower() != "citing" or may_be_cited(subject):
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
            word[0] in _ANY
            or (word[0] == "put" and re.match(r" (?:(?:it|the|that)\b|[\w’'-]+ at\b)", text[word.end() :]))
            or (word[0] == "spoke" and _next(words, i) == "of")
        ):
            one = _with_verb(text, words, i)
            if one:
                found.append((word.start(), one))
        elif re.fullmatch(_SAYING, word[0]) and text[: word.start()].rstrip().endswith((",", "”")):
            subject = subject_of(Spoken(text[: word.start()], False, False))
            found.append((word.start(), Attribution(cleaned(subject), "before")))
    return found


def _with_verb(text: str, words: Sequence[re.Match[str]], i: int) -> Attribution | None:
    verb, left, right = words[i][0], text[: words[i].start()], text[words[i].end() :]
    if (verb in _NOUNS_TOO and _next(words, i) in _VERB_AFTER_NOUN) or _next(words, i) in ("tank", "tanks"):
        return None
    if (verb.startswith("call") and _next(words, i) in ("back", "home", "off", "up")) or (
        verb in _NOUNS_TOO and i and words[i - 1][0] in _ANY | _MORE_THAN_SAID
    ):
        return None  # "called back"; "dismissed reports that"
    last = i - 1
    while last >= 0 and (words[last][0] in _ADVERBS | _HAVE or words[last][0].endswith("ly")):
        last -= 1
    before = words[last][0].lower() if last >= 0 else ""
    if before in _DENYING or before.endswith("n't") or re.search(r"\b(?:nothing|little)\b", right[:12]):
        return None
    if before in _PASSIVE:
        return _by_agent(right)
    participle = verb in _TRANSITIVE | _NAMING or verb.endswith("ed")
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
    if not subject or (verb in _PLURAL and re.match(r"an?\b", subject, re.IGNORECASE)):  # a think tank
        return None
    if subject.split()[-1].lower() in DETERMINERS | ATTACHING:  # three quarters of the confirmed cases
        return None
    rest = text[: text.rfind(subject, 0, words[i].start())]
    ends = _ends(verb, right)
    claimed = _claim_in(rest)
    if claimed and ends:
        return Attribution(subject, "after" if not re.search(r"\w", ends.group("rest")) else "within")
    if ends and verb not in _NAMING and re.match(r"\s*,", right) and not claimed and re.search(r"\w", right):
        return Attribution(subject, "within") if QUOTATION in text or (rest.strip() and verb in _SAY) else None
    return Attribution(subject, "before") if _has_object(verb, subject, right, text) else None


def _has_object(verb: str, subject: str, right: str, text: str) -> bool:
    """Whether what follows the verb makes a claim of it."""
    clause = bool(_THAT.match(right)) or bool(re.match(r"[^“”]{0,60}?[:,]?\s*“”", right))
    if verb in _SHOWING:
        return bool(re.search(DOCUMENTS, subject)) and bool(re.search(r"\w", right))
    if verb == "put":
        return bool(
            re.search(
                r"\bat\b.*(?:\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|million)\b)", right
            )
        )
    if verb == "spoke":
        return True
    if verb in _NAMING:
        return (
            QUOTATION in right
            or bool(re.search(r"\bas\b", right))
            or (verb.startswith("call") and not re.match(r"\s+(?:for|on|off|in|up|an?|the|a meeting)\b", right))
        )
    if verb in _SAY:
        return bool(re.search(r"\w", right)) or QUOTATION in text
    return clause


def _inverted(verb: str, left: str, right: str) -> Attribution | None:
    """`“...”, said the minister.`"""
    bare = left.rstrip()
    if verb in _TRANSITIVE | _NAMING | _NEVER_FIRST or not (
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
    quoted = bool(re.search(r"”[,.?!]?$", bare))
    subject = phrase_after(right)
    finite = re.search(
        r"\b(?:is|are|was|were|had|has|have|will|would|could|can|may|might|should|did|does)\b", phrase[1]
    )
    if (
        not starts
        or not subject
        or (not quoted and (finite or not _claim_in(left) or only_named(left) or holds_office(left, _ANY)))
    ):
        return None
    return Attribution(subject, "within" if QUOTATION in right else "after")


def _by_agent(right: str) -> Attribution | None:
    """The speaker of "was told by the mayor that"."""
    found = re.match(r"[^,.;“”]{0,40}?\bby\s+", right)
    return Attribution(phrase_after(right[found.end() :], stop=r"\bthat\b|\bto\b|\bas\b"), "before") if found else None


def _ends(verb: str, right: str) -> re.Match[str] | None:
    """Whether nothing but times, places and the one spoken to follow the verb, up to a comma or the end."""
    told = (
        rf"(?:\s+(?:the |an? |his |her |its |their )?(?:(?!{_SAYING}\b)[\w’'-]+)(?:\s+[\w’'-]+){{0,3}}?)?"
        if verb in _TRANSITIVE
        else ""
    )
    adverbs = (
        rf"(?:\s+(?:{TIME}|(?:in|at|on|to|after|during|before|by|from|through|with|as|when|while|outside|via"
        rf"|of)\s(?!.*\bthat\b)[^,.;“”]*"
        r"|later|again|afterwards|earlier|bluntly|\w+ly))*"
    )
    return re.match(rf"{told}{adverbs}\s*(?:[,.;?!]|$|“”)(?P<rest>.*)$", right)


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
