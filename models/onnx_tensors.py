"""Reads the weights out of an ONNX file: only its named tensors of floats, in the protobuf wire format.

onnxruntime runs a model but does not hand out its weights, and the `onnx` package is a compiler's worth of code for
that. Field numbers are those of onnx.proto3: ModelProto.graph 7, GraphProto.initializer 5, TensorProto.dims 1,
.data_type 2, .name 8, .raw_data 9.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

_FLOAT: Final = 1

Tensor = npt.NDArray[np.float32]


def float_tensors(path: Path) -> dict[str, Tensor]:
    """All `float32` initialisers by name, read-only. Raises ValueError for what is no ONNX file."""
    tensors: dict[str, Tensor] = {}
    try:
        for number, graph in _fields(path.read_bytes()):
            if number == 7 and isinstance(graph, bytes):
                tensors |= _of_graph(graph)
    except IndexError:
        raise ValueError(f"{path} is no ONNX file, or is cut off") from None
    if not tensors:
        raise ValueError(f"{path} has no weights: is it an ONNX file?")
    return tensors


def _of_graph(graph: bytes) -> dict[str, Tensor]:
    found = (_tensor(field) for number, field in _fields(graph) if number == 5 and isinstance(field, bytes))
    return dict(tensor for tensor in found if tensor is not None)


def _tensor(message: bytes) -> tuple[str, Tensor] | None:
    """Name and values; None where they are not floats in raw form."""
    dims: list[int] = []
    kind, name, raw = 0, "", b""
    for number, value in _fields(message):
        match number, value:
            case 1, int():
                dims.append(value)
            case 2, int():
                kind = value
            case 8, bytes():
                name = value.decode()
            case 9, bytes():
                raw = value
            case _:
                pass
    return (name, np.frombuffer(raw, "<f4").reshape(dims)) if kind == _FLOAT and raw else None


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Field numbers and values. Raises IndexError where `message` is cut off, ValueError for an unknown wire type."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        match key & 7:
            case 0:
                value, at = _varint(message, at)
                yield key >> 3, value
                continue
            case 1:
                size = 8
            case 5:
                size = 4
            case 2:
                size, at = _varint(message, at)
            case kind:
                raise ValueError(f"wire type {kind} is none of protobuf's")
        if at + size > len(message):
            raise IndexError(at + size)
        yield key >> 3, message[at : at + size]
        at += size


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """The number at `at`, and where what follows it starts."""
    value = shift = 0
    while True:
        octet = message[at]
        value |= (octet & 0x7F) << shift
        at += 1
        shift += 7
        if octet < 0x80:
            return value, at
