"""The command line: what each command takes, and how errors become sentences and exit statuses."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from nullcline.cli.words import spoken
from nullcline.errors import NotInstalled, NullclineError
from nullcline.host.printing import escaped, say
from nullcline.host.processes import terminable

COMMANDS = (
    *("validate", "convert", "export", "report", "simulate", "sweep", "sensitivity", "continue"),
    *("query", "diff", "conform", "targets", "library", "schema", "site", "init", "demo"),
)
"""Each is a module of this folder with HELP, EXAMPLE, arguments(parser) and run(options)."""


class Parser(argparse.ArgumentParser):
    """A parser of arguments that escapes what it prints: names of files are arguments too."""

    def _print_message(self, message: str, file: Any = None) -> None:
        super()._print_message(escaped(message), file)


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """The parser of every command, or of one: only what it needs is loaded then."""
    top = Parser(
        prog="nullcline",
        description="Declare a dynamical model once; export, sweep and prove every form of it.",
        epilog="`nullcline COMMAND --help` shows an example of each command.",
    )
    top.add_argument("--version", action="version", version=_version())
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS if only is None else (only,):
        module = import_module(f"nullcline.cli.{name}")
        sub = commands.add_parser(
            name,
            help=module.HELP,
            description=module.HELP,
            epilog=f"example: {module.EXAMPLE}",
        )
        module.arguments(sub)
        sub.set_defaults(run=module.run)
    return top


def _version() -> str:
    from nullcline import __version__

    return f"nullcline {__version__}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status: 0, 1 for a problem, 2 for wrong usage."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    options = parser(given[0] if given[:1] and given[0] in COMMANDS else None).parse_args(given)
    shown, warnings.formatwarning = warnings.formatwarning, _remark
    try:
        with terminable():
            status: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of a pipe has gone: no more to do
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        say("interrupted", error=True)
        return 130
    except (NullclineError, OSError, ValueError, ImportError) as error:
        say(*f"nullcline: {_sentence(error)}".split("\n"), error=True)
        return 1
    finally:
        warnings.formatwarning = shown
    return status


def _remark(message: Warning | str, *rest: Any, **more: Any) -> str:
    """A warning as a line for people, without the place in the program that it comes from."""
    return f"nullcline: {escaped(spoken(str(message)))}\n"


def _sentence(error: Exception) -> str:
    if isinstance(error, ImportError):
        error = NotInstalled.of(error)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return spoken(str(error))
