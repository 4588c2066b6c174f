"""The words beside a verb of saying -> the noun phrase that names who speaks, without times, places and appositions.

Knows shapes of English phrases and names of newspapers; nothing of verbs of saying.
"""

import re
from collections.abc import Set as AbstractSet

from rag.date_words import DATE, MONTHS
from rag.quotations import Spoken
from rag.vocabulary import BE, DO, GROUPS, PEOPLE, PERSON_NOUNS, TITLES, VERBS, listed
from rag.words import common, irregular, stop_words

_WEEKDAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
TIME = rf"(?:(?:late|early|earlier|later)\s+)?(?:on\s+)?(?:{_WEEKDAYS}|yesterday|today|tonight|this \w+|last \w+)"
PREPOSITIONS = listed(
    "in on at after before during by for with from since under amid despite following to through as until within "
    "without "
    "at beside besides given unlike like because when while if once although though whereas where near over against "
    "between among about of"
)
_DUE = listed("due thanks owing based contrary prior")
_SUBORDINATING = listed(
    "when after before because if once until although though whereas unless whether since than what how why where"
)
RELATIVE = listed("who which whose whom where that")
LEADING = listed(
    "but and yet so however meanwhile later then still also instead earlier yesterday today now moreover nevertheless "
    "separately afterwards even asked speaking addressing quoting citing please perhaps maybe conversely there "
    "furthermore additionally similarly finally nonetheless indeed"
)
STARTERS = listed(
    "the a an his her its their our my this that these those one two three four five six seven eight nine ten "
    "some several many most both all another other no each every"
)
_TRAILING = listed("has have had also later then again still now once always just even already only is was were are")
_SUBORDINATE = re.compile(r"\b(?:once|when|because|although|though|whereas|while|if)\s+(?P<who>he|she|it|they)$")
_WHEN = re.compile(r"(?:the\s+)?(?:end|start|beginning|middle)\s+of\b")
_WHILE = re.compile(r"(?<=\w)\s+while\s+")
_CLAUSE_BEFORE = re.compile(r"\w\s+(?:when|because|although|until|if)\s")
_CONTRACTED = re.compile(r"^(I|[Yy]ou|[Hh]e|[Ss]he|[Ii]t|[Ww]e|[Tt]hey)[’'](?:d|ve|ll|re|m|s)$")
_TELLS_ITSELF = re.compile(
    r"(?:[Hh]e|[Ss]he|[Ii]t|[Tt]hey|[Ww]e|I)\s|[A-Z]\w+\s+\w+ed\s+(?:an?|the|his|her|its|their)\b"
)
_OBJECTS = listed("me us him her them you its his their our my your")
_PRONOUNS = listed("he she they it we you who nobody somebody everybody everyone someone")
_PERSONS = re.compile(
    r"(?:ers?|ors?|hosts?|ists?|ians?|ants?|ents|men|women|people|critics|experts|officials?|authorities|intelligence"
    r"|sources|counsel|neighbours|families|crews?|staff|allies|leadership|management)$"
)
_HEAD_ENDS = re.compile(
    r"\s+(?:(?:of|for|from|by|to|in|on|at|with|about|who|that|close|familiar|sent|seen|\w+ed)\b|[-–—])"
)
_ASIDE = re.compile(
    r"\s*\([^()]*\)?|\s+(?:in|for)\s+(?:particular|example|instance|part)$|\s+(?!family|ally|assembly)[a-z]+ly$"
)
_SENTENCE_BEFORE = re.compile(r"^.*[\w’'”)]{3,}\.\s+(?=[A-Z])")
_WRITER = listed("i we")  # outside of quotation marks the writer himself
_ARTICLES = listed("the a an his its their our my this that these no each every")
DOCUMENTS = (
    r"\b(?:study|studies|report|survey|inquiry|investigation|audit|poll|review|analysis|figures|data|statistics|census|"
    r"paper|documents?|letter|statement|records|memo)\b"
)
"""What people cite, and what shows something."""
_CITED = (
    GROUPS
    | PEOPLE
    | PERSON_NOUNS
    | TITLES
    | listed("official source witness resident expert person authority authorities guard service")
)
_OFFICE = re.compile(
    r"((?:[Tt]he|[Aa]n?|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir|[A-Z][\w-]*['’]s?) [^,“”]+), (?:[A-Z][\w’'.-]*(?: |,$)){1,4}"
)
_OUTLET_WORDS = (
    r"(?:Mirror|Gazette|Times|Post|Herald|Courier|Tribune|Observer|Chronicle|Journal|Daily|Radio|TV|Television|News|"
    r"Telegraph|Guardian|Standard|Echo|Bulletin|Dispatch|Weekly|Broadcasting|Today)"
)
_OUTLET = re.compile(
    rf"^(?:the\s+|The\s+)?(?:[A-Z][\w’'.&-]*\s+)*{_OUTLET_WORDS}(?:\s*\(|$)|\b(?:Reuters|AFP|Tass|Bloomberg"
    rf"|Interfax|BBC|CNN|Xinhua)\b"
    r"|^AP$|\b(?:newspaper|news agency|news site|broadcaster|magazine|tabloid|media|press reports|news reports"
    r"|daily|weekly)\b"
)


def is_outlet(phrase: str, source: str = "") -> bool:
    """Whether the words name a newspaper, a broadcaster or a news agency, which report what others say."""
    bare = re.sub(r"^[Tt]he\s+", "", phrase.strip())
    return bool(_OUTLET.search(phrase.strip())) or bool(
        source and bare.lower() == re.sub(r"^[Tt]he\s+", "", source).lower()
    )


def may_be_cited(phrase: str) -> bool:
    """Whether a text that cites this has it from there; else it is the reason of what is done: "citing high costs"."""
    words = _HEAD_ENDS.split(phrase)[0].split()
    head = words[-1].lower() if words else ""
    return bool(words) and (
        words[-1][0].isupper()
        or bool({head, head.removesuffix("s")} & _CITED)
        or bool(re.search(DOCUMENTS, head.removesuffix("s")) or re.search(DOCUMENTS, head))
    )


def may_speak(phrase: str) -> bool:
    """Whether a noun phrase may name who speaks: one in small letters without an article is of persons or documents."""
    words = phrase.split()
    if not words or (len(words) > 1 and (words[-1] in _OBJECTS or (words[-1].islower() and words[-1].endswith("ed")))):
        return False  # "Simon allocated", "this lets you"
    if any(word.endswith(("n’t", "n't")) for word in words) or _TELLS_ITSELF.match(phrase) or _adverb(phrase):
        return False
    first = words[0].lower()
    if first.endswith("ing") and words[0].islower():
        return False
    if words[0][0].isupper() or first in STARTERS or first in _PRONOUNS:
        return True
    head = _HEAD_ENDS.split(phrase)[0]
    return may_be_cited(phrase) or bool(_PERSONS.search(head.lower())) or head.split()[-1][0].isupper()


def subject_of(sentence: Spoken) -> str:
    """What the sentence begins with, where that is a name or a noun phrase: the words before its first verb."""
    words = next((part for part in sentence.text.split(", ") if part.lower() not in LEADING), "").split(",")[0]
    found = re.match(
        r"(?:(?:But|And|Yet|Then|Still)\s+)?((?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Ii]ts"
        r"|[Tt]heir)\s+[\w’'-]+(?:\s+[\w’'-]+){0,6}?"
        rf"|[A-Z][\w’'.-]*(?:\s+(?:[A-Z][\w’'.-]*|{'|'.join(sorted(PERSON_NOUNS))})\b)*)"
        r"(?:\s+(?:of|from|at)\s+(?:the\s+)?[A-Z][\w’'.-]*(?:\s+(?:of|[A-Z][\w’'.-]*))*)?"
        r"(?=\s+(?:[a-z]+(?:ed|s|n[’']t)\b|is|was|has|had|will|did|does|were|are"
        r"|have|spoke|went"
        r"|took|made|stood|felt|left|came|saw|got|gave|put|kept)|,|$|:)",
        words,
    )
    subject = _CONTRACTED.sub(r"\1", found[1]) if found else ""
    no_noun = subject.lower() in stop_words() - _PRONOUNS or _adverb(subject)
    return "" if no_noun else subject


def _adverb(phrase: str) -> bool:
    """Whether it is a word such as "naturally", and no Kelly."""
    return phrase.endswith("ly") and common(phrase.lower())


def subject_before(left: str) -> str:
    """The noun phrase that ends here, appositions and relative clauses passed over."""
    left = re.split(r"“”[,.?!]?|[;:—–]", left)[-1]
    parts = [part.strip() for part in left.split(",")]
    if parts[-1]:
        return cleaned(parts[-1])
    if len(parts) < 3:  # a comma between a subject and its verb ends an apposition: "a story, told to me" has none
        return ""
    fallback = ""
    for part in reversed(parts[:-1]):
        words = part.split()
        if not words or part.isdigit():
            continue
        first = words[0].lower()
        if (
            first in RELATIVE | LEADING
            or first.endswith("ing")
            or re.match(r"\d|aged\b", part)
            or (words[0].islower() and first.endswith("ed"))
            or first in ("known", "told", "born", "seen")
        ):
            continue
        if first in PREPOSITIONS and fallback:
            break
        if re.match(r"[A-Z][\w.]*['’]s\b", part):  # X's chief executive
            fallback = part
        elif first in STARTERS:
            named = _trailing_name(part)
            if first in ("its", "his", "her", "their") and named:
                return named
            fallback = part
        elif words[0][0].isupper():
            if first in PREPOSITIONS:
                continue
            return cleaned(part)
        else:
            fallback = part
    return cleaned(fallback)


def phrase_after(right: str, stop: str = "") -> str:
    """The noun phrase that begins here; a name in apposition wins over the description before it."""
    parts = re.split(r"[,;:“”]|\.(?=\s|$)(?<!\bDr\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bMrs\.)(?<!\bSt\.)", right)
    phrase = re.split(
        rf"\s+(?:who|whose|which|when|while|after|during|as|on (?:{_WEEKDAYS}|state|social|his|her|its|a)|{TIME}"
        rf"|in (?:an?|his|her|its|their)\b"
        rf"|at (?:an?|his|her|its)\b|to\b{'|' + stop if stop else ''})",
        " " + parts[0].strip(),
    )[0].strip()
    named = parts[1].strip() if len(parts) > 1 else ""
    described = phrase.split()[:1] and phrase.split()[0].lower() in STARTERS | TITLES
    if (
        described
        and not _trailing_name(phrase)
        and re.fullmatch(r"[A-Z][\w’'.-]*(?: (?:[A-Z][\w’'.-]*|de|van|von|al|bin)){0,3}", named)
    ):
        return named
    return cleaned(phrase)


def cleaned(part: str) -> str:
    """A stretch of words without what comes before its noun phrase; empty where it is none."""
    part = _WHILE.split(_SENTENCE_BEFORE.sub("", _ASIDE.sub("", part.strip(" (["))))[-1]
    if _CLAUSE_BEFORE.search(part):  # "written down because everybody"
        return ""
    words = _CONTRACTED.sub(r"\1", part).split()
    while words and words[-1].lower() in _TRAILING:
        words = words[:-1]
    while words and words[0].lower() in LEADING | {"as"} and len(words) > 1:
        words = words[1:]
    relative = next((i for i, word in enumerate(words) if i and word in RELATIVE), len(words))
    words = words[relative + 1 :] if words[relative : relative + 1] == ["where"] else words[:relative]
    if not words:
        return ""
    if clause := _SUBORDINATE.search(" ".join(words)):
        return clause["who"]
    if words[-1].lower() in _WRITER or any(word in BE | DO for word in words[:-1]):
        return ""
    alone = len(words) == 1 and words[0].lower() in _ARTICLES | LEADING | _WRITER
    if alone or words[0].lower() in _SUBORDINATING | RELATIVE or words[-1].lower() in ("and", "or"):
        return ""
    text = " ".join(words)
    if words[0].lower() == "while" and len(words) > 2 and words[1].lower() in STARTERS:
        return cleaned(" ".join(words[1:]))  # while many parties to the talks
    if words[0].lower() in PREPOSITIONS:
        text = DATE.sub(" ", text) if len(words) > 2 else ""
        rest = re.sub(r"^\w+\s+", "", text, count=1).strip()
        late = re.search(r"\b(?:the|a|an|his|her|its|their)\s+[\w’'-]+(?:\s+[\w’'-]+)?$", rest)
        whole = re.search(r"\bthe\s+[A-Z][\w’'-]*\s+(?:of|for)\s+(?:the\s+)?[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*)*$", rest)
        text = (
            whole[0]
            if whole
            else _trailing_name(rest) or (late[0] if late else rest if rest and " " not in rest else "")
        )
    first = (text.split() or [""])[0]
    if first.lower() in ("its", "his", "her", "their") and _trailing_name(text):
        text = _trailing_name(text)
    if text.endswith(("'s", "’s")) or text.lower() in _ARTICLES | PREPOSITIONS or text in MONTHS or _WHEN.match(text):
        return ""
    return text.strip(" ,?!")


def adverbial(part: str) -> bool:
    first = (part.split() or [""])[0].lower()
    return first in PREPOSITIONS | LEADING | RELATIVE | _DUE or (
        first.endswith(("ing", "ed")) and len(part.split()) < 9
    )


def apposition(part: str) -> bool:
    """Whether words between commas say what somebody is: "a nurse", "42", "the head of the union"."""
    words = part.lower().split()
    return bool(words) and (words[0] in STARTERS or words[0].isdigit()) and not BE & set(words)


def only_named(left: str) -> bool:
    """Whether words before a verb are a name with something in commas: "Health minister Joan Pryce, by contrast,"."""
    parts = [part.strip() for part in re.split(r"[,;]", left) if part.strip()]
    named = re.fullmatch(r"(?:[\w’'-]+ ){0,4}[A-Z][\w’-]+", parts[0]) if parts else None
    words = parts[0].split() if named else []
    verbs = BE | PREPOSITIONS | VERBS
    verbal = any({word, word.removesuffix("s")} & verbs or irregular(word) or word.endswith("ed") for word in words)
    return bool(named) and not verbal and all(adverbial(part) or apposition(part) for part in parts[1:])


def holds_office(left: str, saying: AbstractSet[str]) -> bool:
    """Whether the words before a verb are an office and its holder ("Its head, Joan Pryce,"), no verb of `saying`."""
    office = _OFFICE.fullmatch(left.strip())
    words = {word.lower() for word in re.findall(r"\w+", office[1])} if office else set()
    return bool(words & (PERSON_NOUNS | TITLES | {"head"})) and not words & (BE | saying)


def _trailing_name(text: str) -> str:
    """The capitalised words that a phrase ends with, titles in front of them included."""
    found = re.search(r"(?:[A-Z][\w’'.-]*\s+(?:(?:de|van|von|der|al|bin)\s+)*)*[A-Z][\w’'.-]*$", text)
    return found[0] if found and not DATE.fullmatch(found[0]) else ""
