"""What a person may set for a chat: passages, display, model, dates and documents. Builds the panel and reads it.

What an administrator sets is not here. Knows the library's models and documents by name only.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import gradio as gr

from rag.library import Library
from rag.llm import QUOTES_ONLY
from rag.records import Document

_MOST_PASSAGES = 20
_MOST_DOCUMENTS = 500  # that can be chosen among, the newest; a browser is slow with a list of thousands
_EMPTY: dict[str, Any] = {"after": "", "before": "", "documents": []}
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

    def without(self, names: Collection[str]) -> "Choices":
        """The same where nobody has set these."""
        unset = Choices()
        return replace(self, **{name: getattr(unset, name) for name in names})

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

    @property
    def documents(self) -> gr.components.Component:
        return self.components[5]


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
    # A server that was started again does not know what it has offered an open page.
    documents.preprocess = lambda chosen: chosen
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
    model = choices.model if choices.model in library.models else library.models[0]
    return [
        choices.passages or library.settings.passages,
        choices.display or library.settings.display,
        model,
        choices.after,
        choices.before,
        offered_documents(library, choices.documents),
    ]


def emptied_choices(names: Collection[str]) -> list[Any]:
    """Updates of the panel's components: these are as nobody has set them, and the others stay."""
    return [_EMPTY[one.name] if one.name in names else gr.skip() for one in fields(Choices)]


def offered_documents(library: Library, chosen: Sequence[str] = ()) -> dict[str, Any]:
    """An update of the last component, to the documents that there are now."""
    documents = library.documents()
    there = {one.id for one in documents}
    return gr.update(choices=_offered(documents, chosen), value=[one for one in chosen if one in there])


def _offered(documents: Sequence[Document], chosen: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Titles and ids of the documents that can be chosen."""
    offered = [one for place, one in enumerate(documents) if place < _MOST_DOCUMENTS or one.id in chosen]
    return [(f"{one.title or one.id}{f' · {one.day}' if one.day else ''}", one.id) for one in offered]


def _model_name(name: str, library: Library) -> str:
    if name == QUOTES_ONLY:
        return "No model: quotes only"
    return "The embedded model" if name == "embedded" and not library.settings.llm_url else name
