"""Texts -> a vector for each of their words in its place: what the encoder makes of the word there.

Knows words and an encoder; nothing of what they are compared with.
"""

from collections.abc import Sequence

from rag.encoder import ChunkText, EncodedChunk, Encoder
from rag.words import word_spans


def encode_words(encoder: Encoder, texts: Sequence[str]) -> list[EncodedChunk]:
    """Each text with the vectors (words, d) of its `located_words` in the place of sentences."""
    return encoder.encode_at_once([ChunkText(text, word_spans(text)) for text in texts])
