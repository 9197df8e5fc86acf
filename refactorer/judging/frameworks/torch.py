"""A torch.autograd.Function, called on tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from refactorer.execution.evaluation import Arguments, Function
from refactorer.judging.frameworks.own_kinds import by_position, like_argument, like_own


def in_numpy(made: Any, wrt: tuple[str, ...], own: Function) -> Function:
    """Return a function of the user's arguments that returns the output and a callback."""

    def call(arguments: Arguments) -> object:
        tensors = {name: as_tensor(value) for name, value in arguments.items()}
        wanted = [torch.as_tensor(tensors[name], dtype=dtype(tensors[name])) for name in wrt]
        for tensor in wanted:
            tensor.requires_grad_()
        output = made(*by_position(own, {**tensors, **dict(zip(wrt, wanted, strict=True))}))
        outputs = output if isinstance(output, tuple) else (output,)

        def pull(cotangent: Any) -> object:
            given = cotangent if isinstance(output, tuple) else (cotangent,)
            seeds = [torch.tensor(g, dtype=y.dtype) for g, y in zip(given, outputs, strict=True)]
            found = torch.autograd.grad(outputs, wanted, seeds, retain_graph=True)
            back = [like_argument(g, arguments[n]) for g, n in zip(found, wrt, strict=True)]
            return back[0] if len(wrt) == 1 else tuple(back)

        parts = tuple(y.detach().numpy() for y in outputs)
        return like_own(parts if isinstance(output, tuple) else parts[0], own, arguments), pull

    return call


def as_tensor(value: object) -> object:
    """Return an array as a tensor that shares nothing with it, anything else as it is."""
    return torch.tensor(value) if isinstance(value, np.ndarray) else value


def dtype(value: object) -> torch.dtype:
    """Return the dtype of a tensor, or that of Python's floats."""
    return value.dtype if isinstance(value, torch.Tensor) else torch.float64
