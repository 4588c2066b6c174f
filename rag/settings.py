"""One frozen Settings: defaults < footnote.toml < FOOTNOTE_* environment < arguments.

Knows names, ranges and where values come from; nothing of what they are for.
"""

import difflib
import hashlib
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as SourceError

from rag.errors import SettingsError

ENVIRONMENT_PREFIX = "FOOTNOTE_"
SETTINGS_FILE = "footnote.toml"
SECRETS = frozenset({"llm_key", "judge_key", "auth"})
_OF_THE_SERVER = frozenset({"library", "host", "port", "hosts", "open_to_everyone", "llm_choices"})
PACKAGED_ENCODER = "all-MiniLM-L6-v2"


class Settings(BaseSettings):
    """Everything that can be chosen. Built by `load_settings`, passed in, never looked up."""

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX,
        frozen=True,
        extra="forbid",
        toml_file=SETTINGS_FILE,
        env_ignore_empty=True,
    )

    library: Path = Field(Path("library"), description="folder of the library")
    encoder: str = Field(
        PACKAGED_ENCODER,
        min_length=1,
        description="sentence-transformers model: the packaged one, a name or a path",
    )
    reranker: str = Field(
        "none",
        min_length=1,
        description="sentence-transformers CrossEncoder that reorders the best passages: `none`, a name or a path",
    )
    entailment: str = Field(
        "none",
        min_length=1,
        description="CrossEncoder for natural-language inference that checks each statement: `none`, a name or a path",
    )
    chunk_tokens: int = Field(256, ge=32, le=8192, description="most word pieces in a chunk, its header included")
    passages: int = Field(5, ge=1, le=100, description="passages that an answer may draw on")
    llm: str = Field(
        "embedded", min_length=1, description="`embedded` (see `llm_size`), `none` (quotes only), or a GGUF file's path"
    )
    llm_url: str = Field(
        "", description="OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1; wins over `llm`"
    )
    llm_model: str = Field("", description="model name to ask for at `llm_url`")
    llm_choices: tuple[str, ...] = Field(
        (), description="models that a question may name instead: names at `llm_url`, or paths of GGUF files"
    )
    llm_key: SecretStr = Field(SecretStr(""), description="key for `llm_url`, where it wants one")
    llm_size: Literal["auto", "small", "large"] = Field(
        "auto",
        description="how the model is prompted: `small`, `large`, or `auto`: as small below 3 billion parameters, by "
        "its weights or its name, and not at all below 300 million, where answers are quotes",
    )
    llm_context: int = Field(4096, ge=512, le=1_000_000, description="tokens of prompt and answer together")
    llm_max_tokens: int = Field(256, ge=16, le=8192, description="most tokens of an answer")
    llm_timeout: float = Field(60, gt=0, le=3600, description="seconds that the model may be silent")
    llm_threads: int = Field(
        0, ge=0, le=256, description="threads of the embedded model; 0: one fewer than there are cores"
    )
    display: Literal["strict", "annotated"] = Field(
        "strict", description="what is done with unsupported statements: `strict` drops them, `annotated` strikes them"
    )
    judge_key: SecretStr = Field(SecretStr(""), description="key for the judge of `footnote eval --judge`")
    max_file_mb: float = Field(50, gt=0, le=4096, description="largest file that is read, in MB")
    exclude: tuple[str, ...] = Field(
        ("README*",), description="file names that adding a folder passes over (hidden ones always)"
    )
    host: str = Field("127.0.0.1", min_length=1, description="address that `footnote serve` listens on")
    port: int = Field(7860, ge=0, le=65535, description="its port; 0: any free one")
    hosts: tuple[str, ...] = Field((), description="further names by which the page may be called, such as a proxy's")
    auth: SecretStr = Field(SecretStr(""), description="`user:password` that the page asks for")
    open_to_everyone: bool = Field(False, description="serve other machines without a password")

    @property
    def fingerprint(self) -> str:
        """Of every setting that can change an answer: not of places, ports and secrets."""
        shown = self.model_dump_json(exclude={*_OF_THE_SERVER, "llm_timeout", "llm_threads", *SECRETS})
        return hashlib.sha256(shown.encode()).hexdigest()[:12]

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  the base class names them
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**arguments: Any) -> Settings:
    """Settings from all four places; arguments that are None count as not given.

    Raises SettingsError for an unknown name, an unreadable footnote.toml or a value out of range.
    """
    _reject_unknown_environment()
    try:
        return Settings(**{name: value for name, value in arguments.items() if value is not None})
    except ValidationError as error:
        raise SettingsError(_describe(error)) from None
    except SourceError as error:  # a list in the environment that is not JSON; the class is a ValueError
        raise SettingsError(f'the environment: {error}. Lists are written as JSON, such as ["README*"].') from None
    except (ValueError, OSError) as error:  # a TOML syntax error, or a file that cannot be read
        raise SettingsError(f"{SETTINGS_FILE} cannot be read: {error}. Correct it or move it away.") from None


def _reject_unknown_environment() -> None:
    known = {ENVIRONMENT_PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(os.environ):
        if name.upper().startswith(ENVIRONMENT_PREFIX) and name.upper() not in known:
            raise SettingsError(f"the environment names an unknown setting, {name}. {_closest(name.upper(), known)}")


def _describe(error: ValidationError) -> str:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return (
            f"unknown setting {name!r} in {SETTINGS_FILE} or in the call. {_closest(name, set(Settings.model_fields))}"
        )
    value = "***" if name in SECRETS else repr(first["input"])
    return f"setting {name} = {value} is not usable: {first['msg'].lower()}. The README's table has the ranges."


def _closest(name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]}?" if near else "The README's table names them all."
