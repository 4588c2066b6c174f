"""A sentence-transformers CrossEncoder by name or path, loaded when asked for. Knows nothing of what it is for."""

from pathlib import Path
from typing import Any

from rag.errors import ModelError


def load_cross_encoder(name: str, role: str, setting: str) -> Any:
    """The model; `role` and `setting` are what messages call it. Raises ModelError that says what to set."""
    from sentence_transformers import CrossEncoder
    from transformers.utils import logging

    logging.disable_progress_bar()
    if (Path(name).is_absolute() or name.startswith(".")) and not Path(name).is_dir():
        raise ModelError(f"no {role} at {name}; set {setting} to a folder or a hub name, or to none")
    try:
        return CrossEncoder(name)
    except Exception as error:  # noqa: BLE001  safetensors, transformers and the hub raise classes of their own
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelError(f"{role} {name!r} cannot be loaded: {reason}. Set {setting} to another, or to none.") from None
