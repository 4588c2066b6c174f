"""What a person may set for a chat: passages, display, model, dates and documents. Builds the panel and reads it.

What an administrator sets is not here. Knows the library's models and documents by name only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import gradio as gr

from rag.library import Library
from rag.llm import QUOTES_ONLY
from rag.records import Document

_MOST_PASSAGES = 20
_MOST_DOCUMENTS = 500  # that can be chosen among, the newest; a browser is slow with a list of thousands
_DISPLAYS = [("Only what the sources carry", "strict"), ("Everything, with doubts marked", "annotated")]


@dataclass(frozen=True, slots=True)
class Choices:
    """What is set for a chat; what is empty is as the library's settings have it."""

    passages: int = 0
    display: str = ""
    model: str = ""
    after: str = ""
    before: str = ""
    documents: tuple[str, ...] = ()

    @property
    def options(self) -> dict[str, Any]:
        """As options of `Library.stream`."""
        return {
            "limit": int(self.passages) or None,
            "model": self.model,
            "after": self.after.strip() or None,
            "before": self.before.strip() or None,
            "documents": self.documents,
            "display": self.display or None,
        }

    @property
    def stored(self) -> dict[str, Any]:
        return {**asdict(self), "documents": list(self.documents)}


@dataclass(frozen=True, slots=True)
class SettingsPanel:
    """The panel's components, in the order of the fields of `Choices`."""

    components: tuple[gr.components.Component, ...]

    @property
    def days(self) -> tuple[gr.components.Component, ...]:
        """The first and the last day."""
        return self.components[3:5]


def settings_panel(library: Library) -> SettingsPanel:
    """Build it, where it is called."""
    models = [(_model_name(name, library), name) for name in library.models]
    with gr.Accordion("Settings of this chat", open=False, elem_id="settings"):
        passages = gr.Slider(
            1, max(_MOST_PASSAGES, library.settings.passages), library.settings.passages, step=1, label="Passages used",
            elem_id="setting-passages", buttons=[],
        )  # fmt: skip
        display = gr.Radio(_DISPLAYS, value=library.settings.display, label="Show")
        model = gr.Dropdown(
            models, value=models[0][1], label="Answers by", visible=len(models) > 1, elem_id="setting-model"
        )
        with gr.Row():
            after = gr.Textbox(
                label="Dated from", placeholder="YYYY-MM-DD", max_length=10, min_width=110, elem_id="setting-after"
            )
            before = gr.Textbox(
                label="Dated to", placeholder="YYYY-MM-DD", max_length=10, min_width=110, elem_id="setting-before"
            )
        documents = gr.Dropdown(
            [], value=[], multiselect=True, label="Only these documents (none: all)",
            elem_id="setting-documents",
        )  # fmt: skip
    return SettingsPanel((passages, display, model, after, before, documents))


def read_choices(*values: Any) -> Choices:
    """The panel's values, in its order."""
    passages, display, model, after, before, documents = values
    return Choices(int(passages or 0), display or "", model or "", after or "", before or "", tuple(documents or ()))


def shown_choices(library: Library, stored: Mapping[str, Any] | None) -> list[Any]:
    """Updates of the panel's components: to what is stored of a chat, or to what a new one begins with.

    Models and documents that are there no more are chosen no more.
    """
    choices = Choices(**{name: value for name, value in (stored or {}).items() if name in Choices.__slots__})
    documents = library.documents()
    chosen = [one.id for one in documents if one.id in choices.documents]
    model = choices.model if choices.model in library.models else library.models[0]
    return [
        choices.passages or library.settings.passages,
        choices.display or library.settings.display,
        model,
        choices.after,
        choices.before,
        gr.update(choices=_offered(documents, choices.documents), value=chosen),
    ]


def choices_as_they_are(library: Library) -> list[Any]:
    """Updates for a page that has just been opened: it learns which documents there are, and keeps what is set."""
    kept = [gr.skip() for _ in fields(Choices)]
    return [*kept[:-1], gr.update(choices=_offered(library.documents()))]


def _offered(documents: Sequence[Document], chosen: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Titles and ids of the documents that can be chosen."""
    offered = [one for place, one in enumerate(documents) if place < _MOST_DOCUMENTS or one.id in chosen]
    return [(f"{one.title or one.id}{f' · {one.day}' if one.day else ''}", one.id) for one in offered]


def _model_name(name: str, library: Library) -> str:
    if name == QUOTES_ONLY:
        return "No model: quotes only"
    return "The embedded model" if name == "embedded" and not library.settings.llm_url else name
