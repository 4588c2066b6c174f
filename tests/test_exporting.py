"""The int8 export: made once, checked against its original, replaced when damaged, and done without where it fails."""

import json
import logging
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from rag import exporting
from rag.encoder import ChunkText, SentenceEncoder
from rag.engines import Facts, OnnxEngine, TorchEngine
from rag.exporting import Parity, load_engine, parity_of
from rag.sentences import sentence_spans
from rag.settings import PACKAGED_ENCODER
from rag.weights import resolve_model
from tests.conftest import ROOT

TEXT = "The ferry to Gull Point sails three times a day. Dr. Smith counted ninety seals on the sandbank."


@pytest.fixture(scope="module")
def folder() -> Path:
    return resolve_model(PACKAGED_ENCODER)


@pytest.fixture(scope="module")
def original(folder: Path) -> TorchEngine:
    return TorchEngine("original", folder, "cpu")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "footnote" / "encoders"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Path:
    """A random BERT of two layers that takes its first token for the text, and has prompts."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel

    target = tmp_path_factory.mktemp("small")
    config = BertConfig(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64)
    BertModel(config).save_pretrained(target / "bert")
    for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"):
        shutil.copy(folder / name, target / "bert" / name)
    transformer = Transformer(str(target / "bert"), max_seq_length=64)
    model = SentenceTransformer(
        modules=[transformer, Pooling(32, "cls")], prompts={"query": "search: ", "document": "text: "}
    )
    model.save(str(target / "model"))
    return target / "model"


def encoded(encoder: SentenceEncoder, text: str = TEXT, header: str = "") -> np.ndarray:
    (one,) = encoder.encode_chunks([ChunkText(text, tuple(sentence_spans(text)), header)])
    return np.concatenate([one.vector[None], one.sentences])


def test_int8_agrees_with_the_original(folder: Path, original: TorchEngine, cache: Path) -> None:
    engine = load_engine("packaged", folder, "same")
    assert isinstance(engine, OnnxEngine)
    assert engine.facts == original.facts
    parity = parity_of(engine, original, folder)
    assert parity.cosine > 0.99
    assert parity.rank_agreement > 0.97
    assert np.allclose(engine.piece_vectors, original.piece_vectors)
    (written,) = (path for path in cache.iterdir() if path.is_dir())
    assert json.loads((written / "encoder.json").read_text())["file"] == "int8.onnx"
    assert not (written / "fp32.onnx").exists()


def test_an_export_is_used_without_torch(cache: Path) -> None:
    script = (
        "import sys; from rag.encoder import load_encoder; e = load_encoder('all-MiniLM-L6-v2'); e.encode_query('a'); "
        "print(e.piece_vectors.shape, any(name in sys.modules for name in ('torch', 'sentence_transformers', 'onnx')))"
    )
    runs = [
        subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
        for _ in "12"
    ]
    assert [run.stdout.split()[-1] for run in runs] == ["True", "False"]


@pytest.mark.parametrize("damage", [b"damaged", b""], ids=["overwritten", "empty"])
@pytest.mark.parametrize("name", ["int8.onnx", "encoder.json", "piece_vectors.npy"])
def test_a_damaged_export_is_made_anew(
    small: Path, cache: Path, name: str, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    before = load_engine("small", small, "f").run([np.array([101, 2040, 102])])[0].vector
    (written,) = (path for path in cache.iterdir() if path.is_dir())
    (written / name).write_bytes(damage)
    after = load_engine("small", small, "f").run([np.array([101, 2040, 102])])[0].vector
    assert "is made anew" in caplog.text
    assert np.allclose(before, after)


def test_fp32_is_used_and_said_where_int8_does_not_agree(
    small: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    measured = exporting.parity_of
    monkeypatch.setattr(
        exporting,
        "parity_of",
        lambda *given: Parity(0.9, 0.9) if not calls.append(given) and len(calls) == 1 else measured(*given),
    )
    calls: list[object] = []
    engine = load_engine("small", small, "f")
    assert isinstance(engine, OnnxEngine)
    assert "fp32" in caplog.text
    assert parity_of(engine, TorchEngine("small", small, "cpu"), small).cosine > 0.9999


def test_sentence_transformers_is_used_and_said_where_an_export_fails(
    small: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no space\nleft")

    monkeypatch.setattr(exporting, "quantise", fail)
    engine = load_engine("small", small, "f")
    assert isinstance(engine, TorchEngine)
    assert "cannot be exported and runs slower: no space left" in caplog.text
    assert [path for path in cache.iterdir() if path.is_dir()] == []


def test_both_engines_give_the_same_encoder(small: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exported, slow = SentenceEncoder("small", small), SentenceEncoder("small", small)
    slow.__dict__["_engine"] = TorchEngine("small", small, "cpu")
    assert isinstance(exported._engine, OnnxEngine)
    for text in (TEXT, TEXT * 5):
        one, other = encoded(exported, text, "Gazette"), encoded(slow, text, "Gazette")
        assert (one * other).sum(axis=1).min() > 0.95
    assert exported.encode_query("seals") @ slow.encode_query("seals") > 0.95


def test_prompts_are_read_but_own_no_pieces(small: Path, cache: Path) -> None:
    encoder = SentenceEncoder("small", small)
    assert encoder._engine.facts == Facts(64, 32, "search: ", "text: ")
    (one,) = encoder.encode_chunks([ChunkText(TEXT, tuple(sentence_spans(TEXT)), "Gazette")])
    assert one.pieces.tolist() == encoder.pieces([TEXT])[0].tolist()
    as_query = encoder.encode_query("seals")
    as_document = encoder.encode_chunks([ChunkText("seals", tuple(sentence_spans("seals")))])[0].vector
    assert not np.array_equal(as_query, as_document), "the same text alone is encoded the same, to the bit"


def test_messages_reach_the_shell(cache: Path, caplog: pytest.LogCaptureFixture, small: Path) -> None:
    with caplog.at_level(logging.INFO, "footnote"):
        load_engine("small", small, "f")
    assert "once" in caplog.text


def test_threads_that_need_the_encoder_at_once_make_one_export(
    small: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exports: list[object] = []
    export = exporting._export
    monkeypatch.setattr(exporting, "_export", lambda *given: exports.append(given) or export(*given))
    with ThreadPoolExecutor(3) as threads:
        engines = list(threads.map(lambda _: load_engine("small", small, "f"), range(3)))
    assert all(isinstance(engine, OnnxEngine) for engine in engines)
    assert len(exports) == 1
