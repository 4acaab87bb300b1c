"""Unpredictable bytes drawn from the system many at a time.

To ask the system gives up the interpreter's lock, and a busy process gets it back
late: it takes longer than whatever the bytes are for.
"""

from collections.abc import Callable

_MANY = 256


class Drawn:
    """So many bytes each time it is called; they are handed out once."""

    def __init__(self, entropy: Callable[[int], bytes], size: int) -> None:
        self._entropy = entropy
        self._size = size
        self._left: list[bytes] = []

    def __call__(self) -> bytes:
        while True:
            try:
                return self._left.pop()
            except IndexError:
                size, many = self._size, self._entropy(self._size * _MANY)
                self._left = [
                    many[begin : begin + size] for begin in range(0, len(many), size)
                ]
