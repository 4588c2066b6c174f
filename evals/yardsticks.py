"""What speed is measured with and against: generated documents and questions, and the LlamaIndex quickstart.

Knows texts and models; nothing of libraries, clocks or reports.
"""

import itertools
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator

from rag.records import Document
from rag.words import words_of

_OUTLETS = (
    "Saltmere Gazette", "Harbour Courier", "The Northern Ledger", "Valley Post", "Morning Tribune", "Island Herald",
    "Evening Record", "The Weekly Chart", "Coast Dispatch", "Market Journal", "City Observer", "The Long View",
)  # fmt: skip
_FIRST_DAY, _DAYS = date(2031, 1, 1), 730
_DOCUMENT_WORDS = (560, 760)  # three to four chunks of 256 pieces
_COMMAS, _NAMES = 0.06, 0.04  # a word's chance to have a comma after it, and to be a name
_WINDOW_DAYS = (30, 180)

_CHUNK_SIZE, _CHUNK_OVERLAP = 256, 32
_EMBED_BATCH = 10  # the default of llama-index-embeddings-huggingface
_TOP_K = 5


class Vocabulary:
    """A tokenizer's whole words, drawn as often as Zipf's law has it: those with low ids are the frequent ones."""

    def __init__(self, model_folder: Path) -> None:
        from tokenizers import Tokenizer

        ids = Tokenizer.from_file(str(model_folder / "tokenizer.json")).get_vocab()
        pieces = sorted(ids, key=ids.__getitem__)
        # Byte-pair and unigram tokenizers mark the pieces that begin a word, WordPiece those that do not.
        begin = [piece[1:] for piece in pieces if piece.startswith(("Ġ", "▁"))] or pieces
        words = [word for word in begin if word.isascii() and word.isalpha() and (len(word) > 1 or word in "ai")]
        self._words = np.array(list(dict.fromkeys(words)))
        frequencies = 1 / (np.arange(len(self._words)) + 2.7)  # Mandelbrot's form of Zipf's law
        self._cumulative = np.cumsum(frequencies) / frequencies.sum()

    def draw(self, count: int, random: Generator) -> list[str]:
        return self._words[np.searchsorted(self._cumulative, random.random(count))].tolist()

    def names(self, count: int, random: Generator) -> list[str]:
        """Capitalised words that no vocabulary holds, two words in one."""
        pairs = random.choice(self._words, (count, 2))
        return [f"{first}{second}".capitalize() for first, second in pairs]


def invented_documents(vocabulary: Vocabulary, seed: int) -> Iterator[Document]:
    """News pieces without end: titles, outlets, dates over two years, paragraphs. The same for the same seed."""
    random = np.random.default_rng(seed)
    for number in itertools.count(1):
        names = vocabulary.names(6, random)
        yield Document(
            id=f"invented-{seed}-{number}",
            text=_text(vocabulary, names, random),
            title=" ".join([names[0], *vocabulary.draw(random.integers(4, 9), random)]),
            date=_FIRST_DAY + timedelta(days=int(random.integers(_DAYS))),
            source=str(random.choice(_OUTLETS)),
            locations=(f"invented/{number}.txt",),
        )


def invented_questions(
    documents: Sequence[Document], count: int, shortest: int, longest: int, random: Generator
) -> list[str]:
    """Each from one document's words: half as frequent as they are in it, half any that it holds, thus rarer ones."""
    asked = []
    for chosen in random.integers(len(documents), size=count):
        running = words_of(documents[chosen].text)
        length = int(random.integers(shortest, longest + 1))
        frequent = random.choice(running, length // 2)
        rare = random.choice(sorted(set(running)), length - length // 2)
        asked.append(" ".join(random.permutation([*frequent, *rare])).capitalize() + "?")
    return asked


def invented_window(random: Generator) -> tuple[date, date]:
    """One to six months of the two years."""
    length = int(random.integers(*_WINDOW_DAYS))
    first = _FIRST_DAY + timedelta(days=int(random.integers(_DAYS - length)))
    return first, first + timedelta(days=length)


def _text(vocabulary: Vocabulary, names: Sequence[str], random: Generator) -> str:
    left = int(random.integers(*_DOCUMENT_WORDS))
    paragraphs = []
    while left > 0:
        lengths = np.clip(random.lognormal(np.log(19), 0.45, random.integers(2, 7)), 4, 60).astype(int).tolist()
        paragraphs.append(" ".join(_sentence(vocabulary.draw(length, random), names, random) for length in lengths))
        left -= sum(lengths)
    return "\n\n".join(paragraphs)


def _sentence(words: list[str], names: Sequence[str], random: Generator) -> str:
    for place in np.flatnonzero(random.random(len(words)) < _NAMES):
        words[place] = str(random.choice(names))
    for place in np.flatnonzero(random.random(len(words) - 1) < _COMMAS):
        words[place] += ","
    return " ".join([words[0][0].upper() + words[0][1:], *words[1:]]) + "."


class Quickstart:
    """LlamaIndex as its first page shows it: SentenceSplitter, a Hugging Face model, Chroma, top-k retrieval.

    Its Hugging Face and Chroma integrations are not installed here; `_embedding` and `_store` do what they do and no
    more. Documents go in without metadata, which would be embedded with every chunk and take time.
    """

    def __init__(self, folder: Path, model_folder: Path) -> None:
        import chromadb
        from chromadb.config import Settings as ChromaSettings
        from llama_index.core import StorageContext, VectorStoreIndex
        from llama_index.core.node_parser import SentenceSplitter

        self._client = chromadb.PersistentClient(str(folder), settings=ChromaSettings(anonymized_telemetry=False))
        store = _store(self._client.create_collection("quickstart", embedding_function=None))
        self._embedding = _embedding(model_folder)
        self._splitter = SentenceSplitter(chunk_size=_CHUNK_SIZE, chunk_overlap=_CHUNK_OVERLAP)
        self._storage = StorageContext.from_defaults(vector_store=store)
        index = VectorStoreIndex.from_vector_store(store, embed_model=self._embedding)
        self._retriever = index.as_retriever(similarity_top_k=_TOP_K)

    def warm_up(self) -> None:
        """Load the model and what else comes late."""
        self._embedding.get_query_embedding("warm up")
        self._splitter.split_text("warm up")

    def add(self, documents: Sequence[Document]) -> None:
        from llama_index.core import Document as LlamaDocument
        from llama_index.core import VectorStoreIndex

        VectorStoreIndex.from_documents(
            [LlamaDocument(text=document.text, id_=document.id) for document in documents],
            storage_context=self._storage,
            transformations=[self._splitter],
            embed_model=self._embedding,
        )

    def retrieve(self, question: str) -> list[str]:
        """Texts of the nearest chunks, best first."""
        return [found.node.get_content() for found in self._retriever.retrieve(question)]

    def close(self) -> None:
        self._client.close()


def _embedding(model_folder: Path) -> Any:
    """As HuggingFaceEmbedding of llama-index-embeddings-huggingface."""
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(model_folder))

    class Embedding(BaseEmbedding):
        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return model.encode(
                texts, batch_size=_EMBED_BATCH, normalize_embeddings=True, show_progress_bar=False
            ).tolist()

        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_text_embeddings([text])[0]

        def _get_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    return Embedding(model_name=str(model_folder), embed_batch_size=_EMBED_BATCH)


def _store(collection: Any) -> Any:
    """As ChromaVectorStore of llama-index-vector-stores-chroma: nodes as metadata, texts as documents."""
    from llama_index.core.schema import BaseNode, MetadataMode
    from llama_index.core.vector_stores.types import BasePydanticVectorStore, VectorStoreQuery, VectorStoreQueryResult
    from llama_index.core.vector_stores.utils import metadata_dict_to_node, node_to_metadata_dict

    class Store(BasePydanticVectorStore):
        stores_text: bool = True
        flat_metadata: bool = True

        @property
        def client(self) -> Any:
            return collection

        def add(self, nodes: Sequence[BaseNode], **_: Any) -> list[str]:
            facts = [node_to_metadata_dict(node, remove_text=True, flat_metadata=True) for node in nodes]
            collection.add(
                ids=[node.node_id for node in nodes],
                embeddings=[node.get_embedding() for node in nodes],
                metadatas=[{key: "" if value is None else value for key, value in fact.items()} for fact in facts],
                documents=[node.get_content(metadata_mode=MetadataMode.NONE) for node in nodes],
            )
            return [node.node_id for node in nodes]

        def delete(self, ref_doc_id: str, **_: Any) -> None:
            collection.delete(where={"document_id": ref_doc_id})

        def query(self, query: VectorStoreQuery, **_: Any) -> VectorStoreQueryResult:
            found = collection.query(query_embeddings=[query.query_embedding], n_results=query.similarity_top_k)
            nodes = [metadata_dict_to_node(fact) for fact in found["metadatas"][0]]
            for node, text in zip(nodes, found["documents"][0], strict=True):
                node.set_content(text)
            near = np.exp(-np.array(found["distances"][0])).tolist()
            return VectorStoreQueryResult(nodes=nodes, similarities=near, ids=found["ids"][0])

    return Store()
