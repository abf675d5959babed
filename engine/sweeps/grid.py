"""The combinations of a sweep, numbered. What does not belong here: what a combination means, running it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import InvalidSettings


@dataclass(frozen=True, slots=True)
class Grid:
    """Every combination of the values of some inputs; the last input moves fastest.

    ``axes``: each input with the values it takes.
    """

    axes: tuple[tuple[str, tuple[float, ...]], ...]

    @classmethod
    def checked(cls, **axes: tuple[float, ...] | list[float]) -> Grid:
        """A grid of at least one input, each with at least one value, none of them twice.

        :raises InvalidSettings: if there is nothing to try or a value stands twice
        """
        if not axes:
            raise InvalidSettings("A sweep needs at least one input to vary")
        for name, values in axes.items():
            if not values or not all(math.isfinite(value) for value in values):
                raise InvalidSettings(f"{name} needs at least one value, all of them finite numbers")
            if len(set(values)) != len(values):
                raise InvalidSettings(f"{name} has a value twice")
        return cls(tuple((name, tuple(float(value) for value in values)) for name, values in axes.items()))

    @property
    def names(self) -> tuple[str, ...]:
        """The inputs that vary, in their order."""
        return tuple(name for name, _ in self.axes)

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values each input takes."""
        return tuple(len(values) for _, values in self.axes)

    def __len__(self) -> int:
        return math.prod(self.shape)

    def combination(self, number: int) -> dict[str, float]:
        """The values of one combination by input."""
        places = np.unravel_index(number, self.shape)
        return {name: values[int(place)] for (name, values), place in zip(self.axes, places, strict=True)}

    def places(self, first: int, last: int) -> tuple[NDArray[np.int64], ...]:
        """Which of its values each input has, in the combinations from ``first`` to before ``last``."""
        return tuple(np.unravel_index(np.arange(first, last), self.shape))
