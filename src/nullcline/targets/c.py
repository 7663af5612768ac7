"""C: one file of C99 that needs libm alone, with one function that writes the derivatives."""

from __future__ import annotations

import _ctypes
import ctypes
import re
import subprocess
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from nullcline.errors import SimulationError
from nullcline.expression import Dialect, Spelling, operations, write
from nullcline.expression.write import INFIX, call
from nullcline.solver import integrate
from nullcline.system import Definition, Quantity, System
from nullcline.targets import Field, Target
from nullcline.targets.renaming import ascii_name, renamed
from nullcline.trajectory import Array, Run, Trajectory

WORDS = """
t state parameters derivatives modulo minimum maximum sign heaviside auto break case char const
continue default do double else enum extern float for goto if inline int long register restrict
return short signed sizeof static struct switch typedef union unsigned void volatile while alignas
alignof asm bool complex constexpr false imaginary noreturn nullptr static_assert thread_local true
typeof typeof_unqual main linux unix i386 acos acosh asin asinh atan atan2 atanh cbrt ceil copysign
cos cosh erf erfc exp exp2 expm1 fabs fdim floor fma fmax fmin fmod frexp hypot ilogb ldexp lgamma
llrint llround log log10 log1p log2 logb lrint lround modf nan nearbyint nextafter nexttoward pow
remainder remquo rint round scalbln scalbn sin sinh sqrt tan tanh tgamma trunc isfinite isinf isnan
signbit signgam math_errhandling I NULL EOF NAN INFINITY HUGE_VAL HUGE_VALF HUGE_VALL MATH_ERREXCEPT
MATH_ERRNO DOMAIN SING OVERFLOW UNDERFLOW PLOSS TLOSS M_E M_LOG2E M_LOG10E M_LN2 M_LN10 M_PI M_PI_2
M_PI_4 M_1_PI M_2_PI M_2_SQRTPI M_SQRT2 M_SQRT1_2 FP_INFINITE FP_NAN FP_NORMAL FP_SUBNORMAL FP_ZERO
BUFSIZ SEEK_CUR SEEK_END SEEK_SET TMP_MAX FILE assert errno offsetof stdin stdout stderr size_t
"""
"""What a variable cannot be called: our own words, keywords, functions of libm, macros."""

GLOBAL = """
j0 j1 jn y0 y1 yn gamma drem finite scalb pow10 exp10 sincos index rindex abort abs labs llabs atof
atoi bsearch calloc div exit free malloc qsort rand realloc srand system clock time signal raise
isalnum isalpha isdigit islower isprint ispunct isspace isupper tolower toupper cabs carg cexp cimag
clog conj cpow cproj creal csin ccos ctan csqrt read write open close fopen gets fclose fprintf
fputs fread fscanf fwrite getc getchar printf putc putchar puts remove rename scanf sprintf sscanf
"""
"""What the function cannot be called beside."""

HELPERS = {
    "mod": ("x modulo y, with the sign of y", "modulo(double x, double y)",
        "const double rest = fmod(x, y);\n    return rest == 0.0 ? copysign(rest, y) "
        ": (rest < 0.0) != (y < 0.0) ? rest + y : rest;"),
    "min": ("The lesser, NaN if any is", "minimum(double x, double y)",
        "return x < y || x != x ? x : y;"),
    "max": ("The greater, NaN if any is", "maximum(double x, double y)",
        "return x > y || x != x ? x : y;"),
    "sign": ("-1, 0 or 1, NaN of NaN", "sign(double x)",
        "return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : x == 0.0 ? 0.0 : x;"),
    "heaviside": ("0 below zero, 1/2 at zero, 1 above, NaN of NaN", "heaviside(double x)",
        "return x > 0.0 ? 1.0 : x < 0.0 ? 0.0 : x == 0.0 ? 0.5 : x;"),
}  # fmt: skip
"""What libm lacks, or means otherwise (fmod, fmin and fmax): a function where it is used."""

RESERVED = frozenset(WORDS.split())
TAKEN = RESERVED | frozenset(GLOBAL.split())

_SAME = "exp expm1 log log10 log2 log1p sqrt floor ceil sin cos tan sinh cosh tanh erf erfc"
_LIBM = {
    **{name: name for name in f"{_SAME} asin acos atan asinh acosh atanh atan2".split()},
    **{"abs": "fabs", "**": "pow", "sign": "sign", "heaviside": "heaviside"},
    **{"mod": "modulo", "min": "minimum", "max": "maximum"},
}
SPELLINGS: Mapping[str, Spelling] = {
    **INFIX,
    "*": Spelling("{0} * {1}", 6, (6, 7)),
    "/": Spelling("{0} / {1}", 6, (6, 7)),
    "neg": Spelling("-{0}", 7, (8,)),
    "and": Spelling("{0} && {1}", 2, (4, 4)),
    "or": Spelling("{0} || {1}", 1, (4, 4)),
    "not": Spelling("!({0})", 7, (0,)),
    **{operation: call(name, operation) for operation, name in _LIBM.items()},
    "pi": Spelling("3.141592653589793"),
    "e": Spelling("2.718281828459045"),
    "time": Spelling("t"),
    "sigmoid": Spelling("1.0 / (1.0 + exp(-{0}))", 6, (8,)),
    "where": Spelling("({0} ? {1} : {2})"),
    "indicator": Spelling("({0} ? 1.0 : 0.0)"),
}


def names(system: System) -> dict[str, str]:
    """Every declared name with the name it has in the file."""
    return renamed(system.names, _refused, _ascii)


def function_name(system: System) -> str:
    """The model's name as the name of a function."""
    plain = "".join(c if f"a{c}".isidentifier() else "_" for c in system.name) or "model"
    plain = f"model_{plain}" if plain[0].isdigit() else plain
    return renamed([plain], lambda name: name in TAKEN or _refused(name), _ascii)[plain]


def _refused(name: str) -> bool:
    return name in RESERVED or not name.isascii() or re.match("_[_A-Z]", name) is not None


def _ascii(name: str) -> str:
    """The name in ASCII, without an underscore at its start that C keeps for itself."""
    plain = ascii_name(name)
    return ascii_name(plain.lstrip("_")) if re.match("_[_A-Z]", plain) else plain


def export(system: System) -> str:
    """The text of the file."""
    needed = system.needed
    used = [d.tree for d in system.definitions if d.name in needed or d in system.derivatives]
    uses = frozenset().union(*map(operations, used))
    return "\n".join(_File(system, function_name(system), names(system), needed, uses).lines())


@dataclass(frozen=True)
class _File:
    """One system on its way to text, with the names and the operations that it needs."""

    system: System
    function: str
    names: Mapping[str, str]
    needed: frozenset[str]
    uses: frozenset[str]

    def lines(self) -> Iterator[str]:
        system = self.system
        numbers = system.parameters + system.inputs
        yield _comment(f"{system.name}: {system.description or 'a dynamical system'}")
        yield from [_comment(f"The time t is in {system.time_unit}.")] if system.time_unit else []
        for name, new in self.names.items():
            yield from [_comment(f"renamed: {name} -> {new}")] if name != new else []
        yield _comment("ISO C99, to be linked with -lm. `parameters` ends with the inputs, if any.")
        yield "\n#include <math.h>"
        for operation, (words, head, body) in HELPERS.items():
            if operation in self.uses:
                yield f"\n{_comment(words)}\nstatic inline double {head}\n{{\n    {body}\n}}"
        yield from self.table("state", "initial_state", system.states)
        yield from self.table("parameter", "default_parameters", numbers)
        yield from ("", _comment("Writes d(state)/dt at the time t to `derivatives`."))
        arguments = "double t, const double *state, const double *parameters, double *derivatives"
        yield from (f"void {self.function}({arguments})", "{", *self.body(numbers), "}", "")

    def table(self, kind: str, values: str, items: tuple[Quantity, ...]) -> Iterator[str]:
        """How many there are, their names and their values; C has no empty array."""
        size = max(1, len(items))
        yield from ("", f"const int {self.function}_{kind}_count = {len(items)};")
        quoted = [f'"{self.names[item.name]}"' for item in items] or ['""']
        yield f"const char *const {self.function}_{kind}_names[{size}] = {{{', '.join(quoted)}}};"
        yield f"const double {self.function}_{values}[{size}] = {{"
        for item in items:
            unit = f"[{item.unit}]" if item.unit else ""
            words = f"{self.names[item.name]} {unit} {item.description or ''}"
            yield f"    {float(item.value)!r}, {_comment(words)}"
        yield "};" if items else "    0.0,\n};"

    def body(self, numbers: tuple[Quantity, ...]) -> Iterator[str]:
        for array, items in {"state": self.system.states, "parameters": numbers}.items():
            for index, item in enumerate(items):
                if item.name in self.needed:
                    yield f"    const double {self.names[item.name]} = {array}[{index}];"
            if self.needed.isdisjoint(item.name for item in items):
                yield f"    (void){array};"
        if "time" not in self.uses:
            yield "    (void)t;"
        yield from self.definitions("Derived parameters", self.system.constants)
        yield from self.definitions("Derived variables", self.system.auxiliaries)
        yield ""
        for index, derivative in enumerate(self.system.derivatives):
            yield "    " + self.remark(derivative, f"d{self.names[derivative.name]}/dt")
            yield f"    derivatives[{index}] = {self.equation(derivative)};"

    def definitions(self, title: str, items: tuple[Definition, ...]) -> Iterator[str]:
        if items:
            yield from ("", f"    {_comment(title)}")
        for item in items:
            name = self.names[item.name]
            if item.name in self.needed:
                yield f"    {self.remark(item, name)}"
                yield f"    const double {name} = {self.equation(item)};"
            else:
                yield f"    {self.remark(item, f'No derivative depends on {name}')}"

    def remark(self, item: Definition, left: str) -> str:
        """The equation as its author wrote it, and what else is known of it."""
        unit = f" [{item.unit}]" if item.unit else ""
        words = f"; {item.description}" if item.description else ""
        return _comment(f"{left} = {item.text or write(item.tree)}{unit}{words}")

    def equation(self, item: Definition) -> str:
        dialect = Dialect("c", SPELLINGS, lambda value: repr(float(value)), self.names)
        return write(item.tree, dialect)


def _comment(text: str) -> str:
    """A stranger's words as one comment that they can neither end nor nest."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    line = re.sub(r"\?(?=\?)", "? ", line)
    line = re.sub(r"\*(?=/)|/(?=\*)", lambda found: found.group() + " ", line)
    return f"/* {line} */"


WARNINGS = ("-pedantic", "-Wall", "-Wextra", "-Werror")
FLAGS = ("-std=c99", "-O1", *WARNINGS, "-ffp-contract=off", "-fPIC", "-shared")


class _Library:
    """An exported file, compiled and loaded; unloaded when nobody holds it any more."""

    def __init__(self, text: str, function: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            source, built = Path(folder) / "model.c", Path(folder) / "model.so"
            source.write_text(text, encoding="utf-8")
            command = ["cc", *FLAGS, "-o", str(built), str(source), "-lm"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise SimulationError(f"cc cannot compile the file: {done.stderr[:2000]}")
            self.library = ctypes.CDLL(str(built))
        weakref.finalize(self, _ctypes.dlclose, self.library._handle)
        self.function = self.library[function]
        self.function.argtypes = (ctypes.c_double, *[ctypes.c_void_p] * 3)
        self.function.restype = None
        self.states = self.table(f"{function}_state", f"{function}_initial_state")
        self.defaults = self.table(f"{function}_parameter", f"{function}_default_parameters")

    def table(self, kind: str, values: str) -> dict[str, float]:
        """Names and numbers, as they stand in the file."""
        count = ctypes.c_int.in_dll(self.library, f"{kind}_count").value
        known = (ctypes.c_char_p * count).in_dll(self.library, f"{kind}_names")
        numbers = (ctypes.c_double * count).in_dll(self.library, values)
        return {(name or b"").decode(): number for name, number in zip(known, numbers, strict=True)}

    def derivatives(self, t: float, state: Array, parameters: Array) -> Array:
        """The function called; what it leaves unwritten is NaN."""
        if state.shape != (len(self.states),):
            raise ValueError(f"a state has the shape ({len(self.states)},), not {state.shape}")
        found = np.full(len(state), np.nan)
        self.function(t, state.ctypes.data, parameters.ctypes.data, found.ctypes.data)
        return found


_library = lru_cache(maxsize=8)(_Library)


def vector_field(text: str, system: System) -> Field:
    """The compiled function as f(t, state, parameters), parameters by their declared names."""
    library, known = _library(text, function_name(system)), names(system)

    def field(t: float, state: Any, parameters: Mapping[str, Any]) -> Array:
        changes = {known[name]: float(value) for name, value in parameters.items()}
        values = np.array([changes.pop(name, value) for name, value in library.defaults.items()])
        if changes:
            raise KeyError(f"the file has no parameter {', '.join(changes)}")
        return library.derivatives(float(t), np.ascontiguousarray(state, dtype=float), values)

    return field


def simulate(text: str, system: System, run: Run) -> Trajectory:
    """Integrate the compiled function with SciPy from the file's own initial state."""
    library, known = _library(text, function_name(system)), names(system)
    field = vector_field(text, system)
    states = tuple(item.name for item in system.states)
    start = np.array([run.initial.get(name, library.states[known[name]]) for name in states])
    values = {**run.parameters, **run.inputs}
    return integrate(lambda t, state: field(t, state, values), states, start, run)


TARGET = Target(
    name="c",
    title="C99 function",
    media_type="text/x-csrc",
    suffix=".c",
    export=export,
    simulate=simulate,
    vector_field=vector_field,
    names=names,
    requires=("cc",),
    reserved=RESERVED,
)
