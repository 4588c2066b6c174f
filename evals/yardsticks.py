"""What Footnote's speed is measured against: the LlamaIndex quickstart on the same model and texts.

Knows documents and models; nothing of libraries, clocks or reports.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.records import Document

_CHUNK_SIZE, _CHUNK_OVERLAP = 256, 32
_EMBED_BATCH = 10  # the default of llama-index-embeddings-huggingface
_TOP_K = 5


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
