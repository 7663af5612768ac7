"""Damaged stores (sweeps in Zarr, verdicts, compiled code): only sentences, or the same values."""

import contextlib
import json
import random
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from unittest import mock

import numpy as np
import pytest
from fuzz_files import MODEL, damaged

from nullcline.dynamics import Dynamics
from nullcline.engine import kept
from nullcline.errors import NullclineError
from nullcline.validation.checks import check
from nullcline.validation.store import Store

SWEEP = {
    "over": {"mu": [0.5, 1.0, 2.0], "x": [-1.0, 1.0]},
    "duration": 1.0,
    "sampling": 0.5,
    "features": ["mean"],
    "chunk": 2,
    "machine": "register",
}


def edited(data: bytes, random: random.Random) -> bytes:
    """JSON with one value, at any depth, replaced, taken out or put under another name."""
    found = json.loads(data)
    inner, places = [found], []
    while inner:
        one = inner.pop()
        keys = list(one) if isinstance(one, dict) else range(len(one))
        places += [(one, key) for key in keys]
        inner += [one[key] for key in keys if isinstance(one[key], dict | list)]
    holder, key = random.choice(places)
    values = [None, True, False, 0, 1, -1, 2**70, 1.5, "", "x", "float32", [], {}, [[]], [1]]
    match random.randrange(4):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[f"{key}x"] = holder.pop(key)
        case _:
            holder[key] = random.choice(values)
    return json.dumps(found).encode()


def harm(folder: Path, random: random.Random) -> None:
    """Damage one to three files: in their bytes, in their JSON, cut, lost, swapped, folders."""
    for _ in range(random.choice((1, 1, 2, 3))):
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        if not files:
            return
        path = random.choice(files)
        data = path.read_bytes()
        match random.randrange(7):
            case 0:
                path.unlink()
                path.mkdir()
            case 1:
                path.unlink()
            case 2:
                path.write_bytes(data[: random.randrange(len(data) + 1)])
            case 3 if path.suffix:  # a whole chunk in another's place has a right checksum
                path.write_bytes(random.choice(files).read_bytes())
            case 4 | 5 if path.suffix == ".json" and data[:1] == b"{":
                try:
                    path.write_bytes(edited(data, random))
                except ValueError:  # damaged already
                    path.write_bytes(damaged(data, random))
            case _:
                path.write_bytes(damaged(data, random))


@cache
def made() -> tuple[Path, object]:
    """A sweep on disk, whole, and what it holds."""
    path = Path(mkdtemp(prefix="nullcline-fuzz-")) / "s.zarr"
    return path, Dynamics.from_yaml(MODEL).sweep(out=path, **SWEEP).load()


def sweeps(random: random.Random, folder: Path) -> None:
    """A sweep's store, resumed: refused in a sentence, or the same values."""
    pytest.importorskip("zarr")
    whole, wanted = made()
    path = folder / "s.zarr"
    shutil.copytree(whole, path)
    harm(path, random)
    found = None
    with contextlib.suppress(NullclineError):
        found = Dynamics.from_yaml(MODEL).sweep(out=path, resume=True, **SWEEP).load()
    if found is None:
        return
    assert set(found.variables) == set(wanted.variables)
    for name in wanted.variables:
        np.testing.assert_array_equal(found[name].values, wanted[name].values)
        assert found[name].attrs == wanted[name].attrs


def verdicts(random: random.Random, folder: Path) -> None:
    """Kept verdicts: not found, or as they were given."""
    path = folder / "m.yaml"
    path.write_text(MODEL.replace("z + I", random.choice(("z + I", "z + J"))), encoding="utf-8")
    store = Store(folder / "cache", "seal")
    wanted, key = check(path), store.key(path)
    store.keep(key, wanted, {})
    assert store.find(key) == wanted
    harm(store.folder, random)
    assert store.find(key) in (None, wanted)
    store.keep(key, wanted, {})
    assert store.find(key) in (None, wanted)


def kernels(random: random.Random, folder: Path) -> None:
    """Compiled code: not found, or to the last byte what was kept."""
    contents = {name * 64: random.randbytes(random.choice((0, 1, 500))) for name in "ab"}
    with mock.patch.dict("os.environ", {"NUMBA_CACHE_DIR": str(folder)}):
        for key, content in contents.items():
            assert kept.write(key, content)
            assert kept.read(key) == content
        harm(folder, random)
        for key, content in contents.items():
            assert kept.read(key) in (None, content)
            if kept.write(key, content):
                assert kept.read(key) == content


CASES = {"sweep-stores": sweeps, "kept-verdicts": verdicts, "kernels": kernels}
