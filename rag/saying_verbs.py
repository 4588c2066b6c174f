"""English verbs of saying, and what must stand beside one of them for a sentence to make somebody's claim.

"Ferro claimed that she had won" does, "Ferro claimed the title" does not. Knows verbs and the words beside them; who is
meant is for `speech`.
"""

import re

from rag.quotations import QUOTATION
from rag.subjects import DOCUMENTS, TIME
from rag.vocabulary import BE, listed

SAY = listed(
    "said says say told tells tell warned warns warn argued argues argue insisted insists insist stressed "
    "stresses stress "
    "claimed claims claim alleged alleges allege asserted asserts contended contends conceded concedes concede "
    "cautioned "
    "cautions remarked remarks testified testifies believes believe suspects suspect fears fear estimated estimates "
    "estimate reckons reckon thinks think denied denies deny confirmed confirms confirm accused accuses accuse blamed "
    "blames blame acknowledged acknowledges acknowledge admitted admits admit vowed vows predicted predicts predict "
    "emphasised emphasized maintains assured assures"
)
"""Whoever is the subject of these says what follows, or what stands before."""
# These do so where a clause or a quotation goes with them.
_SAY_THAT = listed(
    "added adds add wrote writes write noted notes note announced announces announce reported reports report explained "
    "explains explain recalled recalls recall revealed reveals reveal disclosed discloses promised promises promise "
    "pledged pledges maintained suggested suggests suggest concluded concludes conclude declared declares declare "
    "answered answers replied replies reply commented comments joked jokes continued continues repeated repeats "
    "reiterated reiterates agreed agrees complained complains posted tweeted shouted cried asked asks demanded demands "
    "urged urges stated states state called calls described describes dismissed dismisses branded labelled hailed "
    "condemned condemns rejected rejects praised criticised countered counters quipped observed observes thought hopes "
    "hoped expects expected mentioned pointed boasted lamented found finds showed shows show indicates indicated "
    "ruled held read reads proposed recommended recommends advised advises objected protested responded "
    "responds call describe dismiss hail condemn praise "
    "informed informs swore swears calculated calculates established"
)
SPEAKING = SAY | listed("added announced reported explained declared stated noted wrote replied confirmed")
"""Verbs beside which a date tells when something was said."""
# Those that need a document as their subject to be a claim, whether "that" follows or not.
_SHOWING = listed("found finds showed shows show indicates indicated")
SAYING_VERBS = SAY | _SAY_THAT
PLURAL = frozenset(verb for verb in SAYING_VERBS if f"{verb}s" in SAYING_VERBS)
NAMING = listed(
    "called calls call described describes describe dismissed dismisses branded labelled hailed condemned "
    "condemns praised"
)
NOUNS_TOO = listed(
    "suspects suspect claims claim reports report estimates estimate notes note comments fears states state stress "
    "answers answer figures demands promises promise calls shows show finds reply replies"
)
_VERB_AFTER_NOUN = BE | listed("of by about from over on in and or were said say says")
TRANSITIVE = listed("told tells tell accused accuses accuse blamed blames blame assured assures informed informs urged")

_TRAILING_TOO = listed("ruled established read reads")
NEVER_FIRST = _TRAILING_TOO | listed("put expects expected found finds showed shows show held")
_TOLD_BY = listed(
    "told warned informed assured accused blamed criticised announced reported confirmed alleged said advised urged "
    "asked proposed suggested recommended predicted estimated denied admitted promised explained argued feared"
)
SAYING = r"(?:saying|adding|warning|arguing|claiming|insisting|telling|stressing|noting|predicting|explaining|writing)"

_THAT = re.compile(  # also "to the builder, Drava Most, that", but not "to see that"
    r"(?!\s+to\b(?!\s+(?:the|an?|his|her|its|their|[A-Z])))[^“”,]{0,60}?(?:,[^“”,]{1,40},\s+)?\bthat\b"
)
_COURT = re.compile(r"\b(?:courts?|judges?|chamber|tribunal|justices?|magistrates?|jury|lords)\b", re.IGNORECASE)
_POSSESSED = re.compile(
    r"that\s+\w+(?:\s*[,.;]|\s+(?:until|till|for|from|in|between|at|since|before|after|and|with)\b)"
)
_FINITE = re.compile(
    r"[^,.;:“”]{0,60}?\b(?:is|are|was|were|be|been|had|has|have|will|would|could|can|may|might|should|did|does|\w+ed"
    r"|\w+n[’']t)\b"
)
_SOMEBODY = (
    "(?:the|an?|his|her|its|their|our|my|this|that|reporters|journalists|parliament|lawmakers|investors|police|us|me"
    "|[A-Z])"
)
_CALLED = re.compile(  # "called it a farce", but not "called him back"
    r"\s+(?:it|them|this|that|him|her|(?:[A-Z][\w’'-]*\s+)+(?=an?\b|the\b)|(?:his|her|its|their)\s+\w+)\b"
    r"(?!\s*(?:up|back|in|off|to|on|out|for|at|after|when|and|that)\b)(?=\s+\w)"
)
_A_NAME = re.compile(r"\s*(?:an?\s|the\s)?\s*“”")  # a network called “Kestrel”
_OF_SEVERAL = re.compile(r"\b(?:member|nation|united|all|both|some|many|several|other)$", re.IGNORECASE)
_AFTER_STATES = re.compile(r"\s*(?:that\b|the\b|an?\b|its\b|his\b|her\b|:|“”|,)")
_AN_AMOUNT = re.compile(r"\bat\b.*(?:\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|million)\b)")


def is_noun(verb: str, following: str) -> bool:
    """Whether what may be a verb of saying is a noun before the next word: "claims of fraud", "a think tank"."""
    noun = following in _VERB_AFTER_NOUN or following.endswith("ed")
    return (verb in NOUNS_TOO and noun) or following in ("tank", "tanks")


def may_be_of(verb: str, subject: str, right: str) -> bool:
    """Whether a verb may be that of a subject: "states" is a noun in "the heads of member states also met"."""
    if verb not in ("states", "state"):
        return True
    return bool(_AFTER_STATES.match(right)) and not _OF_SEVERAL.search(subject)


def told_by(verb: str, right: str) -> bool:
    """Whether what is done by somebody, in the passive, is what he says: "it was denied by the mayor"."""
    return verb in _TOLD_BY or (verb in NAMING and QUOTATION in right)


def trails(verb: str, subject: str) -> bool:
    """Whether what stands before a speaker and this verb is what he says: "it leaked, a study found"."""
    if verb in _SHOWING:
        return bool(re.search(DOCUMENTS, subject))
    return verb not in NEVER_FIRST or verb in _TRAILING_TOO


def has_object(verb: str, subject: str, right: str, text: str) -> bool:
    """Whether what follows the verb makes a claim of it."""
    clause = bool(_THAT.match(right)) or bool(re.match(r"[^“”]{0,60}?[:,]?\s*“”", right))
    if verb in _SHOWING:
        return bool(re.search(DOCUMENTS, subject)) and bool(re.search(r"\w", right))
    if verb == "put":
        return bool(_AN_AMOUNT.search(right))
    if verb == "spoke":
        return True
    if verb == "held":
        that = _THAT.match(right) and not _POSSESSED.match(right.strip())
        return bool(that or (_COURT.search(subject) and _FINITE.match(right)))
    if verb in ("claimed", "claims", "claim", "maintains"):  # a prize, the lead
        return clause or bool(re.match(r"\s+to\s", right) or _FINITE.match(right))
    if verb.startswith("call"):
        return (QUOTATION in right and not _A_NAME.match(right)) or bool(_CALLED.match(right))
    if verb in NAMING:
        return QUOTATION in right or bool(re.search(r"\bas\b", right))
    if verb.startswith("continue"):
        return bool(re.match(r"\s*[:,]?\s*“”", right))
    if verb in SAY:
        return bool(re.search(r"\w", right)) or QUOTATION in text
    return clause


def ends_after(verb: str, right: str) -> re.Match[str] | None:
    """Whether nothing but times, places and the one spoken to follow the verb, up to a comma or the end."""
    told = (
        rf"(?:\s+(?:the |an? |his |her |its |their )?(?:(?!{SAYING}\b)[\w’'-]+)(?:\s+[\w’'-]+){{0,3}}?)?"
        if verb in TRANSITIVE
        else ""
    )
    adverbs = (
        rf"(?:\s+(?:{TIME}|to\s{_SOMEBODY}[^,.;“”]*"
        r"|(?:in|at|on|after|during|before|by|from|through|with|as|when|while|outside|via|of)\s(?!.*\bthat\b)[^,.;“”]*"
        r"|later|again|afterwards|earlier|bluntly|\w+ly))*"
    )
    return re.match(rf"{told}{adverbs}\s*(?:[,.;?!]|$|“”)(?P<rest>.*)$", right)
