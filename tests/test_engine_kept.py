"""When a model's own code is compiled, where it is kept, and what may happen to it there."""

import os
import stat
import subprocess
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
from library_runs import library

from nullcline import Dynamics, ModelError, Run
from nullcline.cli import main
from nullcline.engine import Feature, Points, compiled, kept, object_code, sweep
from nullcline.engine.choice import METHODS
from nullcline.engine.compiled import Kernels
from nullcline.engine.program import program
from nullcline.engine.tableau import dop853, dp5
from nullcline.expression import Symbol

VDP = library("van_der_pol.yaml").system()
POINTS = Points({"mu": np.linspace(0.1, 3, 100)}, {}, 100)
RUN = Run(5.0, 0.5, rtol=1e-6, atol=1e-9)


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    """A cache of its own, nothing being compiled yet."""
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    forget(monkeypatch)
    monkeypatch.setattr(compiled, "SPENT", {})
    return tmp_path


def forget(monkeypatch):
    """As in another process: nothing is in memory."""
    monkeypatch.setattr(compiled, "ADDRESSES", {})
    monkeypatch.setattr(compiled, "RECENT", {})


def forbid(monkeypatch):
    """Nothing may be compiled from now on."""

    def refuse(function, signature):
        raise AssertionError("compiled, though it need not be")

    monkeypatch.setattr(object_code, "compiled", refuse)


def swept(machine="compiled", **options):
    return sweep(VDP, POINTS, RUN, machine=machine, **options)


WANTED = swept("register").values


def files():
    return sorted(kept.folder().glob("*.kernel"))


def test_what_was_compiled_is_not_compiled_again(monkeypatch):
    swept()
    forget(monkeypatch)
    forbid(monkeypatch)
    found = swept()
    np.testing.assert_array_equal(found.values, WANTED)
    assert "compiled for this model" in found.reason


def test_another_process_loads_what_was_compiled(own_folder):
    """Power and logarithm call the C library and report errors through Python: both are found."""
    code = """
import numpy as np
from nullcline import Dynamics, Run
from nullcline.engine import Points, object_code, sweep
model = Dynamics("M", parameters={"a": 1.5})
model.add_state_variable("x", "log(x) - x**a + sinh(x) - erf(x)", 1.0)
if AGAIN:
    object_code.compiled = None
points = Points({"a": np.linspace(1, 2, 20)}, {}, 20)
found = sweep(model.system(), points, Run(1.0, 0.1), machine="compiled")
assert "compiled for this model" in found.reason
print(found.values.tobytes().hex())
"""
    texts = []
    for again in (False, True):
        done = subprocess.run(
            [sys.executable, "-c", code.replace("AGAIN", str(again))],
            capture_output=True,
            text=True,
            check=True,
        )
        texts.append(done.stdout)
    assert texts[0] == texts[1] != ""


@pytest.mark.parametrize("content", [b"", b"x" * 40, None, "half", "bit"])
def test_a_damaged_file_is_compiled_anew(monkeypatch, content):
    swept()
    for path in files():
        whole = path.read_bytes()
        changed = bytearray(whole)
        changed[len(whole) // 2] ^= 1
        damaged = {"half": whole[: len(whole) // 2], "bit": bytes(changed)}.get(content, content)
        if damaged is None:
            path.unlink()
            path.mkdir()
        else:
            path.write_bytes(damaged)
    forget(monkeypatch)
    np.testing.assert_array_equal(swept().values, WANTED)


def test_a_file_under_another_name_is_not_taken_for_it():
    kept.write("a" * 64, b"one")
    first = kept.folder() / ("a" * 64 + ".kernel")
    first.rename(first.with_name("b" * 64 + ".kernel"))
    assert kept.read("b" * 64) is None


@pytest.mark.parametrize("what", ["a file", "others write", "no room"])
def test_without_a_folder_code_is_kept_in_memory(monkeypatch, own_folder, what):
    folder = own_folder / "nullcline"
    if what == "a file":
        folder.write_text("not a folder", encoding="utf-8")
    elif what == "others write":
        (folder / "kernels").mkdir(parents=True)
        (folder / "kernels").chmod(0o777)
    else:

        def full(*names):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "replace", full)
    found = swept()
    np.testing.assert_array_equal(found.values, WANTED)
    assert "compiled for this model" in found.reason
    assert not list(own_folder.rglob("*.kernel")) + list(own_folder.rglob("*.part"))
    forbid(monkeypatch)
    np.testing.assert_array_equal(swept().values, WANTED)


def test_nobody_else_may_read_or_write_the_folder():
    kept.write("a" * 64, b"one")
    assert stat.S_IMODE(kept.folder().stat().st_mode) == 0o700


def test_the_files_used_last_are_kept(monkeypatch):
    monkeypatch.setattr(kept, "LARGEST", 1000)
    for number in range(6):
        kept.write(f"{number}" * 64, bytes(300))
        os.utime(kept.folder() / (f"{number}" * 64 + ".kernel"), (number, number))
    assert kept.read("3" * 64) is not None  # which makes it the youngest
    kept.write("7" * 64, bytes(300))
    assert {path.name[0] for path in files()} >= {"3", "7"}
    assert sum(path.stat().st_size for path in files()) <= 1000


def test_many_may_read_and_write_at_once():
    seen = set()

    def work(number):
        for k in range(60):
            kept.write("c" * 64, bytes([number]) * (1000 + k))
            seen.add(kept.read("c" * 64))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(len(set(content)) == 1 and len(content) >= 1000 for content in seen)
    assert not list(kept.folder().glob("*.part"))


def test_no_name_and_no_number_of_a_model_is_in_its_code():
    """Equal equations with other names and numbers have the very same code."""

    def keys(name, parameter, value):
        model = Dynamics("M", parameters={parameter: value})
        model.add_state_variable(name, f"3.5*{name} - {parameter}*{name}**2", value)
        return Kernels(program(model.system()), dp5(), 32).wanted

    assert keys("x", "a", 1.0) == keys("system", "import_os", 2.0)


def test_other_instructions_methods_and_widths_have_other_code():
    code = program(VDP)
    other = replace(code, field=code.field.copy())
    other.field[0, 2] += 1
    wanted = [
        tuple(Kernels(*given).wanted.values())
        for given in ((code, dp5(), 32), (code, dp5(), 8), (code, dop853(), 32), (other, dp5(), 32))
    ]
    assert len(set(wanted)) == 4


@pytest.mark.parametrize("table", ["weight", "column", "times"])
def test_a_method_of_as_many_stages_has_code_of_its_own(table):
    code, first = program(VDP), dp5()
    other = first._replace(**{table: getattr(first, table)[::-1].copy()})
    keys = [Kernels.of(code, method, 8).key for method in (first, other, first, other)]
    assert keys[0] == keys[2]
    assert keys[1] == keys[3]
    assert keys[0] != keys[1]


@pytest.mark.parametrize(("table", "shape", "said"), [
    ("dense", (0, 7), "1 or 4 rows of `dense`"),
    ("dense", (2, 7), "1 or 4 rows of `dense`"),
    ("dense", (1, 6), "7 columns of `dense`"),
    ("error", (1, 7), "2 rows of `error`"),
    ("error", (2, 6), "7 to 7 columns of `error`"),
    ("times", (6,), "7 times"),
    ("control", (6,), "7 numbers of `control`"),
])  # fmt: skip
def test_tables_that_would_be_read_out_of_bounds_are_refused(monkeypatch, table, shape, said):
    method = dp5()._replace(**{table: np.zeros(shape)})
    monkeypatch.setitem(METHODS, "dp5", lambda: method)
    with pytest.raises(ValueError, match="a method of 6 stages needs") as caught:
        swept("register", solver="dp5")
    assert said in str(caught.value)


def test_a_small_sweep_compiles_nothing(monkeypatch):
    forbid(monkeypatch)
    found = swept("auto")
    assert "register machine" in found.reason
    assert files() == []


def test_many_small_sweeps_do_in_the_end(monkeypatch):
    """As soon as what they took together is worth it."""
    monkeypatch.setattr(Kernels, "cost", 0.0)
    reasons = [swept("auto").reason for _ in range(2)]
    assert "register machine" in reasons[0]
    assert "compiled for this model" in reasons[1]


class Clock:
    """A sweep of which a tenth is done each time it is looked at."""

    def __init__(self):
        self.looks = 0

    def ended(self, seconds):
        self.looks += 1
        return self.looks > 10

    def done(self):
        return self.looks / 10


@pytest.mark.parametrize(("cost", "active"), [(0.0, True), (1e9, False)])
def test_a_running_sweep_is_compiled_for_where_that_pays(monkeypatch, cost, active):
    monkeypatch.setattr(Kernels, "cost", cost)
    kernels, clock = Kernels(program(VDP), dp5(), 32), Clock()
    share = kernels.watch(clock.ended, clock.done)
    assert kernels.active == active
    assert share == (0.2 if active else 1.0)


def test_code_on_disk_is_used_by_a_running_sweep_at_whatever_cost(monkeypatch):
    swept()
    forget(monkeypatch)
    forbid(monkeypatch)
    monkeypatch.setattr(Kernels, "cost", 1e9)
    kernels, clock = Kernels(program(VDP), dp5(), 32), Clock()
    assert kernels.watch(clock.ended, clock.done) == 0.1
    assert kernels.active


def test_a_sweep_that_changes_machines_gives_the_same_numbers_and_says_so(monkeypatch):
    """Here in the middle of its points: the code is there as soon as a third of them is done."""
    count = 1500
    points = Points({"mu": np.linspace(0.1, 5, count)}, {}, count)
    run, feature = (
        Run(100.0, 100.0, rtol=1e-6, atol=1e-9),
        (Feature("a", "amplitude", Symbol("x")),),
    )
    options = {"features": feature, "trajectories": False}
    wanted = sweep(VDP, points, run, machine="register", **options)
    sweep(VDP, points.part(0, 99), run, machine="compiled", **options)

    def later(self, ended, done):
        while not ended(0.001):
            if done() > 1 / 3:
                assert self.remembered()
                return done()
        return 1.0

    monkeypatch.setattr(Kernels, "watch", later)
    monkeypatch.setattr(Kernels, "pays", lambda self, seconds: False)
    remembered = Kernels.remembered
    calls = []

    def first_not(self):
        calls.append(1)
        return len(calls) > 1 and remembered(self)

    monkeypatch.setattr(Kernels, "remembered", first_not)
    found = sweep(VDP, points, run, **options)
    np.testing.assert_array_equal(found.features["a"], wanted.features["a"])
    np.testing.assert_array_equal(found.steps, wanted.steps)
    assert "points, then compiled for this model for" in found.reason


def test_a_model_too_large_to_compile_is_interpreted_and_says_so(monkeypatch):
    monkeypatch.setattr(compiled, "LARGEST", 1)
    found = swept()
    np.testing.assert_array_equal(found.values, WANTED)
    assert "too large to be compiled" in found.reason


@pytest.mark.parametrize("machine", ["auto", "compiled"])
def test_a_sweep_does_not_die_of_a_compiler_that_fails(monkeypatch, machine):
    def fail(function, signature):
        raise RuntimeError("no such processor")

    monkeypatch.setattr(object_code, "compiled", fail)
    monkeypatch.setattr(Kernels, "cost", 0.0)
    for _ in range(2):
        found = swept(machine)
        np.testing.assert_array_equal(found.values, WANTED)
        assert "register machine" in found.reason
    assert ("compiling failed (no such processor)" in found.reason) == (machine == "compiled")


def test_a_chain_too_long_for_whole_steps_has_its_field_compiled(monkeypatch):
    monkeypatch.setattr(compiled, "LARGEST", 20)
    assert list(Kernels(program(VDP), dp5(), 32).wanted) == [compiled.FIELD]
    np.testing.assert_array_equal(swept().values, WANTED)


def test_machines_that_do_not_exist_are_refused(capsys, tmp_path):
    with pytest.raises(ValueError, match="'fpga' is no machine: use one of auto, register"):
        swept("fpga")
    model = library("van_der_pol.yaml")
    with pytest.raises(ModelError, match="there is no machine `compield`; did you mean `compiled`"):
        model.sweep({"mu": [1.0, 2.0]}, 10.0, machine="compield")
    path = tmp_path / "vdp.yaml"
    path.write_text(model.to_yaml(), encoding="utf-8")
    command = ["sweep", str(path), "--over", "mu=1,2", "--duration", "5", "--feature", "final:x"]
    assert main([*command, "--machine", "none"]) != 0
    assert "there is no machine `none`" in capsys.readouterr().err


def test_a_dataset_says_which_machine_ran():
    model = library("van_der_pol.yaml")
    for name, text in (("register", "register machine"), ("compiled", "compiled for this model")):
        found = model.sweep({"mu": [1.0, 2.0]}, 10.0, machine=name, progress=False)
        assert text in found.attrs["solver_reason"]


LOADS = """
import numpy as np
from nullcline.engine import explicit, rodas
print(*(type(f._cache).__name__ for f in (explicit.integrate, rodas.integrate)))
"""


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="folders have no such modes here")
@pytest.mark.parametrize(
    ("mode", "cache"), [(0o700, "FunctionCache"), (0o777, "NullCache"), (0o770, "NullCache")]
)
def test_what_numba_keeps_is_not_read_where_others_may_write(tmp_path, mode, cache):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "numba")}

    def loaded():
        command = [sys.executable, "-c", LOADS]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True
        ).stdout.split()

    assert loaded() == ["FunctionCache", "FunctionCache"]
    for place in (tmp_path / "numba").iterdir():
        assert place.stat().st_mode & 0o077 == 0
        (place / "planted.nbi").write_bytes(b"cos\nsystem\n(S'false'\ntR.")
        place.chmod(mode)
    assert loaded() == [cache, cache]
