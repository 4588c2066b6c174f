"""The layout that ARCHITECTURE.md promises: modules import one way, and the wheel carries what it needs."""

import ast
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

ORDER = re.findall(r"^    (rag/\w+)", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), re.MULTILINE)
MODULES = sorted(path for path in (ROOT / "rag").rglob("*.py") if path != ROOT / "rag" / "__init__.py")


def _owner(path: str) -> str:
    """The entry of the list that a file belongs to: the readers are one."""
    return "rag/readers" if path.startswith("rag/readers") else path.removesuffix(".py")


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_every_module_is_in_the_list() -> None:
    assert {_owner(path.relative_to(ROOT).as_posix()) for path in MODULES} == set(ORDER)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_modules_import_only_what_stands_above_them(path: Path) -> None:
    own = _owner(path.relative_to(ROOT).as_posix())
    for name in _imports(path):
        assert name.split(".")[0] not in ("ui", "evals")
        imported = _owner(name.replace(".", "/"))
        if imported in ORDER and imported != own:
            assert ORDER.index(imported) < ORDER.index(own), f"{own} imports {imported}"


def test_evaluation_knows_no_page_and_only_the_command_line_knows_evaluation() -> None:
    for path in (ROOT / "evals").rglob("*.py"):
        assert not any(name.split(".")[0] == "ui" for name in _imports(path)), path
    for path in (ROOT / "ui").rglob("*.py"):
        assert path.name == "commands.py" or not any(name.split(".")[0] == "evals" for name in _imports(path)), path


def test_one_module_a_store() -> None:
    users = {
        library: {
            _owner(p.relative_to(ROOT).as_posix()) for p in MODULES if library in {n.split(".")[0] for n in _imports(p)}
        }
        for library in ("chromadb", "sqlite3")
    }
    assert users["chromadb"] == {"rag/vectors"}
    assert users["sqlite3"] == {"rag/database", "rag/schema", "rag/writing", "rag/catalog", "rag/conversations"}


def test_an_installed_wheel_has_its_prompts_and_its_command(tmp_path: Path) -> None:
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
        str(ROOT),
    ]
    subprocess.run(build, check=True, cwd=tmp_path)
    wheel = next(tmp_path.glob("footnote_qa-*.whl"))
    assert "rag/prompts/answer.md" in zipfile.ZipFile(wheel).namelist()

    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    install = [
        "-m",
        "pip",
        "--python",
        str(scripts / "python"),
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        str(wheel),
    ]
    subprocess.run([sys.executable, *install], check=True)
    dependencies = next(path for path in sys.path if path.endswith("site-packages"))
    outside = {**os.environ, "PYTHONPATH": dependencies}
    finds = "import rag, rag.prompting as p; print(rag.__file__); print(p._template('answer')[0])"
    found = subprocess.run(
        [str(scripts / "python"), "-c", finds],
        env=outside,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert str(environment) in found
    assert "Use only what the sources say" in found
    helped = subprocess.run(
        [str(scripts / "footnote"), "--help"], env=outside, cwd=tmp_path, capture_output=True, text=True
    )
    assert "footnote" in helped.stdout
