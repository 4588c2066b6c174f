"""The models that a library may answer with: the configured one, those that a question may name instead, and none.

Knows names and settings; nothing of prompts. A model is loaded or connected when it is first written with.
"""

import threading
from pathlib import Path

from rag.errors import SettingsError
from rag.llm import QUOTES_ONLY, LanguageModel, ModelChoice, choose_model
from rag.settings import Settings

_GGUF = ".gguf"


class Models:
    """One of each name, until they are closed."""

    def __init__(self, settings: Settings, given: LanguageModel | None = None) -> None:
        """A model that is `given` takes the place of the configured one."""
        self._settings = settings
        self._given = given
        self._chosen: dict[str, ModelChoice] = {}
        self._lock = threading.Lock()

    @property
    def names(self) -> tuple[str, ...]:
        """The configured model first; `none`, quotes only, is always among them. A file goes by its bare name."""
        return tuple(self._named())

    def settings(self, name: str = "") -> Settings:
        """The settings that choose a model, by default the configured one. Raises SettingsError."""
        named = self._named()
        if name and name not in named:
            raise SettingsError(f"no model {name!r} is set up here; FOOTNOTE_LLM_CHOICES may add to {', '.join(named)}")
        return named[name] if name else self._settings

    def get(self, name: str = "") -> ModelChoice:
        """Raises SettingsError for a name that is none of ours, and as `choose_model` does."""
        settings, key = self.settings(name), name or self.names[0]
        with self._lock:
            if key not in self._chosen:
                ours = self._given and key == self.names[0]
                self._chosen[key] = ModelChoice(self._given) if ours else choose_model(settings)
            return self._chosen[key]

    def close(self) -> None:
        """End embedded models. A model starts again at its next use."""
        with self._lock:
            for choice in self._chosen.values():
                if choice.model:
                    choice.model.close()
            self._chosen.clear()

    def _named(self) -> dict[str, Settings]:
        settings = self._settings
        named = {_name(settings.llm_model if settings.llm_url else settings.llm): settings}
        for one in (*settings.llm_choices, QUOTES_ONLY):
            alone = one == QUOTES_ONLY or one.endswith(_GGUF)
            changed = {"llm": one, "llm_url": ""} if alone else {"llm_model": one}
            named.setdefault(_name(one), settings.model_copy(update=changed))
        return named


def _name(model: str) -> str:
    return Path(model).stem if model.endswith(_GGUF) else model
