"""Who says what: the speech of a sentence, the words that name its speaker, and what stands in quotation marks.

Reads one sentence at a time, and the sentences before it for "he said". Knows English reporting verbs.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.names import folded, name_words, proper_names, same_word
from rag.vocabulary import BE, DO, PERSON_NOUNS, listed
from rag.words import located_words, root

_SAYING = (
    r"sa(?:id|ys|y|ying)|t(?:old|ells)|add(?:ed|s)|argu(?:ed|es)|warn(?:ed|s|ing)|stat(?:ed|es)|explain(?:ed|s)|not(?:ed|es)"
    r"|announc(?:ed|es)|claim(?:ed|s)|insist(?:ed|s)|declar(?:ed|es)|caution(?:ed|s)|complain(?:ed|s)|joked?s?|repl(?:ied|ies)"
    r"|wr(?:ote|ites)|believ(?:ed|es?)|th(?:inks|ought)|expect(?:ed|s)?|predict(?:ed|s)?|estimat(?:ed|es)|report(?:ed|s)"
    r"|call(?:ed|s)|describ(?:ed|es)|blam(?:ed|es)|acknowledg(?:ed|es)|admit(?:ted|s)|testif(?:ied|ies)|promis(?:ed|es)"
    r"|vow(?:ed|s)|pledg(?:ed|es)|stress(?:ed|es)|emphasi[sz](?:ed|es)|suggest(?:ed|s)|credit(?:ed|s)|spoke\s+of"
    r"|speaks\s+of|point(?:ed|s)\s+out|recall(?:ed|s)|remark(?:ed|s)|conced(?:ed|es)|maintain(?:ed|s)|assert(?:ed|s)"
    r"|put(?:s)?\s+(?:the|it|that|their|this)|confirm(?:ed|s)|comment(?:ed|s)|fear(?:ed|s)?|doubt(?:ed|s)?|tweeted|posted|observ(?:ed|es)"
    r"|count(?:ed|s)?|demand(?:ed|s)|urg(?:ed|es)|ask(?:ed|s)\s+for|call(?:ed|s)\s+for|found|finds|fores(?:aw|ees)|assur(?:ed|es)"
)
_PLURAL_VERBS = "call claim warn argue insist describe blame believe think expect fear estimate predict complain"
_PLURAL = rf"(?:{_PLURAL_VERBS.replace(' ', '|')})"
_VERB = re.compile(
    rf"(?:\b(?:has|have|had|did|does|do|will|would|is|are|was|were|be|been|being)\s+(?:not\s+|also\s+|once\s+)?)?"
    rf"\b(?P<verb>{_SAYING}|(?<=s\s){_PLURAL}|(?<=people\s){_PLURAL})\b(?!\s+(?:back|off|up))",
    re.IGNORECASE,
)
_PASSIVE = re.compile(r"(?:is|are|was|were|be|been|being)\s", re.IGNORECASE)
_ACCORDING = re.compile(
    r"\b(?:according\s+to|in\s+the\s+(?:words|view|opinion)\s+of)\s+(?P<who>[^,;.:]+(?:,\s+(?:who|the|an?)\s[^,]+(?=,))?)",
    re.IGNORECASE,
)
_INVERTED = re.compile(
    r"\s+(?P<who>(?:(?:the|an?|his|her|its|their|our)\s|[A-Z])[^,.;:\"“”]*?|he|she|they)"
    r"(?=\s*(?:[,.;!?]|$)|\s(?:on|in|after|at|late|early|of)\s)"
)
_BEGINS = re.compile(r"\s*(?:the|an?|his|her|its|their|[A-Z]|officials|police|organisers|organizers|researchers)\b")
_FINITE = BE | DO | {"had", "has", "have"}
_RELATIVE = re.compile(r",\s+(?:who|which|whose|where)\s[^,]*,\s*$")
_AGENT = re.compile(r"\s+by\s+(?P<who>[^,.;:]+)")
_LONGEST = 18
_QUOTED = re.compile(r"[\"“«](?P<words>[^\"“”«»]+)[\"”»]")
_UNCLOSED = re.compile(r"[\"“«]")
_HE = listed("he she they it i we")
_VAGUE = listed(
    "officials authorities sources reports report people observers some many others media it article text experts"
)
_BOUND = re.compile(
    r"[\"“”«»;:]|,\s+(?:and|but|while|although|which)\s|\b(?:and|but|that|while|although|because|as)\s", re.IGNORECASE
)
_ALIAS = 5  # words between a name and the role that it goes by
_LEAST_QUOTED = 1


@dataclass(frozen=True, slots=True)
class Speech:
    """A speaker as a sentence names it: `words` are its content words folded, `names` those of them in capitals."""

    text: str
    verb: str
    words: frozenset[str]
    names: frozenset[str]
    pronoun: str = ""


@functools.lru_cache(maxsize=8192)
def speeches(sentence: str) -> tuple[Speech, ...]:
    """Who is said to say something, in order."""
    found = []
    quoted = [match.span() for match in _QUOTED.finditer(sentence)]
    for match in _ACCORDING.finditer(sentence):
        found.append(_speech(match["who"], "according to"))
    for match in _VERB.finditer(sentence):
        if any(start < match.start() < end for start, end in quoted):
            continue
        if _PASSIVE.match(match[0]) and not re.match(r"\s+by\b", sentence[match.end() :]):
            continue  # is expected, were found
        if _PASSIVE.match(match[0]) and (agent := _AGENT.match(sentence, match.end())):
            found.append(_speech(agent["who"], match["verb"]))
            continue
        if re.match(r"told\s+(?:\w+\s+){1,2}to\b", sentence[match.start("verb") :]):
            continue  # an order
        if speech := _by_verb(sentence, match):
            found.append(speech)
    return tuple(one for one in found if one.words or one.pronoun)


def misattributed(part: str, quote: str, before: Sequence[str], after: str = "") -> str:
    """Why the speaker of a statement is not that of its quote; empty where it is, or where neither names one.

    `before` are the sentences before the quote in its passage, `after` the one that follows it.
    """
    ours = [one for one in speeches(part) if one.names or (one.words and not one.words <= _VAGUE)]
    if not ours:
        return ""
    theirs = list(speeches(quote))
    if _open_quote(quote):
        theirs += speeches(after)
    everything = [*before, quote, after]
    for one in ours:
        if any(_same_speaker(one, other, before, everything) for other in theirs):
            continue
        if theirs:
            who = theirs[0].text or theirs[0].pronoun
            return f"the sources have “{who}” say it, not {one.text}"
        if not _within(one, quote):
            return f"the sources do not have {one.text} say it"
    return ""


def unspoken(part: str, sources: Sequence[str]) -> str:
    """Why words in quotation marks are not in the sources as they stand; empty where they are."""
    everything = " ".join(_plain(source) for source in sources)
    for match in _QUOTED.finditer(part):
        words = _plain(match["words"])
        if len(words.split()) >= _LEAST_QUOTED and f" {words} " not in f" {everything} ":
            return f"the sources do not have the words “{match['words'].strip()}”"
    return ""


def _by_verb(sentence: str, match: re.Match[str]) -> Speech | None:
    before, after = sentence[: match.start()], sentence[match.end() :]
    if (re.search(r"[\"”»,]\s*$", before) or not before.strip()) and (inverted := _INVERTED.match(after)):
        who = inverted["who"]
        if not any(word.text in BE | DO | {"had", "has", "have"} for word in located_words(who)):
            return _speech(who, match["verb"])
    before = _RELATIVE.sub(" ", before)
    # The subject stands between the last boundary and the verb; an apposition in commas belongs to it.
    bounds = [bound.end() for bound in _BOUND.finditer(before)]
    who = before[bounds[-1] if bounds else 0 :].strip(" ,")
    if not who:
        who = re.sub(r"^.*[\"“”«»]", "", before).strip(" ,")
    if re.match(r"\s*(?:[.!?]|$)", after) and "," in who:
        who = who.rsplit(",", 1)[-1].strip()  # "..., police said."
    first, _, last = who.rpartition(",")
    if first and any(word.text in _FINITE for word in located_words(first)) and _BEGINS.match(last):
        who = last  # "a spring could break, the company announced late on Monday"
    if not who or len(located_words(who)) > _LONGEST:
        return None
    return _speech(who, match["verb"])


def _speech(who: str, verb: str) -> Speech:
    who = " ".join(who.split()).strip(" ,.\"'")
    last_clause = re.split(r",\s+(?=(?:he|she|they|it)\b)", who)[-1]
    words = located_words(last_clause)
    pronoun = next((word.text for word in words[-2:] if word.text in _HE), "")
    if pronoun:
        return Speech(pronoun, verb, frozenset(), frozenset(), pronoun)
    named = frozenset(word for name in proper_names(last_clause) for word in name.words)
    first = words[0] if words else None
    capitals = {folded(first.text)} if first and first.capital and len(words) == 1 else set()
    return Speech(who, verb, frozenset(folded(word.text) for word in words if word.content) | capitals, named)


def _same_speaker(one: Speech, other: Speech, before: Sequence[str], everything: Sequence[str]) -> bool:
    if other.pronoun in ("i", "we"):
        return True
    if other.pronoun:
        return _antecedent(one, before)
    if one.names and other.names:
        return _share(one.names, other.names)
    if _share(one.words, other.words):
        return True
    return any(_beside(one, other, text) for text in everything)


def _antecedent(one: Speech, before: Sequence[str]) -> bool:
    """Whether the nearest sentence before that names anybody, or the nearest speaker before, is this speaker."""
    named = False
    for sentence in reversed(before):
        spoken = [speech for speech in speeches(sentence) if speech.words]
        names = frozenset(word for name in proper_names(sentence) for word in name.words)
        if not named and _share(one.names or one.words, names):
            return True
        if spoken:
            return any(_share(one.names or one.words, speech.words) for speech in spoken)
        named = named or bool(names)
    return not named


def _beside(one: Speech, other: Speech, text: str) -> bool:
    """Whether a text puts a word of one speaker beside a name of the other: "Mayor Lena Sandoval"."""
    names, roles = (one.names, other.words) if one.names else (other.names, one.words)
    roles = roles - names
    if not names or not roles:
        return False
    words = [folded(word.text) for word in located_words(text)]
    places = [i for i, word in enumerate(words) if word in names]
    heads = [i for i, word in enumerate(words) if word in roles and (word in PERSON_NOUNS or _role(word))]
    return any(abs(i - j) <= _ALIAS for i in places for j in heads)


def _role(word: str) -> bool:
    return re.search(r"(?:er|or|ist|ian|ant|ent|man|woman|yst|ess|chief|head|secretary)$", word) is not None


def _share(some: frozenset[str], others: frozenset[str]) -> bool:
    return any(same_word(word, other) or root(word) == root(other) for word in some for other in others)


def _within(one: Speech, quote: str) -> bool:
    """Whether the quote has the speaker at all, perhaps as the subject of a verb that is no speech."""
    return _share(one.names or one.words, name_words(quote))


def _open_quote(sentence: str) -> bool:
    return bool(_UNCLOSED.search(_QUOTED.sub("", sentence))) or sentence.lstrip()[:1] in '"“«'


def _plain(text: str) -> str:
    return " ".join(word.text for word in located_words(text))
