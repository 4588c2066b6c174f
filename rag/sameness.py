"""Words that reports use for one thing ("killed", "died", "death toll"), and pairs that deny each other ("approved",
"rejected"). Knows English news alone.
"""

import functools
import re
from collections.abc import Iterable

from rag.vocabulary import listed
from rag.words import content_words, words_of

_GROUPS = {
    "death": "killed kill kills killing died die dies dead death deaths toll fatalities fatal victims perished perish "
    "claimed fatally lives deadly",
    "injury": "injured injuries injuring injury hurt hurting wounded wounds wounding wound",
    "missing": "missing unaccounted",
    "arrest": "arrested arrest arrests detained detaining detainees custody",
    "evacuate": "evacuated evacuate evacuation evacuees displaced",
    "rescue": "rescued rescue rescuing saved",
    "destroy": "destroyed destroying destruction razed",
    "damage": "damaged damaging damage",
    "cost": "cost costs costing price priced worth budget budgeted bill paid pay pays paying spend spent spending",
    "open": "open opens opened opening inaugurated inauguration inaugurate use",
    "begin": "begin begins began beginning start starts started starting commence commences launch launched",
    "end": "end ends ended ending finish finished",
    "win": "win wins won winning winner victory victorious champion beat beats defeated took taken takes "
    "gained gain gains secured",
    "post": "head chief director boss leader leads lead leading manager",
    "choose": "appointed appoint appoints named name names chosen chooses choose picked elected elects hired",
    "vote": "vote votes ballots ballot",
    "attend": "attended attend attendance joined crowd turned demonstrators protesters marched gathered rally rallied",
    "visit": "visited visit visits visitors visitor",
    "live": "live lives lived living inhabitants population residents resident",
    "job": "jobs job positions posts redundancies layoffs",
    "cut": "cut cuts cutting axe axed shed sheds slash slashed lay",
    "home": "homes home households household houses house",
    "person": "people persons person passengers passenger bodies",
    "steal": "stolen stole steal theft robbed robbers loot burgled thieves took taken",
    "build": "built build building constructed construction builds",
    "hold": "held hold holds place venue host hosts hosted",
    "fire": "fire fires blaze blazes inferno flames",
    "storm": "storm storms hurricane cyclone gale typhoon",
    "quake": "earthquake quake tremor",
    "flood": "flood floods flooding flooded",
    "crash": "crash crashed crashes collision collided collide accident",
    "blast": "blast explosion exploded explosions bombing bomb",
    "ship": "ship ferry boat vessel",
    "sink": "sank sink sinks sunk sinking capsized down",
    "plane": "plane aircraft airliner jet flight",
    "fine": "fine fined fines penalty",
    "power": "power electricity blackout",
    "find": "found find discovered located",
    "move": "moved move moves relocated",
    "strike": "strike strikes striking walkout struck",
    "coach": "coach trainer coaches",
    "age": "age aged old",
    "earn": "earned earn earns profit earnings",
    "seat": "seats seat mandates",
    "child": "children child",
    "long": "long longer longest length",
    "share": "percent percentage share",
    "rule": "rule ruling rules verdict decision",
    "export": "exports export exported",
    "company": "company firm",
    "trial": "trial",
    "cull": "culled cull culling slaughtered",
    "refugee": "refugees refugee migrants",
    "found": "founded established establish created formed foundation",
    "award": "award awards awarded received receive receives won wins win",
    "sack": "sacked sack dismissed fired axed redundant",
    "veto": "veto vetoes vetoed",
    "sign": "sign signs signed signing",
    "collapse": "collapse collapsed collapses collapsing",
    "get": "got gets received",
    "sell": "sell sells selling sold sale",
    "buy": "buy buys bought buying purchase purchased",
    "hire": "hire hires hired hiring recruited recruits",
    "give": "give gives gave given",
    "lose": "lose loses lost losing loss losses",
    "make": "make makes made making",
    "go": "go goes went gone going",
    "come": "come comes came coming",
    "rise": "rise rises rose risen rising increase increased increases grew grow grown climbed",
    "fall": "fall falls fell fallen falling drop dropped decrease decreased declined",
    "leave": "leave leaves left leaving depart departs departed",
    "meet": "meet meets met meeting",
    "catch": "catch catches caught",
    "see": "see sees saw seen",
    "break": "break breaks broke broken",
    "shoot": "shoot shoots shot shooting gunned",
    "speak": "speak speaks spoke spoken speech",
    "run": "run runs ran running",
    "uphold": "uphold upholds upheld upholding",
    "born": "born birth",
    "employ": "employ employs employed employees staff workforce",
    "carry": "carry carries carried carrying",
    "name": "called named name",
    "command": "command commands commanded commander commanding",
    "leak": "leak leaks leaked leaking leakage spilled spill spilt",
    "resume": "resume resumed resumes again reopened",
}  # fmt: skip
_IRREGULAR = (
    "become became; fly flew flown; drive drove driven; write wrote written; know knew known; teach taught; "
    "think thought; "
    "bring brought; "
    "fight fought; send sent; keep kept; stand stood; tell told; feel felt; get got; sit sat; swim swam; drink "
    "drank; sing sang; "
    "throw threw thrown; blow blew blown; draw drew drawn; eat ate eaten; hide hid hidden; ride rode ridden; "
    "wear wore worn; "
    "forget forgot forgotten; lend lent; lead led; say said; hear heard; seek sought; withdraw withdrew "
    "withdrawn; spread; "
    "shrink shrank shrunk; freeze froze frozen; swear swore sworn; tear tore torn; bite bit bitten; do did done; "
    "feed fed; "
    "flee fled; lay laid; lie lay lain; light lit; mean meant; ring rang rung; shake shook shaken; sleep slept; "
    "slide slid; "
    "stick stuck; swing swung; wake woke woken; weep wept; bend bent; bind bound; bleed bled; breed bred; dig "
    "dug; hang hung; "
    "overthrow overthrew overthrown; undergo underwent undergone; undertake undertook undertaken; strike struck "
    "stricken"
)
_PHRASAL = {
    r"call(?:ed|ing) off": "cancelled",
    r"(?:go(?:es)?|going|went|gone) ahead": "ahead",
    r"put off": "postponed",
    r"turn(?:ed)? down|vot(?:ed|e) down|throw[ns]? out|threw out|voted against": "rejected",
    r"step(?:s|ped)? down": "resigned",
    r"(?:gave|given|got|gets|give) (?:the|a) (?:go-ahead|green light)|voted for|gave its approval": "approved",
    r"not guilty": "acquitted",
    r"lift(?:s|ed|ing)? (?:the|its|a|their|his|her) ban": "allowed",
    r"sets? up|setting up": "founded",
    r"turn(?:s|ed)? up": "found",
    r"l(?:ay|ays|aid|aying) off": "sacked",
    r"br(?:ing|ings|ought|inging) down": "collapsed",
    r"t(?:ake|akes|ook|aken) part": "attended",
    r"tak(?:e|es|ing) over|took over": "lead",
    r"pass(?:es|ed)? away|los[et]s? (?:his|her|their) li[fv]es?": "died",
    r"giv(?:e|es|en|ing) up|gave up": "left",
    r"t(?:akes?|ook) place": "held",
    r"shut(?:s|ting)? down": "closed",
    r"(?:enter(?:s|ed)?|go(?:es)? into|went into|comes? into|came into) (?:service|use|force|operation)": "opened",
}
HARMS = frozenset(["death", "injury", "missing", "arrest", "evacuate", "rescue", "destroy", "damage"])
"""Of what befalls people and things, one is not another: damaged homes are not destroyed ones."""

_OPPOSITES = (
    ("approved approve approves backed passed adopted accepted endorsed agreed cleared upheld uphold upholds "
        "granted signed",
     "rejected reject rejects refused denied blocked veto vetoes vetoed scrapped dismissed declined overturned"),
    ("ahead continue continues continued "
        "held", "cancelled canceled postponed scrapped suspended shelved called abandoned"),
    ("hurt injured wounded harmed", "unhurt unharmed uninjured unscathed"),
    ("guilty convicted", "acquitted cleared innocent"),
    ("alive survived survives survive", "dead died killed dies death"),
    ("rose risen rise rises increased increase grew climbed "
        "up", "fell fallen fall falls decreased decrease dropped declined shrank down"),
    ("open opened reopened reopen opens", "closed shut close shuts closes"),
    ("arrested detained jailed custody", "released freed"),
    ("won win wins", "lost lose loses defeated"),
    ("succeeded succeed successful success", "failed fails fail failure"),
    ("resigned resign resigns quit quits", "stay stays remain remains"),
    ("allowed allow lifted permitted legal", "banned ban bans forbidden prohibited illegal"),
    ("confirmed confirm confirms", "denied denies deny"),
    ("found", "missing lost"),
)  # fmt: skip


def in_single_words(text: str) -> str:
    """The text in lower case, one verb for each phrase that means as much: "cancelled" for "called off"."""
    plain = text.lower()
    for phrase, word in _PHRASAL.items():
        plain = re.sub(rf"\b(?:{phrase})\b", word, plain)
    return plain


@functools.lru_cache(maxsize=4096)
def concepts(text: str) -> frozenset[str]:
    """Stems of the words that carry meaning, those of one group as the group's name."""
    return frozenset(concept for word in words_of(in_single_words(text)) for concept in concepts_of(word))


@functools.lru_cache(maxsize=16384)
def concepts_of(word: str) -> frozenset[str]:
    word = word.lower().replace("’", "'").removesuffix("'s")
    groups = _groups().get(word)
    return groups or content_words(word)


def side(words: Iterable[str], pair: int) -> int:
    """1 or -1 where the words stand on one side of a pair of opposites, 0 where on neither or on both."""
    first, second = _sides()[pair]
    found = set(words)
    return bool(found & first) - bool(found & second)


def opposed(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether the words of two like sentences stand on different sides of a pair."""
    first, second = frozenset(one), frozenset(other)
    return any(side(first - second, pair) * side(second - first, pair) < 0 for pair in range(len(_OPPOSITES)))


def opposites() -> int:
    return len(_OPPOSITES)


def words_on(text: str, pair: int) -> str:
    """The word of a text that stands on a side of a pair."""
    both = _sides()[pair][0] | _sides()[pair][1]
    return next((word for word in words_of(text) if word in both), "")


@functools.cache
def pair_concepts(pair: int) -> frozenset[str]:
    """The concepts of both sides of a pair."""
    return frozenset(concept for words in _sides()[pair] for word in words for concept in concepts_of(word))


@functools.cache
def _groups() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    irregular = {forms.split()[0]: forms for forms in _IRREGULAR.split("; ")}
    for name, words in [*_GROUPS.items(), *irregular.items()]:
        for word in listed(words):
            found[word] = found.get(word, frozenset()) | {name}
    return found


@functools.cache
def _sides() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    return tuple((listed(first), listed(second)) for first, second in _OPPOSITES)
