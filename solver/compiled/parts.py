# mypy: disable-error-code="import-untyped,no-untyped-call"
"""A pipeline for numba that leaves inner functions as parts: the function that Python calls is optimised, once.

Numba optimises and assembles every function by itself and then again inside each that calls it: most of the time that
a deep kernel takes to compile. Here a part stays as it was lowered until an entry point has it linked in.
"""

from __future__ import annotations

from typing import Any

from llvmlite.binding import Linkage
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler


class _Silent:
    """A code generator in whose engine a part has no address yet at which its environment could be set."""

    def __init__(self, codegen: Any) -> None:
        self._codegen = codegen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._codegen, name)

    def set_env(self, name: str, env: Any) -> None:
        """Do nothing: parts raise no errors and so need no environment."""


class _Part(JITCodeLibrary):
    """Code of one inner function and what it calls, neither optimised nor assembled."""

    @property
    def codegen(self) -> Any:
        return _Silent(self._codegen)

    def get_pointer_to_function(self, name: str) -> int:
        self._ensure_finalized()
        return 0

    def _optimize_functions(self, ll_module: Any) -> None:
        ll_module.data_layout = self._codegen._data_layout

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


class PartCompiler(Compiler):
    """Numba's pipeline with such a library for its result."""

    def define_pipelines(self) -> Any:
        """Return the usual passes."""
        state = self.state
        state.library = _Part(state.targetctx.codegen(), state.func_id.func_qualname)
        return super().define_pipelines()


class _Whole(JITCodeLibrary):
    """Code of a function that Python calls, with its parts, which nobody else can see.

    The optimiser then inlines more and drops what arguments nobody reads: a quarter faster, a third longer to compile.
    They get names of their own, for the loader binds a call in another entry point to the first function of that name.
    """

    def _optimize_final_module(self) -> None:
        for function in self._final_module.functions:
            if not function.is_declaration and function.linkage == Linkage.linkonce_odr:
                function.linkage = "internal"
                function.name = f"{self.name}.{function.name}"
        super()._optimize_final_module()


class WholeCompiler(Compiler):
    """Numba's pipeline for a function that Python calls."""

    def define_pipelines(self) -> Any:
        """Return the usual passes."""
        state = self.state
        state.library = _Whole(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.enable_object_caching()
        return super().define_pipelines()
