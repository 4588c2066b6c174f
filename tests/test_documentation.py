"""The README is true: its examples run, its answer is the real one, its table is that of the code."""

import contextlib
import io
import re
import shlex
import shutil
from pathlib import Path

import pytest

from rag.settings import Settings
from tests.conftest import ROOT, SEEDS
from ui.cli import main, parser

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def checkout(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the seeds in it, as the examples expect."""
    shutil.copytree(SEEDS, elsewhere / "seeds")
    monkeypatch.setenv("FOOTNOTE_LLM", "none")


def run(line: str) -> str:
    """Run one `footnote` command line in this process; its output."""
    words = shlex.split(line, comments=True)
    words = [word for word in words if not re.fullmatch(r"FOOTNOTE_\w+=\S+", word)]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
        assert words[0] == "footnote"
        assert main(words[1:]) == 0, line
    return printed.getvalue()


def test_the_shown_answer_is_the_real_one() -> None:
    (session,) = blocks("console")
    for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE):
        assert run(command) == expected, command


def test_the_shell_examples_run() -> None:
    (commands,) = blocks("sh")
    for line in commands.splitlines():
        run(line)


def test_the_python_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = blocks("python")
    exec(compile(example, "README.md", "exec"), {})
    assert "7 added" in capsys.readouterr().out


def test_the_settings_table_is_that_of_the_code() -> None:
    assert README.endswith(settings_table())


def test_every_named_setting_and_command_exists() -> None:
    documents = README + (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    known = {f"FOOTNOTE_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"FOOTNOTE_[A-Z_]+", documents)) <= known
    assert set(re.findall(r"`footnote (\w+)", documents)) <= set(_commands())


def test_make_and_its_targets_are_the_readmes() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"^    make (\w+)|`make (\w+)", README, re.MULTILINE)):
        assert f"\n{''.join(target)}:" in makefile


def _commands() -> list[str]:
    return [name for action in parser()._subparsers._group_actions for name in action.choices]  # type: ignore[union-attr]


def settings_table() -> str:
    """What stands at the end of the README; `python -m tests.test_documentation` prints it."""
    rows = []
    for name, setting in Settings.model_fields.items():
        bounds = {type(bound).__name__.lower(): bound for bound in setting.metadata}
        low = getattr(bounds.get("ge"), "ge", None)
        more_than = getattr(bounds.get("gt"), "gt", None)
        high = getattr(bounds.get("le"), "le", None)
        lowest = f"{low:,}" if low is not None else f"over {more_than:,}" if more_than is not None else ""
        range_ = f"{lowest} to {high:,}" if high is not None else ""
        default = setting.default
        shown = ", ".join(default) if isinstance(default, tuple) else str(default)
        rows.append(
            f"| `{name}` | {f'`{shown}`' if shown and name != 'llm_key' else ''} | {range_} | {setting.description} |"
        )
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    print(settings_table(), end="")  # noqa: T201
