"""Phrases of news that mean as much as one word: "called off", "cancelled". Knows English phrases, and no texts."""

import functools
import re

from rag.records import Span

_SINGLE = {
    r"call(?:s|ed|ing)? off": "cancelled",
    r"(?:go(?:es)?|going|went|gone) ahead": "proceeded",
    r"put off": "postponed",
    r"turn(?:ed)? down|vot(?:ed|e) (?:\w+ ){0,3}?down": "rejected",
    r"step(?:s|ped)? down": "resigned",
    r"(?:gave|given|got|gets|give) (?:the|a) (?:go-ahead|green light)|gave its approval": "approved",
    r"not guilty": "acquitted",
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
    r"t(?:ake|akes|ook|aken|aking) on(?= (?:\d|more|new|staff|workers|extra|another))": "hired",
    r"vot(?:e|es|ed|ing) (?:in favou?r of|for)|(?:c[ao]me|came) out (?:in favou?r of|for)": "approved",
    r"vot(?:e|es|ed|ing) against(?! \d)|(?:c[ao]me|came) out against|throw[ns]? out|threw out": "rejected",
    r"sp(?:oke|eaks?|oken) out against|(?:has|have|had) nothing good to say of": "opposed",
    r"fil(?:e|es|ed|ing) (?:an? )?(?:law)?suit against|(?:takes?|took|taken)(?= \w+ to court)": "sued",
    r"(?:left|leaves?|went home) (?:with nothing|empty-handed)": "lost",
    r"(?:(?:would|will|did|does) not|(?:refus|declin)(?:es|ed) to) (?:say|disclose|reveal)": "concealed",
    r"(?:stick|sticks|stuck|sticking) (?:to|with)": "kept",
    r"(?:makes?|made|making) it (?:in)?to": "reached",
    r"drop(?:s|ped|ping)? out": "left",
    r"with (?:no|neither)(?= (?!more|fewer|less)\w)": "without",
    r"(?:t(?:ear|ears|ore|orn|earing)|pull(?:s|ed|ing)?) down": "demolished",
    r"h(?:old|olds|eld|olding) (?:\w+ )?back": "delayed",
    r"(?:loses?|lost|losing) ground": "weakened",
    r"pick(?:s|ed|ing)? up(?= (?:in|again|over|this|next|from|after|during|since|towards)\b|[,.;]|$)": "accelerated",
    r"(?:remain|stay)(?:s|ed|ing)? (?:\w+ )?below": "missed",
    r"gain(?:s|ed|ing)? ground": "strengthened",
    r"(?:end|finish)(?:s|ed|ing)? up": "became",
    r"f(?:all|alls|ell|allen) through": "failed",
    r"end(?:s|ed|ing)? up": "was",
    r"turn(?:s|ed|ing)? away": "rejected",
}
_LIFTED = {r"lift(?:s|ed|ing)? (?:the|its|a|their|his|her) ban": "allowed"}  # what it says of the ban is kept elsewhere
_PATTERN = re.compile("|".join(rf"(?P<p{i}>\b(?:{phrase})(?!\w))" for i, phrase in enumerate(_SINGLE)), re.IGNORECASE)
_WORDS = tuple(_SINGLE.values())


def in_single_words(text: str) -> str:
    """The text in lower case, one verb for each phrase that means as much: "cancelled" for "called off"."""
    plain = text.lower()
    for phrase, word in (*_SINGLE.items(), *_LIFTED.items()):
        plain = re.sub(rf"\b(?:{phrase})\b", word, plain)
    return plain


@functools.lru_cache(maxsize=8192)
def phrases_in(text: str) -> tuple[tuple[Span, str], ...]:
    """Where a text has such phrases, each with the one word that means as much."""
    return tuple((Span(*match.span()), _WORDS[int((match.lastgroup or "p0")[1:])]) for match in _PATTERN.finditer(text))
