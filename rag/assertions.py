"""What a sentence tells of without asserting it: what is planned, possible, alleged, or so only if.

Finds words that govern others ("plans to", "may", "if") and what they govern. Knows English wording; nothing of
whether a statement is true.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.denials import denials
from rag.vocabulary import DO, listed
from rag.words import Word, irregular, located_words

_IF = re.compile(
    r"(?<!\bas )(?<!\beven )(?<!\basked )(?<!\bask )(?<!\bsee )(?<!\bknow )(?<!\bonly )\b(?:if|unless"
    r"|provided that|in case)\b"
    r"|\bwhether\b(?! or not)",
    re.IGNORECASE,
)
_TO = {
    "plan": r"plan(?:s|ned|ning)?|want(?:s|ed|ing)?|hop(?:e|es|ed|ing)|aim(?:s|ed|ing)?|intend(?:s|ed|ing)?|mean[st]?"
    r"|seek(?:s|ing)?|sought|promis(?:e|es|ed|ing)|pledg(?:e|es|ed|ing)|vow(?:s|ed|ing)?|threaten(?:s|ed|ing)?"
    r"|offer(?:s|ed|ing)?|prepar(?:e|es|ed|ing)|expect(?:s|ed|ing)?|scheduled|due|set|about|ready|willing|keen"
    r"|proposal|bid|intention|attempt|effort|vote|motion|wish(?:es|ed)?|propos(?:e|es|ed|ing)|try"
    r"|tries|tried|trying|attempt(?:s|ed|ing)?",
    "order": r"urg(?:e|es|ed|ing)|ask(?:s|ed|ing)?|call(?:s|ed|ing)? on|order(?:s|ed|ing)?|tell(?:s"
    r"|ing)?|told|advis(?:e|es|ed)"
    r"|encourag(?:e|es|ed)|invit(?:e|es|ed)|requir(?:e|es|ed)|request(?:s|ed)?|beg(?:s|ged)?"
    r"|recommend(?:s|ed)?|demand(?:s|ed)?"
    r"|has|have|had|need(?:s|ed)?|yet|likely|unlikely|supposed|obliged|forc(?:e|es|ed)",
}
_INFINITIVE = {kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for kind, words in _TO.items()}
_MODAL = {
    "maybe": re.compile(r"\b(?:may|might|could|perhaps|possibly)\b(?! only\b)"),
    "ought": re.compile(r"\b(?:must|should|ought to|needs? to|ha(?:s|ve) to)\b", re.IGNORECASE),
    "will": re.compile(r"\b(?:will|would|won't|shall|is to|are to|going to)\b", re.IGNORECASE),
}
_ING = {
    "alleged": re.compile(
        r"\b(?:accus(?:e|es|ed|ing)|suspect(?:s|ed)?|charged|allegations?|accusations?|on suspicion|on trial for)\b"
        r"(?: \w+){0,4}? (?:of|with|for)\b(?: having)?",
        re.IGNORECASE,
    ),
    "nearly": re.compile(
        r"\b(?:short of|close to|on the (?:verge|brink|point) of|without|instead of|rather than|from"
        r"|against|avoid(?:s|ed)?"
        r"|consider(?:s|ed|ing)?|propos(?:e|es|ed)|suggest(?:s|ed)?|oppos(?:e|es|ed)|threat of)\b",
        re.IGNORECASE,
    ),
}
_ALMOST = re.compile(
    r"\b(?:nearly|almost|narrowly missed|all but)\b(?! (?:\d|all|half|every|one|two|three|four|five|a|an|the)\b)",
    re.IGNORECASE,
)
_AVOIDED = re.compile(
    r"\b(?:avoid(?:s|ed)?|avert(?:s|ed)?|prevent(?:s|ed)?|escap(?:e|es|ed)|stav(?:e|es|ed) off)\b", re.IGNORECASE
)
_ALLEGED = re.compile(r"\b(?:suspected|alleged|would-be|potential|possible|presumed|supposed)\b", re.IGNORECASE)
_BREAKS = re.compile(
    r"[;:()“”\"]|,\s|\.\s|\b(?:but|although|though|while|whereas|because|after|before|since|which|who|when|as|if)\b"
)
_PASSED_OVER = listed(
    "not also still then now never even soon again be been being have has just yet only ever already finally"
)
_TOWARDS = 6  # words between an operator and the "to" of what it governs
_NOT_DONE = re.compile(
    r"\b(?:will|would|shall|might|could|must|should|cannot|if|unless|whether|until|due to|set to"
    r"|yet to|able to|(?:is|are|was|were|needs?|need) to"
    r"|(?:plan|want|hope|hoping|aim|mean|promis|pledg|vow|offer|prepar|expect|schedul|try|tries|tried"
    r"|attempt|ask|order|call|vote|bid"
    r"|told|tell|decid|agree)\w*\b(?=[^.;]*?\b(?:to|for|that)\b)|planned|expected|scheduled|promised|pledged|hoped"
    r"|(?:accus|suspect|alleg|doubt|possib|likel|unlikel|potential|refus|reject|den[iy]|oppos"
    r"|consider|threat|seek|demand|recommend"
    r"|urg|propos|claim|charg|intend|intention|avoid|avert|prevent|escap|fail)\w*|sought|reportedly"
    r"|nearly|almost|unclear|trial"
    r"|short of|close to|instead|rather|without|against)\b",
    re.IGNORECASE,
)
_MAYBE = re.compile(
    r"\b(?:might|could|can|perhaps|if|unless|whether|should|would|(?:possib|potential|likel|suggest"
    r"|risk|threat|danger|chance|expect|fear"
    r"|allow|permit|limit|entitl|right|may be)\w*)\b|\bmay\b(?! \d)"
)
_CONDITION = re.compile(
    r"\b(?:if|unless|whether|doubt\w*|question\w*|wonder\w*|until|once|without|provided|depend\w*|otherwise|when|where|whoever"
    r"|fail\w*|might|could|can|case|threat\w*|risk\w*"
    r"|doubt\w*|question(?:s|ed|ing)?|unsure|uncertain|unclear|wonder\w*"
    r"|danger|condition\w*|require\w*|must|need\w*)\b|\bmay\b(?! \d)",
)
_APPOINTED = re.compile(
    r"\b(?P<how>(?:is|are) (?:now )?(?:set|scheduled|planned|due|slated|fixed|arranged)) (?:for|on|in) "
)
_ASKED = re.compile(r"\b(?:ask\w*|wonder\w*|whether|question\w*)\b", re.IGNORECASE)
_DAY = 3  # words in which a day is told
_SUPPOSING = re.compile(r"\b(?:if|unless|provided that|in case)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Governed:
    """A word that a text does not assert, by place, how it does not, and the words that say so."""

    place: int
    kind: str
    by: str


def unasserted(part: str, quote: str, statement: str = "") -> str:
    """Why a quote does not assert what a part of a statement says as a fact; empty where it does, or neither does.

    A condition may stand in another part of the whole `statement`.
    """
    if _asks(quote) and not (_asks(part) or _ASKED.search(statement or part)):
        return "the sources only ask it"
    own, other = located_words(part), located_words(quote)
    if appointed := _only_appointed(own, part, quote):
        return f"the sources say it only with “{appointed}”"
    governed = _governed(quote)
    if not governed:
        return ""
    denied = {i for denial in denials(part) for i in denial.scope}
    for place, word in enumerate(own):
        if word.text in DO or not (word.content or irregular(word.text)) or (word.capital and place):
            continue
        here = [i for i, its in enumerate(other) if its.stem == word.stem]
        kinds = [next((one for one in governed if one.place == i), None) for i in here]
        if not here or any(one is None for one in kinds):
            continue
        first = kinds[0]
        if place in denied and not (first and first.by.lower() == "whether"):
            continue
        if first and first.kind == "if" and _SUPPOSING.search(statement):
            continue
        if first and _stronger(first.kind, part, own, place):
            return f"the sources say it only with “{first.by}”"
    return ""


def _only_appointed(own: Sequence[Word], part: str, quote: str) -> str:
    """The words by which a quote only appoints a day on which a statement says that something was done."""
    if _NOT_DONE.search(part) or _MAYBE.search(part) or not any(_done(own, place) for place in range(1, len(own))):
        return ""
    stems = {word.stem for word in own}
    for match in _APPOINTED.finditer(quote):
        day = [word for word in located_words(quote[match.end() :])[:_DAY] if word.content]
        if day and day[0].stem in stems and located_words(match["how"])[0].stem not in stems:
            return match["how"]
    return ""


def _asks(text: str) -> bool:
    return text.rstrip('"”’) ').endswith("?")


def _stronger(kind: str, part: str, own: Sequence[Word], place: int) -> bool:
    """Whether a statement says for certain, or as done, what is governed in its quote."""
    text = f"{part[: own[place].start]} {part[own[place].end :]}"
    if kind == "maybe":
        return not _MAYBE.search(text)
    if kind == "if":
        return not _CONDITION.search(text)
    if _NOT_DONE.search(text) or _MAYBE.search(text) or (place and own[place - 1].text == "to"):
        return False
    return kind != "will" or _done(own, place)


def _done(own: Sequence[Word], place: int) -> bool:
    """Whether a verb is in the past."""
    before = {word.text for word in own[max(0, place - 3) : place]}
    if before & {"was", "were", "has", "have", "had", "did"}:
        return True
    word = own[place].text
    return place > 0 and (word.endswith("ed") or irregular(word)) and not before & {"is", "are", "be", "to"}


@functools.lru_cache(maxsize=8192)
def _governed(text: str) -> tuple[_Governed, ...]:
    words = located_words(text)
    return tuple(_of_clauses(text, words)) + tuple(_of_verbs(text, words)) + tuple(_of_nouns(text, words))


def _of_clauses(text: str, words: Sequence[Word]) -> Iterator[_Governed]:
    for match in _IF.finditer(text):
        yield from _up_to_break(text, words, match.end(), "if", match[0])
        if match[0].lower() != "whether":
            yield from _main_clause(text, words, match)


def _main_clause(text: str, words: Sequence[Word], condition: re.Match[str]) -> Iterator[_Governed]:
    """What is so only if: the clause after a condition that begins a sentence."""
    if text[: condition.start()].strip():
        return
    comma = text.find(", ", condition.end())
    if comma >= 0:
        yield from _up_to_break(text, words, comma + 2, "if", condition[0])


def _up_to_break(text: str, words: Sequence[Word], start: int, kind: str, by: str) -> Iterator[_Governed]:
    stop = next((match.start() for match in _BREAKS.finditer(text, start + 1)), len(text))
    for place, word in enumerate(words):
        if start <= word.start < stop and word.content:
            yield _Governed(place, kind, by)


def _of_verbs(text: str, words: Sequence[Word]) -> Iterator[_Governed]:
    starts = {word.start: place for place, word in enumerate(words)}
    for kind, pattern in _INFINITIVE.items():
        for match in pattern.finditer(text):
            to = next((p for p, w in enumerate(words) if w.start >= match.end() and w.text == "to"), None)
            if to is None or _BREAKS.search(text[match.end() : words[to].start]):
                continue
            first = next(p for p, w in enumerate(words) if w.start >= match.end())
            if to - first <= (_TOWARDS if kind == "order" or match[0].lower().startswith(("want", "expect")) else 1):
                if match[0].lower() in ("has", "have", "had", "yet", "due", "set", "about") and to != first:
                    continue
                yield from _verb_after(words, to + 1, kind, match[0])
    for kind, pattern in _MODAL.items():
        for match in pattern.finditer(text):
            place = next((p for p, w in enumerate(words) if w.start >= match.end()), None)
            if place is not None:
                yield from _verb_after(words, place, kind, match[0])
    for match in _ALMOST.finditer(text):
        place = starts.get(match.end() + 1)
        if place is not None and (words[place].text.endswith("ed") or irregular(words[place].text)):
            yield _Governed(place, "nearly", match[0])
    for kind, pattern in _ING.items():
        for match in pattern.finditer(text):
            place = starts.get(match.end() + 1)
            if place is not None and (words[place].text.endswith("ing") or "having" in match[0]):
                yield _Governed(place, kind, match[0])


def _verb_after(words: Sequence[Word], place: int, kind: str, by: str) -> Iterator[_Governed]:
    """The next word that is no adverb or auxiliary."""
    for i in range(place, min(place + 4, len(words))):
        if words[i].text not in _PASSED_OVER and not words[i].text.endswith("ly"):
            yield _Governed(i, kind, by)
            return


def _of_nouns(text: str, words: Sequence[Word]) -> Iterator[_Governed]:
    """Nouns of what was avoided, and whoever is only suspected."""
    for match in _AVOIDED.finditer(text):
        stop = next((found.start() for found in _BREAKS.finditer(text, match.end())), len(text))
        place = next((p for p, w in enumerate(words) if match.end() < w.start < stop and w.content), None)
        if place is not None:
            yield _Governed(place, "nearly", match[0])
    for match in _ALLEGED.finditer(text):
        place = next((p for p, w in enumerate(words) if w.start == match.end() + 1), None)
        if place is not None:
            yield _Governed(place, "alleged", match[0])
