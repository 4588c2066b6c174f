"""How often the speaker of a claim is named rightly. `python -m evals.attributions [--failures]` prints, for each split
of evals/questions/attributions.jsonl, the share of sentences whose speaker is right (none, where a sentence is nobody's
claim), with its 95 % interval, and that of the claims and of the others apart. Rules are fitted to no held-out failure,
and `--failures` shows those of the development split alone.

`--sample CORPUS` prints, in the place of this, a hundred of a corpus's sentences that have a speaker, drawn by chance,
for somebody to read: how many of those found are right in texts of others.
"""

import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.fields import field, json_lines
from evals.statistics import Ratio, figure
from rag.mentions import head_of
from rag.sentences import sentence_spans
from rag.speakers import Speaker, speakers_of
from rag.words import content_words

SET = Path(__file__).parent / "questions" / "attributions.jsonl"
SPLITS = ("development", "heldout")
_SAMPLE = 100
_SEED = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of a passage and who makes its claim; nobody where `speaker` is empty."""

    id: str
    split: str
    text: str
    source: str
    quote: str
    speaker: str

    @property
    def found(self) -> Speaker | None:
        """Of the first sentence of the passage that holds, or is held by, the quote."""
        spans = sentence_spans(self.text)
        start = self.text.index(self.quote)
        index = next(i for i, span in enumerate(spans) if span.end > start)
        return speakers_of([self.text[span.start : span.end] for span in spans], self.source)[index]

    @property
    def right(self) -> bool:
        """Whether the name found has all words of the label and the same head, or neither is there."""
        if not self.speaker or not self.found:
            return not self.speaker and not self.found
        return content_words(self.speaker) <= content_words(self.found.name) and _head(self.speaker) == _head(
            self.found.name
        )


def load_claims(path: Path = SET) -> list[Claim]:
    """One sentence a line."""
    return [
        Claim(
            field(where, row, "id", str),
            field(where, row, "split", str),
            field(where, row["passage"], "text", str),
            field(where, row["passage"], "source", str),
            field(where, row, "quote", str),
            field(where, row, "speaker", str, ""),
        )
        for where, row in json_lines(path)
    ]


def accuracy(claims: Sequence[Claim]) -> float:
    return sum(claim.right for claim in claims) / len(claims)


def sample(corpus: Path, size: int) -> list[tuple[str, str]]:
    """Speakers and their sentences, of a file with one document a line."""
    found = []
    for where, row in json_lines(corpus):
        text = field(where, row, "text", str)
        sentences = [text[span.start : span.end] for span in sentence_spans(text)]
        speakers = speakers_of(sentences, field(where, row, "source", str, ""))
        found += [(one.name, said) for one, said in zip(speakers, sentences, strict=True) if one]
    return random.Random(_SEED).sample(found, min(size, len(found)))


def _head(name: str) -> str:
    return head_of(name).removesuffix("s")


def _report(failures: bool, say: Callable[[str], None]) -> None:
    claims = load_claims()
    for split in SPLITS:
        chosen = [claim for claim in claims if claim.split == split]
        kinds = {
            "all": chosen,
            "claims": [claim for claim in chosen if claim.speaker],
            "nobody's": [claim for claim in chosen if not claim.speaker],
        }
        for kind, of_kind in kinds.items():
            found = figure(Ratio.mean([float(claim.right) for claim in of_kind]), _SEED)
            say(f"{split:<12} {kind:<9} right {found.mean:.3f} [{found.low:.3f}, {found.high:.3f}] of {found.n}")
        for claim in chosen if failures and split == "development" else ():
            if not claim.right:
                say(f"  {claim.id} {claim.quote}\n    {claim.speaker or 'nobody'}, found {claim.found}")


def _main(arguments: Sequence[str], say: Callable[[str], None]) -> None:
    if arguments[:1] != ["--sample"]:
        _report("--failures" in arguments, say)
        return
    for corpus in arguments[1:]:
        for name, sentence in sample(Path(corpus), _SAMPLE):
            say(f"[{name}] {' '.join(sentence.split())}")


if __name__ == "__main__":
    _main(sys.argv[1:], print)
