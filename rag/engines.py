"""Token ids -> a model's outputs: through onnxruntime on a CPU, or through sentence-transformers on what there is.

Knows tensors; nothing of texts, sentences or where a model comes from.
"""

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from rag.errors import ModelError

_MOST_WORKERS = 16
_BATCH = 32


@dataclass(frozen=True, slots=True)
class Facts:
    """What a model says of itself: tokens that it reads, width of its vectors, and what it wants before a text."""

    max_tokens: int
    dimension: int
    query_prompt: str = ""
    document_prompt: str = ""


@dataclass(frozen=True, slots=True)
class Output:
    """What a model makes of one text: `tokens` (t, h), one for each token id, and `vector` (d,)."""

    tokens: np.ndarray
    vector: np.ndarray


class Engine(Protocol):
    """A loaded model. Safe from any thread."""

    @property
    def facts(self) -> Facts: ...
    @property
    def piece_vectors(self) -> np.ndarray:
        """(vocabulary, k) float32 unit rows: the model's own input embeddings."""

    def run(self, texts: Sequence[np.ndarray], waited_for: bool = False) -> list[Output]:
        """Each text is its token ids (t,), special ones included, no more than the model reads.

        Those that somebody waits for do not queue behind those of an `add`, where they need not.
        """

    def finish(self, pooled: np.ndarray) -> np.ndarray:
        """Means of token outputs (m, h) -> what the model makes of such means, (m, d)."""


class OnnxEngine:
    """An exported model in onnxruntime: a text at a time, and a thread for every core.

    One text alone needs no padding, its matrices stay in the processor's cache, and in int8, where one scale holds for
    a whole tensor, its vector does not depend on what is encoded beside it. Batches were measured to be no faster.
    """

    def __init__(self, path: Path, facts: Facts, piece_vectors: np.ndarray) -> None:
        """Raises ModelError where onnxruntime cannot load the file."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # the caller's own: several may run at once
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # noqa: BLE001  onnxruntime's classes have no common base but this
            raise ModelError(f"{path} cannot be loaded: {str(error).splitlines()[0]}") from None
        self.facts = facts
        self.piece_vectors = piece_vectors
        self._workers = ThreadPoolExecutor(_cores(), thread_name_prefix="encoder")
        self._for_searches = ThreadPoolExecutor(_cores(), thread_name_prefix="encoder-searches")

    def run(self, texts: Sequence[np.ndarray], waited_for: bool = False) -> list[Output]:
        if len(texts) == 1:
            return [self._run(texts[0])]
        workers = self._for_searches if waited_for else self._workers
        # The longest first: else one core would end with them alone.
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        done = dict(zip(order, workers.map(self._run, [texts[i] for i in order]), strict=True))
        return [done[i] for i in range(len(texts))]

    def finish(self, pooled: np.ndarray) -> np.ndarray:
        return pooled

    def _run(self, ids: np.ndarray) -> Output:
        tokens, vector = self._session.run(["tokens", "vector"], {"input_ids": ids[None].astype(np.int64)})
        return Output(tokens[0], vector[0])


class TorchEngine:
    """A sentence-transformers model on a device of torch's. Raises ModelError where it cannot be loaded."""

    def __init__(self, name: str, folder: Path, device: str) -> None:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        try:
            self.model = SentenceTransformer(str(folder), device=device).eval()
            self.transformer, self.pooling, *self.rest = list(self.model)
            embeddings = self.transformer.auto_model.get_input_embeddings().weight
        except Exception as error:  # noqa: BLE001  safetensors, transformers and torch raise classes of their own
            raise ModelError(f"encoder {name!r} cannot be loaded: {str(error).splitlines()[0]}") from None
        self._lock = threading.Lock()
        rows = embeddings.detach().float().cpu().numpy()
        self.piece_vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        prompts: dict[str, str] = self.model.prompts
        default = prompts.get(self.model.default_prompt_name or "", "")
        of_documents = (prompts[kind] for kind in ("document", "passage", "corpus") if kind in prompts)
        self.facts = Facts(
            max_tokens=int(self.model.max_seq_length or 512),
            dimension=int(self.model.get_embedding_dimension() or 0),
            query_prompt=prompts.get("query", default),
            document_prompt=next(of_documents, default),
        )

    def run(self, texts: Sequence[np.ndarray], waited_for: bool = False) -> list[Output]:  # noqa: ARG002  one device
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        done: dict[int, Output] = {}
        with self._lock:
            for start in range(0, len(order), _BATCH):
                batch = order[start : start + _BATCH]
                done |= dict(zip(batch, self._run([texts[i] for i in batch]), strict=True))
        return [done[i] for i in range(len(texts))]

    def finish(self, pooled: np.ndarray) -> np.ndarray:
        import torch

        features: dict[str, Any] = {"sentence_embedding": torch.from_numpy(pooled).to(self.model.device)}
        with torch.inference_mode():
            for module in self.rest:
                features = module(features)
        return features["sentence_embedding"].float().cpu().numpy()

    def _run(self, texts: Sequence[np.ndarray]) -> list[Output]:
        import torch

        ids = torch.zeros((len(texts), max(map(len, texts))), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, text in enumerate(texts):
            ids[row, : len(text)] = torch.from_numpy(text)
            mask[row, : len(text)] = 1
        with torch.inference_mode():
            features = {"input_ids": ids.to(self.model.device), "attention_mask": mask.to(self.model.device)}
            found = self.model(features)
        tokens = found["token_embeddings"].float().cpu().numpy()
        vectors = found["sentence_embedding"].float().cpu().numpy()
        return [Output(tokens[row, : len(text)], vectors[row]) for row, text in enumerate(texts)]


def _cores() -> int:
    """Those that this process may use."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, _MOST_WORKERS)
