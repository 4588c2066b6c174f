"""Words of news and their opposites: which way a word says that things went.

Lists of English words, and a lookup by their roots, or as they stand for those after "=". Knows no texts.
"""

import functools
import re
from collections.abc import Mapping

from rag.vocabulary import listed
from rag.words import Word, common, root

_OPPOSITES = """
rise climb grow increase gain soar jump surge higher up upward lift growth rebound recover raise boost hike dearer
costlier upgrade outperform recoup strengthen | fall drop decline decrease sink slip slump plunge shrink lower down
downward reduce cut slide ease lose dip tumble slash trim cheaper downgrade underperform weaken; win beat defeat
victory triumph | lose defeat; approve accept adopt endorse agree ratify uphold upheld pass | reject refuse oppose
veto decline rebuff overturn dismiss; grant award issue | withdraw revoke deny cancel; support favour favor welcome
=backed =backs =backing | oppose against reject resist; convict guilty condemn sentenced | acquit clear innocent
exonerate; open reopen | close shut closure; begin start launch commence restart | end finish stop conclude cease;
finish complete | quit leave; before =ahead-of earlier | after following later; more extra longer additional gain
lengthen harder | less fewer rarer shorter shorten lost; large big greater | small tiny; long lengthen | short
shorten; old | young; bright | faint dim dark; better best improve good | worse worst worsen deteriorate bad;
strengthen strong | weaken weak ease undermine; high tall | low; first earliest | last latest; most majority | least
=minority; fast quick | slow slowly; hot warm | cold cool; wet rainy | dry; north northern | south southern; east
eastern | west western; left | right; upstream | downstream; inside | outside; import | export; buy acquire purchase |
sell; borrow | lend; arrive | depart departure; join enter | quit leave; hire recruit | fire dismiss sack; appoint |
dismiss resign sack; allow permit legalise | ban forbid prohibit bar outlaw; admit concede confess acknowledge confirm
| deny; remember | forget; succeed success manage | fail failure; profit surplus earn | loss deficit lose; rich
wealthy | poor; safe | dangerous unsafe; expand expansion extend widen | shrink contract narrow; add install | remove;
build | demolish destroy; keep retain preserve stick | destroy abandon scrap discard drop cancel; increase double
triple | halve; alive survive | dead die kill; tighten toughen stricter tougher harsher | loosen relax ease soften
milder lenient; majority | =minority; maximum | minimum; cheap cheaper | dearer expensive costlier; heavy heavily
severe serious | little light slight =minor; early | late delayed; advance | retreat; attack | defend; create |
abolish; optimistic hopeful | pessimistic; with | without; public | private secret; near =close =closer =closest | far
away; above | below; ahead | behind trail; praise applaud hail | criticise criticize condemn attack slam; welcome |
condemn criticise attack; uphold upheld confirm | overturn quash annul void; grant | deny refuse; lift remove end
repeal | impose introduce tighten uphold upheld maintain; promote | relegate demote; accelerate quicken speed | slow;
exceed surpass beat | miss; improve | deteriorate worsen; shortage lack scarcity | surplus glut excess; proceed happen
occur hold announce | cancel scrap avert prevent postpone abandon; charge | release; include | exclude; resume restart
continue | suspend halt stop; legal lawful | illegal unlawful; urban | rural; morning | evening night; morning |
afternoon; spring | autumn; spring | summer; spring | winter; summer | winter; summer | autumn; autumn | winter;
demolish | restore renovate; increase raise rise | cut reduction; expand enlarge | shrink; widen wide | narrower; deep
| shallower; strong | weak; cheap low | expensive high; optimism confidence | pessimism worry; peace truce ceasefire |
war; warm | cool; full | empty; upper | lower; inbound incoming | outbound outgoing; winner champion | loser
runner-up; domestic | foreign; deepen | ease; release free freed | detain arrest jail imprison; genuine real authentic
| fake forged counterfeit; true | false untrue; present | absent; permanent | temporary; voluntary optional |
compulsory mandatory; visible | invisible; active | dormant extinct; agree | disagree; like | dislike; appear |
disappear vanish; float | sink; repair mend | damage; clean | dirty pollute; calm quiet | stormy rough loud; thin |
thick; sharp steep | gentle mild slight; reveal disclose publish | conceal hide; trust | distrust mistrust; encourage
urge | discourage; obey | defy disobey; connect | disconnect; arm | disarm; qualify | disqualify; approve |
disapprove; married | divorced; popular | unpopular; certain sure | doubtful unsure uncertain; likely | unlikely; fair
| unfair; stable | unstable; known | unknown; employed | unemployed; able | unable
"""
_FREQUENT = frozenset(
    root(word)
    for word in listed(
        "before after up down more less with without against left right first last close long short old large big "
        "small high low better best good bad most least early late later earlier following ahead back near far lower "
        "clear pass cut ease strike add free light lost kept end public lead leads led leading full upper cheap wide "
        "narrow deep war peace speed increase raise rise strong weak warm cool slow miss beat continue remove "
        "introduce attack foreign domestic hot cold issue grant uphold hold order spring summer winter autumn morning "
        "evening night afternoon import export found like real present known able sure fair thin sharp gentle "
        "away enter leave announce hold proceed happen occur charge release stick cheaper harder "
    )
)


_OF_ANOTHER_WORD = listed(
    "lasted lasting lasts shortly lately largely sprang sprung several severance even department departments important "
    "importance income incomes unlike law laws major completely closely critic critics critical critically defendant "
    "defendants followers installment installments management option options presently presentation presentations "
    "proceedings publication publications publicity publicized succession expense expenses employer employers "
    "droppings buildings rebounder rebounders borrower borrowers lender lenders"
)
"""What has the stem of a word with an opposite, and means something else: what lasted is not the last."""
_PREFIX = re.compile(r"un|in(?![mpblr])|im(?=[mpb])|il(?=l)|ir(?=r)|dis|non-?")
_NO_PREFIX = listed(
    "under until union united unions units unit unique unite uniform universe international interest interests inform "
    "informed informs income indeed include increase increased inside intent intend intended invest invested investing "
    "investment investor investors invent invention input instance instead instant institute involve involved industry "
    "inner injury inspire inspired install installed import imports imported important impact impose imposed impress "
    "impressed improve improved imprint discover discovered discovery discuss display displayed dispute "
    "disputed disclose "
    "disclosed distance district disease disorder discount discharge discharged dismiss dismissed dispatch distract "
    "distant disaster illustrate illness intense intention into inform indoor indoors"
)
_LEAST_BARE = 4


def sides(word: Word) -> tuple[tuple[int, int], ...]:
    """The pairs of opposites that a word belongs to, each with its side, 1 or -1."""
    if word.text in _OF_ANOTHER_WORD:
        return ()
    known = _sides()
    as_it_stands = known.get(f"={word.text}", ())
    return as_it_stands + next((known[form] for form in (word.stem, *bases(word.text)) if form in known), ())


def compares(word: Word) -> bool:
    """Whether a word is a comparative of one that has an opposite: "no older" is the oldest."""
    return word.text.endswith("er") and word.stem not in _sides() and bool(sides(word))


def is_superlative(word: Word) -> bool:
    """Whether a word is the superlative of one that has an opposite."""
    return word.text.endswith("est") and word.stem not in _sides() and bool(sides(word))


def bases(word: str) -> list[str]:
    """The roots of the adjectives that a comparative or superlative may be of."""
    found = []
    for ending in ("est", "er"):
        bare = word.removesuffix(ending)
        if bare != word:
            found += [root(bare), root(bare + "e"), root(bare[:-1])]
            found += [root(bare[:-1] + "y")] if bare.endswith("i") else []
    return found


def means_little_alone(word: Word) -> bool:
    """Whether a word has so many uses that only beside the same words it is the opposite of another."""
    return word.stem in _FREQUENT


@functools.lru_cache(maxsize=8192)
def without_prefix(word: str) -> str:
    """A word without a prefix that denies it, where what is left is a word; else nothing."""
    found = _PREFIX.match(word)
    bare = word[found.end() :] if found and word not in _NO_PREFIX else ""
    return bare if len(bare) >= _LEAST_BARE and common(bare) else ""


@functools.cache
def _sides() -> Mapping[str, tuple[tuple[int, int], ...]]:
    found: dict[str, dict[tuple[int, int], None]] = {}
    for axis, pair in enumerate(" ".join(_OPPOSITES.split()).split("; ")):
        for side, words in zip((1, -1), pair.split("|"), strict=True):
            for word in words.split():
                found.setdefault(word if word.startswith("=") else root(word), {})[(axis, side)] = None
    return {word: tuple(sides) for word, sides in found.items()}
