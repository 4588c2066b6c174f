"""Words and numbers of a text, normalised so that two texts can be compared.

Knows English word forms; nothing of documents or answers.
"""

import functools
import re
from dataclasses import dataclass
from typing import Any

from rag.inert import without_invisible
from rag.records import Span
from rag.sentences import lower_case_words, nltk_module, static_data
from rag.units import SMALL

_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?!\w)")
_NO_STOP_WORDS = {"won", "don", "ma"}  # nltk has them as halves of "won't" and the like
_ASKING = {"many", "much", "tell", "say", "said", "says", "also"}
_IRREGULAR_VERBS = """
become became; begin began begun; break broke broken; bring brought; build built; buy bought; catch caught; choose
chose chosen; come came; deal dealt; draw drew drawn; drink drank drunk; drive drove driven; eat ate eaten; fall
fell fallen; feel felt; fight fought; find found; fly flew flown; forbid forbade forbidden; forget forgot forgotten;
freeze froze frozen; get got gotten; give gave given; go went gone; grow grew grown; hang hung; hear heard; hide hid
hidden; hold held; keep kept; know knew known; lay laid; lead led; leave left; lend lent; lose lost; make made; mean
meant; meet met; pay paid; ride rode ridden; ring rang rung; rise rose risen; run ran; say said; see saw seen; seek
sought; sell sold; send sent; shake shook shaken; shoot shot; show shown; shrink shrank shrunk; sing sang sung; sink
sank sunk; sit sat; sleep slept; slide slid; speak spoke spoken; spend spent; spring sprang sprung; stand stood;
steal stole stolen; stick stuck; strike struck stricken; swear swore sworn; swim swam swum; take took taken; teach
taught; tear tore torn; tell told; think thought; throw threw thrown; wake woke woken; wear wore worn; win won;
withdraw withdrew withdrawn; write wrote written; withstand withstood; bear bore born borne; beat beaten; bite bit
bitten; blow blew blown; bind bound; breed bred; burn burnt; feed fed; flee fled; learn learnt; overtake overtook
overtaken; undertake undertook undertaken; overthrow overthrew overthrown; undergo underwent undergone; rebuild
rebuilt; oversee oversaw overseen; foresee foresaw foreseen; withhold withheld; rewrite rewrote rewritten; light
lit; swing swung; weep wept; bend bent; bleed bled; dig dug; spread spread
"""
_IRREGULAR = {
    form: forms.split()[0] for forms in _IRREGULAR_VERBS.replace("\n", " ").split(";") for form in forms.split()[1:]
}
_SPELLED = {word: str(value) for word, value in SMALL.items() if value <= 20}


@dataclass(frozen=True, slots=True)
class Word:
    """`source[start:end]` of a text: `text` is in lower case and without 's; `capital` is of its first letter."""

    text: str
    stem: str
    start: int
    end: int
    capital: bool

    @property
    def content(self) -> bool:
        """Whether it carries meaning."""
        return self.text not in stop_words()


@functools.lru_cache(maxsize=8192)
def located_words(text: str) -> tuple[Word, ...]:
    """The words of a text in order, with their places."""
    found = []
    for match in _WORD.finditer(text):
        plain = match[0].lower().replace("’", "'").removesuffix("'s")
        found.append(Word(plain, root(plain), match.start(), match.end(), match[0][0].isupper()))
    return tuple(found)


def word_spans(text: str) -> tuple[Span, ...]:
    """Where the words stand, without the rest of `located_words`."""
    return tuple(Span(*match.span()) for match in _WORD.finditer(text))


def words_of(text: str) -> list[str]:
    """Lower-case words in order; an inner apostrophe or full stop stays (don't, U.S), a soft hyphen does not."""
    return [word.lower().replace("’", "'") for word in _WORD.findall(without_invisible(text))]


def bare_words(text: str) -> list[str]:
    """The same without 's: a text that tells of Volner has what a question asks about Volner's dam."""
    return [word.removesuffix("'s") for word in words_of(text)]


@functools.lru_cache(maxsize=4096)
def content_words(text: str) -> frozenset[str]:
    """Stems of the words that carry meaning."""
    return frozenset(stem(word.removesuffix("'s")) for word in words_of(text) if word not in stop_words())


@functools.lru_cache(maxsize=4096)
def numbers(text: str) -> frozenset[str]:
    """Numbers in digits, 1,000 as 1000, with spelled ones up to twenty (one is left out: it is mostly a pronoun)."""
    written = {found.replace(",", "").rstrip(".") for found in _NUMBER.findall(without_invisible(text))}
    spelled = {_SPELLED[word] for word in words_of(text) if word in _SPELLED and word != "one"}
    return frozenset(written | spelled)


def root(word: str) -> str:
    """The stem of a word in lower case, of irregular verbs that of the infinitive."""
    return stem(_IRREGULAR.get(word, word))


def irregular_verbs() -> tuple[str, ...]:
    """The forms of each, the infinitive first."""
    return tuple(" ".join(forms.split()) for forms in _IRREGULAR_VERBS.split(";"))


def irregular(word: str) -> bool:
    """Whether a word in lower case is a form of an irregular verb, not its infinitive."""
    return word in _IRREGULAR


@functools.cache
def stop_words() -> frozenset[str]:
    """nltk's English stop words but for those that mean something, and words that only ask or report."""
    listed = static_data("nltk_cache", "corpora", "stopwords", "english").read_text(encoding="utf-8").split()
    return frozenset({*listed, *_ASKING} - _NO_STOP_WORDS)


@functools.lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """By Porter (1980), of a word in lower case."""
    return _stemmer().stem(word)


@functools.cache
def _stemmer() -> Any:
    return nltk_module("nltk.stem.porter").PorterStemmer()


def common(word: str) -> bool:
    """Whether a word in lower case is written so within sentences, as Punkt's training on news saw it."""
    return word in lower_case_words() or word in stop_words()
