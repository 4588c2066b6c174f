"""Better weights for the embedded model: files of the Hugging Face hub, downloaded once and checked.

Knows names and files; nothing of prompts or of how a model is run.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from rag.errors import ModelError

RECOMMENDED = "qwen2.5-1.5b"
_NAMED = {RECOMMENDED: "Qwen/Qwen2.5-1.5B-Instruct-GGUF/qwen2.5-1.5b-instruct-q4_k_m.gguf"}
_FILE = re.compile(r"(?P<repository>[\w.-]+/[\w.-]+)/(?P<file>[\w./-]+\.gguf)")
_CACHE = Path("models")


@dataclass(frozen=True, slots=True)
class HubFile:
    """A GGUF file in a repository of the hub."""

    repository: str
    file: str


def pull(name: str) -> Path:
    """The path of the model's file, downloaded with a progress bar unless it is there. Raises ModelError.

    The hub states the file's sha256 before it sends the file; what arrives is compared with it.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url

    wanted = _hub_file(name)
    folder = Path(platformdirs.user_data_dir("footnote")) / _CACHE / wanted.repository.replace("/", "--")
    if (folder / wanted.file).is_file():  # downloads are renamed to their name when they are whole
        return folder / wanted.file
    try:
        stated = get_hf_file_metadata(hf_hub_url(wanted.repository, wanted.file)).etag
        path = Path(hf_hub_download(wanted.repository, wanted.file, local_dir=folder))
    except Exception as error:  # noqa: BLE001  the hub's client lets errors of its HTTP library through
        reason = " ".join(str(error).split())[:200]
        raise ModelError(f"{wanted.repository}/{wanted.file} cannot be downloaded: {reason}") from None
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if stated and re.fullmatch(r"[0-9a-f]{64}", stated) and stated != found:
        path.unlink()
        raise ModelError(
            f"{wanted.file} arrived with sha256 {found[:12]}, not {stated[:12]}; it was removed, pull it again"
        )
    return path


def _hub_file(name: str) -> HubFile:
    found = _FILE.fullmatch(_NAMED.get(name.lower(), name))
    if not found:
        raise ModelError(
            f"{name!r} is no model; name {', '.join(_NAMED)} or a file of the hub such as {_NAMED[RECOMMENDED]}"
        )
    return HubFile(found["repository"], found["file"])
