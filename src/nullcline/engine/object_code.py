# mypy: disable-error-code="no-untyped-call,import-untyped,untyped-decorator,misc"
"""Functions as code for this processor: compiled, as bytes to keep, and loaded from such bytes."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any

import llvmlite
import llvmlite.binding as llvm
import numba
from numba.core.registry import cpu_target

LOCK = threading.Lock()
"""Code is made and loaded by one thread at a time."""
HELD: list[Any] = []
"""What owns the code that this process has, and must not end before it."""


@lru_cache
def platform() -> str:
    """What code depends on beside the functions: compilers, processor, and what it can."""
    versions = f"numba {numba.__version__} llvmlite {llvmlite.__version__}"
    return f"{versions} {cpu_target.target_context.codegen().magic_tuple()}"


def compiled(function: Any, signature: Any) -> Any:
    """The function as one of C, with its `address`."""
    with LOCK:
        made = numba.cfunc(signature, error_model="numpy")(function)
        HELD.append(made)
        return made


def content(made: Any) -> bytes:
    """A compiled function as bytes: its name, and an object file."""
    with LOCK:
        module = llvm.parse_assembly(made.inspect_llvm())
        return bytes(made.native_name.encode() + b"\0" + _target().emit_object(module))


def loaded(kept: bytes) -> int:
    """The address of a function that was kept as bytes."""
    name, _, code = kept.partition(b"\0")
    with LOCK:
        engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _target())
        engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        engine.finalize_object()
        HELD.append(engine)
        return int(engine.get_function_address(name.decode()))


def _target() -> Any:
    triple, processor, features = cpu_target.target_context.codegen().magic_tuple()
    return llvm.Target.from_triple(triple).create_target_machine(
        cpu=processor,
        features=features,
        opt=3,
        reloc="default",
        codemodel="jitdefault",
        jit=True,
    )
