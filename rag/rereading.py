"""The likeliest sentences of a search, read once more: which they are, and how well each answers word by word.

Knows stored chunks and what is read before a sentence; nothing of how its score is made up.
"""

from collections.abc import Mapping

import numpy as np

from rag.chunking import header
from rag.encoder import Encoder
from rag.interaction import InPlace, interaction
from rag.records import Query
from rag.stored import StoredChunks

_MOST = 8
_TOKENS = 200  # of all of these and the sentences before them, unless they are two
_MAY_OVERTAKE = 0.5  # a sentence that is farther behind the best hardly ever comes before it by this


def likeliest(scores: np.ndarray, tokens: np.ndarray, times: int = 1) -> np.ndarray:
    """The places of the highest of the sentences' scores (m,), best first, down to what may still become the best.

    `tokens` (m,) are what reading each takes. An evaluation, which orders them by other scores too, takes more `times`.
    """
    order = np.argsort(-scores, kind="stable")[: times * _MOST]
    fits = tokens[order].cumsum() <= times * _TOKENS
    fits[:2] = True
    return order[fits & (scores[order] >= scores[order[0]] - times * _MAY_OVERTAKE)]


def read_again(candidates: StoredChunks, query: Query, encoder: Encoder, places: np.ndarray) -> dict[str, np.ndarray]:
    """The figures of `interaction` (k,) for the sentences at some places (k,), after their header and the one before.

    Nothing where the question names several outlets, each of which has its own part to answer, and nothing of a
    follow-up: its words are not all of what it asks, and of those that were put in its answer need have none.
    """
    if len(query.sources) > 1 or query.rewritten or query.earlier:
        return {}
    ends = candidates.sentence_counts.cumsum()
    return interaction(query.text, [_in_place(candidates, ends, place) for place in places.tolist()], encoder)


def tokens_read(candidates: StoredChunks) -> np.ndarray:
    """(m,): of each sentence and the one before it in its chunk."""
    starts = candidates.sentence_counts.cumsum() - candidates.sentence_counts
    before = np.roll(candidates.piece_counts, 1)
    before[starts] = 0
    return candidates.piece_counts + before


def of_best(
    found: Mapping[str, np.ndarray], places: np.ndarray, scores: np.ndarray, counts: np.ndarray
) -> dict[str, np.ndarray]:
    """What was found at some places, of the one with the highest score in each of n chunks (n,); 0 of other chunks."""
    owners = np.searchsorted(counts.cumsum(), places, side="right")
    rising = np.argsort(scores[places], kind="stable")
    best = {name: np.zeros(len(counts)) for name in found}
    for name, values in found.items():
        best[name][owners[rising]] = values[rising]  # of each chunk the last one stays
    return best


def _in_place(candidates: StoredChunks, ends: np.ndarray, place: int) -> InPlace:
    owner = int(np.searchsorted(ends, place, side="right"))
    chunk, above = candidates.chunk(owner), header(candidates.document(owner))
    own = place - int(ends[owner]) + len(chunk.sentences)
    first, start, end = (one - chunk.start for one in (chunk.sentences[max(own - 1, 0)].start, *chunk.sentences[own]))
    return InPlace(f"{above}\n{chunk.text[first:start]}", chunk.text[start:end])
