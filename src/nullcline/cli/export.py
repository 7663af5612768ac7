"""`nullcline export`: a model in the form of a target."""

from __future__ import annotations

import argparse

from nullcline.cli.outputs import destination
from nullcline.expression import nearest
from nullcline.host.printing import say, write
from nullcline.study import model_of
from nullcline.targets import OWN, all_targets, broken_targets, refuse_export

HELP = "Write a model in the form of an export target."
FORM = "omex"
"""The COMBINE archive, which is no export target but holds them."""
EXAMPLE = "nullcline export vdp.yaml --to pyrates -o model.yaml"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("model", metavar="MODEL", help="a model file, or a study of it")
    parser.add_argument(
        "--to",
        required=True,
        metavar="TARGET",
        help=f"a name that `nullcline targets` lists, `{OWN}` for our own YAML, or `{FORM}` for a "
        "COMBINE archive of every target that conforms, with the runs of a study as SED-ML",
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write there, not to standard output"
    )
    said = f"with `{FORM}`: what `nullcline conform --json` wrote, instead of proving it anew"
    parser.add_argument("--verdicts", metavar="FILE", help=said)


def run(options: argparse.Namespace) -> int:
    """Write the text; what the target cannot express is an error with its reason."""
    if options.output is not None:
        destination(options.output, *filter(None, (options.model, options.verdicts)))
    if options.to == FORM:
        from nullcline.cli.combine import written

        if options.output is None or not options.output.lower().endswith(".omex"):
            raise ValueError("a COMBINE archive is no text: name its file with -o MODEL.omex")
        return written(options.model, options.output, options.verdicts)
    if options.verdicts is not None:
        raise ValueError(f"--verdicts belongs to --to {FORM}: leave it out")
    _check_form(options.to)
    if options.output is not None:
        refuse_export(options.output, options.to)
    model = model_of(options.model)
    text = model.to_yaml(options.output, format=options.to)
    if options.output is None:
        write(text)
    else:
        say(f"{options.output}: {model.name} for {options.to}")
    return 0


def _check_form(name: str) -> None:
    """Raise ValueError for a name that is none of the forms, with the nearest there is."""
    known = sorted({*all_targets(), OWN, FORM})
    if name not in known and name in (broken := broken_targets()):
        raise ValueError(f"the target `{name}`: {broken[name]}")
    if name not in known:
        there = f"(there are: {', '.join(known)})"
        raise ValueError(f"there is no target `{name}`{nearest(name, known)} {there}")
