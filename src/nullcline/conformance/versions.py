"""Which versions a verdict was reached with."""

from __future__ import annotations

import platform
import shutil
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version

from nullcline.targets import Target


def versions(target: Target) -> dict[str, str]:
    """The versions of Python, the package, the reference's integrator and the target's engine."""
    needed = ("nullcline", "numpy", "scipy", *target.requires)
    found = {name: _version(name) for name in dict.fromkeys(needed)}
    return {"python": platform.python_version()} | {n: v for n, v in found.items() if v}


@cache
def _version(name: str) -> str:
    """The version of a module's distribution (`roadrunner` is of libroadrunner), of a
    distribution, or of a command; nothing where there is none."""
    for distribution in (*packages_distributions().get(name, ()), name):
        try:
            return version(distribution)
        except PackageNotFoundError:
            continue
    if shutil.which(name) is None:
        return ""
    done = subprocess.run([name, "--version"], capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).partition("\n")[0]
