"""Machine code that numba made once, kept in a file, so that the next process runs it without numba.

To import numba and to make it ready takes half a second; to load what it has made, a few hundredths, with llvmlite alone,
the library that numba itself loads it with. That decides who is quicker with a hundred thousand parcels.

Only kernels that return nothing and make no arrays can be kept: they write into arrays that they are given. What
numba makes of one is checked before it is kept: it may call nothing but itself. Where something is in the way (another
kind of machine, a folder that cannot be written, an array that is not contiguous), numba runs the kernel as it runs the
others; the instructions, and so the bits, are the same.

A file belongs to one version of numba and llvmlite, one processor with its features, one state of the sources, and one
set of types; it begins with a checksum, and appears whole or not at all. The checksum tells a file that was damaged or
lies in another's place, not one that was made to harm: against those, `cache.py` reads only what is this user's alone.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import sys
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from threading import Lock
from typing import Any

import numpy as np

from geoparks.kernel.cache import read, write
from geoparks.kernel.ready import Compiled

_DIGEST = 32
_ALIKE = ("x86_64",)  # where it was tried out; everywhere else numba loads its own
_NUMBER = {"i": ctypes.c_int64, "d": ctypes.c_double}
_NEVER = (
    "declare void @NRT_MemInfo_call_dtor(ptr) local_unnamed_addr",
    "define internal void @NRT_MemInfo_call_dtor(ptr %memory) { ret void }",
)
"""What frees an array that a kernel has made: it is asked for wherever an array is handed on, and never called here."""
Entry = Callable[..., int]


class Kept(Compiled):
    """A kernel whose machine code is kept; called with contiguous arrays and numbers, it returns nothing."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._entries: dict[str, Entry | None] = {}
        self._lock = Lock()

    def __call__(self, *args: Any) -> None:
        """Run it."""
        kinds = ",".join(map(_kind, args))
        with self._lock:
            if kinds not in self._entries:
                try:
                    self._entries[kinds] = self._entry(kinds)
                except Exception:  # whatever another version does otherwise: to be quicker is no reason to stop a run
                    self._entries[kinds] = None
            entry = self._entries[kinds]
        if entry is None:
            self.dispatcher(*args)
            return
        nothing, raised = ctypes.c_void_p(), ctypes.c_void_p()
        said: list[Any] = [ctypes.byref(nothing), ctypes.byref(raised)]
        for one in args:
            if isinstance(one, np.ndarray):
                said += [one.ctypes.data, *one.shape]
            else:
                said.append(float(one) if isinstance(one, float) else int(one))
        if entry(*said):
            raise RuntimeError(f"{self.function.__qualname__} stopped")

    def _entry(self, kinds: str) -> Entry | None:
        """The function in machine code; None where it cannot be kept."""
        if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):  # to look for a fault in the interpreter
            return None
        if "-" in kinds or sys.platform != "linux" or platform.machine() not in _ALIKE:
            return None
        name = f"{self.function.__module__}.{self.function.__name__}"
        symbol = "kept_" + hashlib.sha256(f"{name}({kinds})".encode()).hexdigest()[:24]
        file = ("kept", _machine(), f"{name}-{symbol[5:13]}.o")
        whole = read(*file) or b""
        code = whole[_DIGEST:]
        entry = _loaded(code, symbol, kinds) if whole == _sealed(symbol, code) else None
        if entry is None and (made := self._made(kinds, symbol)) is not None:
            write(_sealed(symbol, made), *file)
            entry = _loaded(made, symbol, kinds)
        return entry

    def _made(self, kinds: str, symbol: str) -> bytes | None:
        """The object code; None where it needs more than itself."""
        import llvmlite.binding as llvm
        import numba

        made: Any = numba.cfunc(_signature(kinds))(_with_arrays(self.dispatcher, kinds))
        module = llvm.parse_assembly(made.inspect_llvm().replace(*_NEVER))
        wanted = made.native_name.removeprefix("cfunc.")
        for function in module.functions:
            if not function.is_declaration and function.name != wanted:
                function.linkage = "internal"
        target = _target(module.triple)
        passes = llvm.create_new_module_pass_manager()
        passes.add_global_dead_code_eliminate_pass()
        passes.run(module, llvm.create_pass_builder(target, llvm.create_pipeline_tuning_options(speed_level=0)))
        for function in module.functions:
            if function.is_declaration and not function.name.startswith("llvm."):
                return None
            if function.name == wanted:
                function.name = symbol
        return target.emit_object(module)


kept = Kept


def _kind(one: Any) -> str:
    """How an argument goes over: the type of an array's elements and its dimensions, or a number; - for what does not."""
    if isinstance(one, np.ndarray):
        return (
            f"{one.dtype.char}{one.ndim}"
            if one.flags.c_contiguous and one.flags.aligned and one.dtype.isnative
            else "-"
        )
    return "d" if isinstance(one, float) else "i" if isinstance(one, bool | int | np.integer | np.bool_) else "-"


def _signature(kinds: str) -> Any:
    from numba import from_dtype, types

    given: list[Any] = []
    pointer: Any = types.CPointer
    for kind in kinds.split(","):
        if kind in _NUMBER:
            given.append(types.int64 if kind == "i" else types.float64)
        else:
            given += [pointer(from_dtype(np.dtype(kind[0]))), *[types.int64] * int(kind[1:])]
    return types.void(*given)


def _with_arrays(kernel: Any, kinds: str) -> Any:
    """A function of plain pointers and numbers that makes arrays of them and calls the kernel."""
    import numba

    named, handed = [], []
    for k, kind in enumerate(kinds.split(",")):
        if kind in _NUMBER:
            named.append(f"a{k}")
            handed.append(f"a{k}")
        else:
            sides = [f"a{k}_{side}" for side in range(int(kind[1:]))]
            named += [f"a{k}", *sides]
            handed.append(f"carray(a{k}, ({', '.join(sides)},))")
    scope: dict[str, Any] = {"carray": vars(numba)["carray"], "kernel": kernel}
    exec(f"def entry({', '.join(named)}):\n    kernel({', '.join(handed)})", scope)  # noqa: S102 - of names made here
    return scope["entry"]


def _loaded(code: bytes, symbol: str, kinds: str) -> Entry | None:
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    empty = llvm.parse_assembly("")
    empty.triple = llvm.get_process_triple()
    engine = llvm.create_mcjit_compiler(empty, _target(empty.triple))
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    address = engine.get_function_address(symbol)
    if not address:
        return None
    given: list[Any] = [ctypes.c_void_p, ctypes.c_void_p]
    for kind in kinds.split(","):
        given += [_NUMBER[kind]] if kind in _NUMBER else [ctypes.c_void_p, *[ctypes.c_int64] * int(kind[1:])]
    entry: Any = ctypes.CFUNCTYPE(ctypes.c_int32, *given)(address)
    entry.engine = engine  # which owns the code
    return entry


def _target(triple: str) -> Any:
    import llvmlite.binding as llvm

    return llvm.Target.from_triple(triple).create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3, codemodel="jitdefault", jit=True
    )  # fmt: skip


@cache
def _machine() -> str:
    """For whom code is made: the processor and its features, and who makes it."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    parts = (llvm.get_process_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten(), version("llvmlite"), version("numba"))  # fmt: skip
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _sealed(symbol: str, code: bytes) -> bytes:
    """Code as it stands in a file: after a checksum of it and of what it is the code of."""
    return hashlib.sha256(symbol.encode() + code).digest() + code
