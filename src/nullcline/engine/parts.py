# ruff: noqa: D102
# mypy: disable-error-code="no-untyped-call,import-untyped,misc"
"""How numba compiles a function that is only ever a part of others: no machine code is made of it
by itself, and it is optimised where it ends up, which halves the time of compiling the whole."""

from __future__ import annotations

from typing import Any

from llvmlite.binding import Linkage
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler

KNOWN = ("_optimize_final_module", "_finalize_final_module", "_get_module_for_linking")
"""What is changed of numba, none of it documented; without it all works, but compiles longer."""


class _Codegen:
    """Numba's code generator, for a part, which has no address that an environment could be at."""

    def __init__(self, whole: Any) -> None:
        self.whole = whole

    def set_env(self, name: str, environment: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        return getattr(self.whole, name)


class PartLibrary(JITCodeLibrary):
    """The code of a part, for those that link it."""

    @property
    def codegen(self) -> Any:
        return _Codegen(self._codegen)

    def get_pointer_to_function(self, name: str) -> int:
        return 0

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True

    def _get_module_for_linking(self) -> Any:
        self._ensure_finalized()
        for function in self._final_module.functions:
            if not function.is_declaration and function.linkage == Linkage.external:
                function.linkage = Linkage.linkonce_odr
        return self._final_module


class PartCompiler(Compiler):
    """Numba's compiler, with such a library."""

    def define_pipelines(self) -> Any:
        state = self.state
        if state.library is None and state.func_id is not None:
            codegen = state.targetctx.codegen()
            state.library = PartLibrary(codegen, state.func_id.func_qualname)
            state.library.enable_object_caching()
        return super().define_pipelines()


PIPELINE = (
    {"pipeline_class": PartCompiler} if all(hasattr(JITCodeLibrary, n) for n in KNOWN) else {}
)
"""The options of numba that compile a function as a part."""
