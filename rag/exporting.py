"""A sentence-transformers model -> an int8 ONNX file in the user's cache folder, made once and compared with it.

Dynamic quantisation of the matrix products, a scale for each column: see onnxruntime's documentation. Seven of the
eight bits are used, because processors without VNNI instructions add up pairs of products in 16 bits. Knows nothing
of documents or libraries.
"""

import json
import logging
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from filelock import FileLock
from tokenizers import Tokenizer

from rag.engines import Engine, Facts, OnnxEngine, Output, TorchEngine
from rag.errors import ModelError

_VERSION = 1  # of what is written; another number makes a new export
_OPSET = 17
# An export may differ from its original by this much and no more; see ARCHITECTURE.md for what was measured.
_LEAST_COSINE = 0.985
_LEAST_RANK_AGREEMENT = 0.95
_SAMPLE = (
    "The harbour master closed the southern pier on Tuesday after a crack was found in one of its pillars.",
    "Who closed the pier?",
    "Turnout in the referendum was 61.4 percent, the electoral commission said on 23 September.",
    "How many people voted?",
    "To install the package, create a virtual environment and run pip in it.",
    "Which command installs it?",
    "Her grandmother kept bees behind the chapel until the winter of 1963.",
    "The central bank raised its main interest rate by half a point to 4.75 percent, its highest since 2008.",
    "When did the bank raise rates?",
    "Water boils at a lower temperature on a mountain, because the pressure of the air is less there.",
    "Why does it take longer to cook beans in the mountains?",
    "\"We will not negotiate under threat,\" the minister told reporters in Geneva.",
    "The striker scored twice in the second half, and the visitors never recovered.",
    "Der Zug nach Freiburg hat heute etwa zwanzig Minuten Verspätung.",
    "def area(radius): return 3.14159 * radius ** 2",
    "No cases of the disease were reported in the three northern provinces last year.",
    "The company denied that it had sold customer data to advertisers.",
    "Did the company sell data?",
    "Rain is expected along the coast from Friday evening, with gusts of up to 90 kilometres an hour.",
    "The committee will publish its findings next spring. Its chair, Ilse Marand, promised a full account of who knew "
    "of the leak, when they knew, and why nobody was told. Opposition members called the delay unacceptable. They want "
    "an interim report before the summer recess, and have asked the auditor for the minutes of all meetings since May.",
)  # fmt: skip

_log = logging.getLogger("footnote")


@dataclass(frozen=True, slots=True)
class Parity:
    """How an engine agrees with the original: mean cosine, and Spearman's mean correlation of neighbours' ranks."""

    cosine: float
    rank_agreement: float

    @property
    def holds(self) -> bool:
        return self.cosine >= _LEAST_COSINE and self.rank_agreement >= _LEAST_RANK_AGREEMENT


def load_engine(name: str, folder: Path, fingerprint: str) -> Engine:
    """The fastest way to run a model here that agrees with it. Raises ModelError where it cannot be run at all.

    An export is made at first use, which takes some seconds; where one cannot be made or does not agree with its
    original, sentence-transformers itself is used, and that is logged.
    """
    if _has_gpu():
        return TorchEngine(name, folder, "cuda")
    cache = Path(platformdirs.user_cache_dir("footnote")) / "encoders" / f"{fingerprint}-{_VERSION}"
    if engine := _load(cache):
        return engine
    original: TorchEngine | None = None
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{cache}.lock", thread_local=False):  # a second thread or process waits for the first one's
            if engine := _load(cache):
                return engine
            _log.info("preparing the encoder for this machine, once: some seconds")
            original = TorchEngine(name, folder, "cpu")
            parity = _export(original, folder, cache)
            if not parity.holds:
                _log.warning("int8 does not agree with the encoder (%s), which runs in fp32: slower", parity)
            return _opened(cache)
    except Exception as error:
        if isinstance(error, ModelError) and original is None:
            raise
        _log.warning("the encoder cannot be exported and runs slower: %s", " ".join(str(error).split())[:200])
        return original or TorchEngine(name, folder, "cpu")


def _load(cache: Path) -> OnnxEngine | None:
    """An export that is there and whole."""
    try:
        return _opened(cache)
    except FileNotFoundError:
        return None
    except (OSError, EOFError, ValueError, KeyError, TypeError, ModelError) as error:
        _log.warning("the exported encoder in %s is damaged (%s) and is made anew", cache, error)
        return None


def _opened(cache: Path) -> OnnxEngine:
    facts = json.loads((cache / "encoder.json").read_text(encoding="utf-8"))
    rows = np.load(cache / "piece_vectors.npy", mmap_mode="r")
    return OnnxEngine(cache / facts["file"], Facts(**facts["facts"]), rows)


def _export(original: TorchEngine, folder: Path, cache: Path) -> Parity:
    """Write the int8 model, or fp32 where int8 does not agree, and all that running it takes; all or nothing."""
    if any(type(module).__name__ != "Normalize" for module in original.rest):
        raise ModelError(f"it ends with {type(original.rest[-1]).__name__}")
    part = Path(tempfile.mkdtemp(prefix=f"{cache.name}.", dir=cache.parent))
    try:
        write_fp32(original, part / "fp32.onnx")
        quantise(part / "fp32.onnx", part / "int8.onnx")
        parity = parity_of(OnnxEngine(part / "int8.onnx", original.facts, original.piece_vectors), original, folder)
        if parity.holds:
            (part / "fp32.onnx").unlink()
        elif not parity_of(
            OnnxEngine(part / "fp32.onnx", original.facts, original.piece_vectors), original, folder
        ).holds:
            raise ModelError("its export does not agree with it")
        np.save(part / "piece_vectors.npy", original.piece_vectors)
        facts = {"file": "int8.onnx" if parity.holds else "fp32.onnx", "facts": asdict(original.facts)}
        described = {**facts, "parity": asdict(parity)}
        (part / "encoder.json").write_text(json.dumps(described, indent=1), encoding="utf-8")
        shutil.rmtree(cache, ignore_errors=True)
        part.rename(cache)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return parity


def parity_of(engine: Engine, original: Engine, folder: Path) -> Parity:
    """Of two engines of one model on a built-in sample."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(original.facts.max_tokens)
    sample = [np.array(encoding.ids) for encoding in tokenizer.encode_batch(_SAMPLE)]
    one, other = _rows(engine.run(sample)), _rows(original.run(sample))
    agreement = np.mean(
        [_spearman(row, reference) for row, reference in zip(one @ one.T, other @ other.T, strict=True)]
    )
    return Parity(float((one * other).sum(axis=1).mean()), float(agreement))


def _rows(outputs: Sequence[Output]) -> np.ndarray:
    rows = np.array([output.vector for output in outputs])
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _spearman(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's correlation of ranks (1904)."""
    return float(np.corrcoef(np.argsort(np.argsort(one)), np.argsort(np.argsort(other)))[0, 1])


def write_fp32(original: TorchEngine, path: Path) -> None:
    """The model as an ONNX file that reads one text's token ids."""
    import torch

    class Whole(torch.nn.Module):
        """Token ids of one text -> the outputs of its tokens, and its vector."""

        def __init__(self) -> None:
            super().__init__()
            self.model = original.model

        def forward(self, input_ids: Any) -> Any:
            # Without a mask: one text has no padding, and a mask costs an addition to every attention score.
            tokens = original.transformer.auto_model(input_ids=input_ids).last_hidden_state
            features = {"token_embeddings": tokens, "attention_mask": torch.ones_like(input_ids)}
            for module in (original.pooling, *original.rest):
                features = module(features)
            return tokens, features["sentence_embedding"]

    attention = original.transformer.auto_model
    attention.set_attn_implementation("eager")  # written out step by step, it can be traced
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # of tracing, and that another exporter, which needs more packages, is newer
        torch.onnx.export(
            Whole().eval(),  # it gives the mode back to the model
            (torch.arange(17)[None] + 1,),
            str(path),
            input_names=["input_ids"],
            output_names=["tokens", "vector"],
            dynamic_axes={"input_ids": {1: "length"}, "tokens": {1: "length"}},
            opset_version=_OPSET,
            dynamo=False,
        )
    attention.set_attn_implementation("sdpa")


def quantise(source: Path, target: Path) -> None:
    """The same file with matrix products in int8."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)  # it advises on the root logger
    try:
        quantize_dynamic(
            source, target, op_types_to_quantize=["MatMul"], per_channel=True, reduce_range=True,
            weight_type=QuantType.QInt8,
        )  # fmt: skip
    finally:
        root.setLevel(level)


def _has_gpu() -> bool:
    """Told without torch, whose import takes seconds, where there can be none."""
    if not any(Path(device).exists() for device in ("/dev/nvidia0", "/dev/kfd")) and not shutil.which("nvidia-smi"):
        return False
    import torch

    return bool(torch.cuda.is_available())
