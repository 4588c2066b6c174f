"""prompts/*.md and what fills them -> a Prompt within a token budget. The only reader of the prompts folder.

Knows passages and tokens; nothing of models or of how an answer is checked.
"""

import functools
import os
import secrets
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from string import Template
from typing import Any

import platformdirs

from rag.errors import ModelError
from rag.inert import inert
from rag.records import Document, Evidence, Passage, Query, best_evidence, ranked_evidence
from rag.sentences import static_data

REFUSAL = "The documents do not answer this question."
"""What is shown, and what a model is told to write, when the documents hold no answer."""

_SPARE = 0.85
"""Share of the context that counted tokens may fill: the model's own tokenizer may count more than cl100k does."""

_FEW_SENTENCES = 2
_FEW_TOKENS = 450
"""Most sentences of a small model's prompt, and tokens beyond which it gets only one: it loses its way among more."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a chat model is sent. `grammar` is the form of its answer in GBNF, for a server that can hold it to one."""

    system: str
    user: str
    tokens: int
    grammar: str = ""


def answer_prompt(query: Query, passages: Sequence[Passage], budget: int, small: bool = False) -> Prompt:
    """The question with each passage's evidence sentences, as many of them as `budget` tokens of context hold.

    The best evidence comes first whatever its passage, so that a small budget loses the least. A small model gets one
    or two sentences, a line each. Raises ModelError where not even one sentence fits.
    """
    template, listing = ("answer-small", _lines) if small else ("answer", _listing)
    evidence = best_evidence(passages)[:_FEW_SENTENCES] if small else ranked_evidence(passages)
    room = budget * _SPARE
    fence = secrets.token_hex(4)
    prompt: Prompt | None = None
    for count in range(1, len(evidence) + 1):
        larger = _filled(template, query, listing(evidence[:count]), fence)
        if larger.tokens > room:
            break
        prompt = replace(larger, grammar=_numbered(evidence[:count])) if small else larger
        room = min(room, _FEW_TOKENS) if small else room
    if prompt is None:
        raise ModelError(
            f"the question does not fit the model's context; raise FOOTNOTE_LLM_CONTEXT (now {budget} for the prompt)"
        )
    return prompt


def condense_prompt(question: str, history: Sequence[Mapping[str, str]], budget: int) -> Prompt:
    """The question with the turns before it, as many of the last ones as `budget` tokens of context hold.

    Each turn is {"question": ..., "answer": ...}, oldest first. Raises ModelError where not even the last one fits.
    """
    system, user = _template("condense")
    fence = secrets.token_hex(4)
    prompt: Prompt | None = None
    for first in range(len(history) - 1, -1, -1):
        turns = "\n".join(_turn(turn) for turn in history[first:])
        values = {"history": turns, "question": inert(" ".join(question.split())), "fence": fence}
        longer = _substituted(system, user, values)
        if longer.tokens > budget * _SPARE:
            break
        prompt = longer
    if prompt is None:
        raise ModelError(
            f"the last turn does not fit the model's context; raise FOOTNOTE_LLM_CONTEXT (now {budget} for the prompt)"
        )
    return prompt


def describe(document: Document, section: str = "") -> str:
    """A document as prompts and quoted answers introduce it: title, section, origin and date."""
    title = f"{document.title} › {section}" if section and section != document.title else document.title
    facts = [document.origin] if document.origin else []
    if document.day:
        facts.append(f"{document.day.day} {document.day:%B %Y}")
    return f"{title} ({', '.join(facts)})" if facts else title


def count_tokens(text: str) -> int:
    """Tokens of cl100k, which works without a network because LlamaIndex carries its table."""
    return len(_tiktoken().encode(text, disallowed_special=()))


def _filled(template: str, query: Query, listing: str, fence: str) -> Prompt:
    spoken_of = f" (asked after: {query.earlier.asked[0]})" if query.earlier else ""
    values = {
        "passages": listing,
        "question": inert(f"{query.text}{spoken_of}"),
        "refusal": REFUSAL,
        "fence": fence,
        "asked_on": query.asked_on.isoformat(),
    }
    return _substituted(*_template(template), values)


def _substituted(system: str, user: str, values: Mapping[str, str]) -> Prompt:
    """Each $placeholder once: what a value holds is not looked at again."""
    system, user = Template(system).substitute(values), Template(user).substitute(values)
    return Prompt(system, user, count_tokens(system) + count_tokens(user))


def _turn(turn: Mapping[str, str]) -> str:
    """A turn on two lines, so that no answer can look like another question."""
    question, answer = (inert(" ".join((turn.get(part) or "").split())) for part in ("question", "answer"))
    return f"Question: {question}\nAnswer: {answer or '-'}"


def _listing(chosen: Sequence[Evidence]) -> str:
    """Each passage once on a line of its number, its sentences in the order of the text."""
    blocks = []
    for passage in sorted({e.passage.number: e.passage for e in chosen}.values(), key=lambda p: p.number):
        quotes = sorted((e.quote for e in chosen if e.passage is passage), key=lambda quote: quote.start)
        blocks.append(_line(passage, " ".join([f"{describe(passage.document)}:", *(quote.text for quote in quotes)])))
    return "\n".join(blocks)


def _lines(chosen: Sequence[Evidence]) -> str:
    """A sentence a line, best first, under the number of its passage."""
    return "\n".join(_line(evidence.passage, evidence.quote.text) for evidence in chosen)


def _line(passage: Passage, words: str) -> str:
    """A passage's number, the only thing in square brackets, and words of others on one line."""
    return f"[{passage.number}] {inert(' '.join(words.split()))}"


def _numbered(chosen: Sequence[Evidence]) -> str:
    """One line that begins with the number of a passage that was sent."""
    numbers = " | ".join(f'"{number}"' for number in sorted({evidence.passage.number for evidence in chosen}))
    return f'root ::= "[" ({numbers}) "] " [^\\n\\[\\]]+'


@functools.cache
def _template(name: str) -> tuple[str, str]:
    """The system and user halves of a prompt file, parted by a line of three dashes."""
    beside, above = Path(__file__).parent / "prompts", Path(__file__).parent.parent / "prompts"
    path = next((folder / f"{name}.md" for folder in (beside, above) if (folder / f"{name}.md").is_file()), None)
    if path is None:
        raise ModelError(f"prompts/{name}.md is missing; install Footnote again")
    system, user = path.read_text(encoding="utf-8").split("\n---\n", 1)
    return system.strip(), user.strip()


@functools.cache
def _tiktoken() -> Any:
    # tiktoken deletes a cached file that it thinks is wrong, so it gets a copy of the table that LlamaIndex carries.
    try:
        folder = _with_tables(Path(platformdirs.user_cache_dir("footnote")) / "tiktoken")
    except OSError:  # a home that may not be written
        folder = _with_tables(Path(tempfile.mkdtemp(prefix="footnote-")))
    os.environ.setdefault("TIKTOKEN_CACHE_DIR", str(folder))
    import tiktoken

    return tiktoken.get_encoding("cl100k_base")


def _with_tables(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for table in static_data("tiktoken_cache").iterdir():
        if not (folder / table.name).exists():
            part = folder / f"{table.name}.{os.getpid()}"
            shutil.copyfile(table, part)
            part.replace(folder / table.name)
    return folder
