"""Words of news and their opposites: which way a word says that things went.

Lists of English words, and a lookup by their roots. Knows no texts.
"""

import functools
from collections.abc import Mapping

from rag.mentions import listed
from rag.words import Word, root

_OPPOSITES = """
rise climb grow increase gain soar jump surge higher up upward lift growth rebound recover | fall drop decline
decrease sink slip slump plunge shrink lower down downward reduce cut slide ease lose dip tumble; raise lift
increase boost hike | lower cut reduce slash decrease trim; win beat defeat victory triumph winner | lose defeat
loser; approve accept adopt pass back endorse agree ratify uphold upheld | reject refuse defeat oppose veto decline
rebuff block overturn strike dismiss; grant award issue | withdraw revoke deny cancel; support favour favor back
welcome | oppose against reject resist; convict guilty condemn sentenced | acquit clear innocent exonerate; open
reopen | close shut closure; begin start launch commence | end finish stop conclude cease; before ahead earlier |
after following later; more extra longer additional gain | less fewer shorter lost; larger bigger large big largest
biggest greater | smaller small tiny smallest; longer long longest | shorter short shortest; older oldest old |
younger youngest young; brighter bright brightest | fainter faint dimmer dim dark faintest; better best improve good
| worse worst worsen deteriorate bad; strengthen stronger strong | weaken weaker weak ease; high highest tall | low
lowest; first earliest | last latest; most majority | least minority; faster fast quick quicker fastest | slower
slow slowest; hot hotter warm warmer hottest | cold colder cool cooler coldest; wet wetter wettest rainy | dry drier
driest dryer; north northern | south southern; east eastern | west western; left | right; upstream | downstream;
inside | outside; import | export; buy acquire purchase | sell; borrow | lend; arrive | depart leave departure;
enter join | leave quit; hire recruit | fire dismiss sack; appoint | dismiss resign sack; allow permit legalise |
ban forbid prohibit bar outlaw; admit concede confess acknowledge confirm | deny; remember | forget; succeed success
manage | fail failure; profit surplus | loss deficit; rich wealthy | poor; safe | dangerous unsafe; expand expansion
extend widen | shrink contract narrow shorten; add install | remove; build | demolish destroy; keep retain preserve |
destroy abandon scrap discard drop; increase double triple | halve; alive survive | dead die kill; tighten | loosen
relax; majority | minority; maximum | minimum; cheaper cheap cheapest | dearer expensive costlier; heavy heavily
heavier severe serious | little light lighter slight minor; early earlier | late later delayed; advance | retreat;
attack | defend; create | abolish; optimistic hopeful | pessimistic; with | without; public | private secret; near
close | far; above | below; ahead lead | behind trail; praise applaud hail | criticise criticize condemn attack
slam; welcome | condemn criticise; uphold upheld confirm | overturn quash annul; grant | deny refuse; lift remove
end | impose introduce tighten; promote | relegate demote; accelerate quicken speed | slow; exceed surpass beat |
miss; improve | deteriorate worsen; shortage lack scarcity | surplus glut excess; include | exclude; resume restart
continue | suspend halt stop; legal lawful | illegal unlawful; urban | rural; morning | evening night; morning |
afternoon; spring | autumn; spring | summer; spring | winter; summer | winter; summer | autumn; autumn | winter;
send | receive; pay | receive; demolish | restore renovate; increase raise rise | cut reduction; expand enlarge |
shrink; wider widen wide | narrower; deeper deep | shallower; stronger strong | weaker weak; cheap low | expensive
high; optimism confidence | pessimism worry; peace truce ceasefire | war; warm | cool; full | empty; upper | lower;
inbound incoming | outbound outgoing; winner champion | loser runner-up; domestic | foreign; deepen | ease; release
free freed | detain arrest jail imprison
"""
_FREQUENT = frozenset(
    root(word)
    for word in listed(
        "before after up down more less with without against left right first last close long short old large big "
        "small high low better best good bad most least early late later earlier following ahead back near far lower "
        "clear pass cut ease strike add free light lost kept end public lead leads led leading full upper cheap wide "
        "narrow deep war peace speed increase raise rise strong weak warm cool slow miss beat continue remove "
        "introduce attack foreign domestic hot cold issue grant uphold hold order spring summer winter autumn morning "
        "evening night afternoon import export found "
    )
)


def sides(word: Word) -> tuple[tuple[int, int], ...]:
    """The pairs of opposites that a word belongs to, each with its side, 1 or -1."""
    return _sides().get(word.stem, ())


def means_little_alone(word: Word) -> bool:
    """Whether a word has so many uses that only beside the same words it is the opposite of another."""
    return word.stem in _FREQUENT


@functools.cache
def _sides() -> Mapping[str, tuple[tuple[int, int], ...]]:
    found: dict[str, dict[tuple[int, int], None]] = {}
    for axis, pair in enumerate(" ".join(_OPPOSITES.split()).split("; ")):
        for side, words in zip((1, -1), pair.split("|"), strict=True):
            for word in words.split():
                found.setdefault(root(word), {})[(axis, side)] = None
    return {word: tuple(sides) for word, sides in found.items()}
