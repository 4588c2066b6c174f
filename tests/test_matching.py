"""How near words are to each other where a question's words are looked for in texts."""

import numpy as np
import pytest

from rag.encoder import load_encoder
from rag.matching import Matcher
from rag.settings import PACKAGED_ENCODER

ENCODER = load_encoder(PACKAGED_ENCODER)
MATCHER = Matcher(ENCODER)
FORMS = [("owner", "owned"), ("won", "win"), ("wrote", "writing"), ("official", "officially"), ("teaches", "teachers")]


def nearness(word: str, text: str) -> float:
    """Of the word's nearest piece in the text, the mean over the word's pieces."""
    question, pieces = MATCHER.pieces(word), MATCHER.pieces(text)
    return float(MATCHER.matches(question, pieces, np.array([len(pieces)])).mean())


@pytest.mark.parametrize(("word", "form"), FORMS)
def test_a_form_of_a_word_is_nearer_than_its_opposite(word: str, form: str) -> None:
    assert nearness(word, f"the {form}") == nearness(form, f"the {word}") == pytest.approx(0.65)
    assert nearness("increase", "the decrease") < 0.4


def test_a_form_that_the_encoder_holds_nearer_stays_so() -> None:
    assert 0.65 < nearness("elections", "the election") < nearness("elections", "the elections")
    assert nearness("elections", "the elections") == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize(("word", "other"), [("university", "universe"), ("news", "new"), ("general", "generation")])
def test_unrelated_words_of_one_stem_are_no_forms(word: str, other: str) -> None:
    assert nearness(word, other) == 0


def test_a_piece_that_is_no_word_has_no_letters() -> None:
    (ending,) = [piece for piece in MATCHER.pieces("Halvorsen") if not ENCODER.word(int(piece))][-1:]
    assert ENCODER.word(int(MATCHER.pieces("Owned")[0])) == "owned"
    assert nearness("owned", "owned") == pytest.approx(1, abs=0.001)
    assert ENCODER.word(int(ending)) == "" == ENCODER.word(10**9)


def test_what_is_near_a_word_does_not_depend_on_the_texts_beside_it() -> None:
    question = MATCHER.pieces("owner of the mill")
    texts = [MATCHER.pieces(text) for text in ("It was owned by her.", "A mill burnt.", "")]
    together = MATCHER.matches(question, np.concatenate(texts), np.array([len(text) for text in texts]))
    alone = [MATCHER.matches(question, text, np.array([len(text)])) for text in texts]
    assert np.array_equal(together, np.concatenate(alone, axis=1))
