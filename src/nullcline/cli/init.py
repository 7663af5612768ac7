"""`nullcline init`: a repository of models whose every export is tested."""

from __future__ import annotations

import argparse
from importlib.resources import files
from pathlib import Path

from nullcline.datamodel.json_schema import NAME, path
from nullcline.host.files import write_text
from nullcline.host.printing import say
from nullcline.suffixes import refuse_folder

HELP = "Make a repository of models in which every export of every model is tested."
EXAMPLE = "nullcline init my-models"

FILES = {
    "models/pendulum.yaml": "pendulum.yaml",
    "justfile": "justfile",
    "pytest.ini": "pytest.ini",
    "requirements.txt": "requirements.txt",
    "README.md": "README.md",
    ".gitignore": "gitignore",
    ".github/workflows/models.yml": "models.yml",
    ".pre-commit-config.yaml": "pre-commit.yaml",
}
"""Each file of the new repository with its template in our folder `skeleton`; the schema beside."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("folder", metavar="DIR", help="made if it does not exist")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument(
        "--keep", action="store_true", help="DIR holds files already: add those that it lacks"
    )
    ways.add_argument(
        "--force", action="store_true", help="DIR holds files already: overwrite those of our names"
    )


def run(options: argparse.Namespace) -> int:
    """Write the files, say which, and what to do next."""
    folder = Path(options.folder)
    refuse_folder(folder, "a repository of models")
    if not (options.keep or options.force):
        _refuse_full(folder)
    for name, template in FILES.items():
        say(f"{folder / name}{_write(folder, name, template, options.keep)}")
    say(f"{folder / NAME}{_put(folder / NAME, path().read_text('utf-8'), options.keep)}")
    say("", f"next: cd {folder} && just test")
    say("      (in an environment that has requirements.txt installed, or after `just setup`)")
    return 0


def _refuse_full(folder: Path) -> None:
    """An empty folder is one without files, or with a repository's .git alone."""
    held = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    held = [name for name in held if name != ".git"]
    if held:
        shown = ", ".join(held[:3]) + (", ..." if len(held) > 3 else "")
        raise ValueError(
            f"{folder} is not empty ({shown}); --keep adds what it lacks, "
            "--force overwrites files of the same names"
        )


def _write(folder: Path, name: str, template: str, keep: bool) -> str:
    """Write the file of a template; what to say of it beside its name."""
    text = (files("nullcline") / "skeleton" / template).read_text(encoding="utf-8")
    return _put(folder / name, text.replace("{name}", folder.resolve().name), keep)


def _put(path: Path, text: str, keep: bool) -> str:
    """Write one file; what to say of it beside its name."""
    existed = path.exists()
    if existed and keep:
        return " is there already: left as it is"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, text)
    return " overwritten" if existed else ""
