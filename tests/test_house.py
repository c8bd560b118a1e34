"""The house stands as the design draws it."""

import ast
import re
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PACKAGES = ("agents", "api", "core", "evals", "tools", "ui")


def sources() -> list[Path]:
    return sorted(p for package in PACKAGES for p in (PROJECT / package).rglob("*.py"))


def imported_names(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_nothing_imports_the_command_line():
    for path in sources():
        assert "tenfour" not in {n.split(".")[0] for n in imported_names(path)}, path


def test_every_file_says_what_it_holds():
    for path in sources():
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_no_file_names_a_path_of_one_machine_or_a_registry():
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True, text=True
    ).stdout.split("\0")
    forbidden = re.compile(r"/(?:home|root|Users)/\w|https?://(?:[\w.-]*\.)?pypi\.org|index-url")
    for name in filter(None, tracked):
        path = PROJECT / name
        if path.suffix in {".png", ".npz"} or path == Path(__file__) or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not forbidden.search(text), name
        assert f"{PROJECT}/" not in text, name
