"""The templates, which escape everything that they are given."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from rag.inert import visible


def environment() -> Environment:
    """A new one, for the module that fills templates with it to add its filters."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["kept"] = _kept
    return made


def _kept(text: str) -> Markup:
    """Lines that stay lines, of which the empty ones must not look like those of Markdown: see `for_gradio`."""
    return Markup("&#10;").join(escape(line) for line in text.split("\n"))


def _shown(value: object) -> object:
    """What a template writes, without characters that turn the text after them around."""
    return type(value)(visible(value)) if isinstance(value, str) else value
