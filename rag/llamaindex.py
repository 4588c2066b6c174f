"""A Library as a LlamaIndex retriever and query engine, for whoever already has a LlamaIndex application."""

from typing import Any

from llama_index.core.base.response.schema import Response
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from pydantic import ConfigDict

from rag.export import answer_json
from rag.library import Library
from rag.publishing import how_new
from rag.records import Passage


class FootnoteRetriever(BaseRetriever):
    """Passages as nodes: the text is the chunk's, the metadata says where it stands."""

    def __init__(self, library: Library, limit: int = 5) -> None:
        self._library = library
        self._limit = limit
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [_node(passage) for passage in self._library.search(query_bundle.query_str, limit=self._limit)]


class FootnoteQueryEngine(CustomQueryEngine):
    """Checked answers as LlamaIndex responses; `metadata` is the answer as `footnote ask --json` prints it."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    library: Any

    def custom_query(self, query_str: str) -> Response:
        answer = self.library.ask(query_str)
        return Response(
            response="\n\n".join(filter(None, [answer.text, how_new(answer)])),
            source_nodes=[_node(passage) for passage in answer.passages],
            metadata=answer_json(answer),
        )


def _node(passage: Passage) -> NodeWithScore:
    document, chunk = passage.document, passage.chunk
    metadata = {
        "document_id": document.id,
        "title": document.title,
        "date": document.date.isoformat() if document.date else None,
        "source": document.source,
        "start": chunk.start,
        "end": chunk.end,
    }
    return NodeWithScore(node=TextNode(id_=chunk.id, text=chunk.text, metadata=metadata), score=passage.score)
