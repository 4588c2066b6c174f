"""Files of rows -> checked values. Knows text, JSON and types; nothing of questions or documents.

Every function raises QuestionError that names the file, the line or item, and the field.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any

from rag.dates import parse_date
from rag.errors import QuestionError

_REQUIRED = object()


def text_of(path: Path) -> str:
    """A UTF-8 file, without the byte order mark that some editors put first."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def json_of(path: Path) -> Any:
    return _parsed(str(path), text_of(path))


def json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each object of a JSON Lines file with its place in words; blank lines are passed over."""
    for number, line in enumerate(text_of(path).split("\n"), start=1):
        if line.strip():
            where = f"{path} line {number}"
            row = _parsed(where, line)
            _check(where, row, dict)
            yield where, row


def field(where: str, row: dict[str, Any], name: str, kind: type | UnionType, default: Any = _REQUIRED) -> Any:
    """A value of one kind; null counts as missing, and so does an empty text where no default is given."""
    value = row.get(name)
    if value is None and default is not _REQUIRED:
        return default
    _check(f"{where}: field {name}", value, kind)
    if value == "" and default is _REQUIRED:
        raise QuestionError(f"{where}: field {name} is empty")
    return value


def items(
    where: str, row: dict[str, Any], name: str, kind: type | UnionType, default: Any = _REQUIRED
) -> list[tuple[str, Any]]:
    """What a list holds, all of one kind, each with its place in words."""
    return listed(f"{where}: field {name}", field(where, row, name, list, default), kind)


def listed(where: str, values: Any, kind: type | UnionType) -> list[tuple[str, Any]]:
    """The same of a list that is no field."""
    _check(where, values, list)
    found = [(f"{where} item {number}", value) for number, value in enumerate(values, start=1)]
    for place, value in found:
        _check(place, value, kind)
    return found


def date_field(where: str, row: dict[str, Any], name: str) -> Any:
    """A date or datetime, or None where there is none."""
    written = field(where, row, name, str, "")
    try:
        return parse_date(written) if written else None
    except ValueError as error:
        raise QuestionError(f"{where}: field {name}: {error}") from None


def _parsed(where: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise QuestionError(f"{where}: not JSON: {error}") from None


def _check(where: str, value: Any, kind: type | UnionType) -> None:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        wanted = "an object" if kind is dict else f"a {getattr(kind, '__name__', kind)}"
        raise QuestionError(f"{where}: {value!r:.80} is not {wanted}")
