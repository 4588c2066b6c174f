"""A GGUF file's header -> how many parameters the model has.

Knows the format's layout (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md); nothing of running a model.
"""

import math
import struct
from pathlib import Path
from typing import Any, BinaryIO

_STRING, _ARRAY = 8, 9
_BYTES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
"""Of each type of value that has a fixed length."""


def parameters(path: Path) -> int | None:
    """The elements of all tensors, whose shapes the header lists; None where the file has no such header.

    Counted, because the header's own label of the size is free text and may be missing.
    """
    try:
        with path.open("rb") as file:
            magic, _version, tensors, entries = _take(file, "<4sIQQ")
            if magic != b"GGUF":
                return None
            for _ in range(entries):
                _skip(file, _STRING)
                _skip(file, *_take(file, "<I"))
            return sum(_elements(file) for _ in range(tensors))
    except (OSError, KeyError, OverflowError, MemoryError, struct.error):
        return None


def _elements(file: BinaryIO) -> int:
    """Of the next tensor: its name, its shape, and where it lies."""
    _skip(file, _STRING)
    (dimensions,) = _take(file, "<I")
    shape = _take(file, f"<{dimensions}Q")
    _take(file, "<IQ")
    return math.prod(shape)


def _skip(file: BinaryIO, kind: int) -> None:
    if kind == _STRING:
        file.read(*_take(file, "<Q"))
    elif kind == _ARRAY:
        item, length = _take(file, "<IQ")
        if item in _BYTES:
            file.read(_BYTES[item] * length)
        else:
            for _ in range(length):
                _skip(file, item)
    else:
        file.read(_BYTES[kind])


def _take(file: BinaryIO, layout: str) -> tuple[Any, ...]:
    return struct.unpack(layout, file.read(struct.calcsize(layout)))
