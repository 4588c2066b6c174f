"""Libraries on disk, as tests of storage open, compare and damage them."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from rag import Library, Passage, load_settings

QUESTIONS = ("When did the ferry return?", "How many boats did Storm Osric damage?", "Who is the harbour master?")


def opened(folder: Path, read_only: bool = False) -> Library:
    return Library(folder, settings=load_settings(llm="none"), read_only=read_only)


def facts(passages: Sequence[Passage]) -> list[tuple[str, float]]:
    return [(passage.chunk.id, round(passage.score, 3)) for passage in passages]


def write_sql(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "catalog.db")) as connection:
        connection.execute(statement)
        connection.commit()


def flip(file: Path, place: int) -> None:
    data = bytearray(file.read_bytes())
    data[place] ^= 0x10
    file.write_bytes(data)
