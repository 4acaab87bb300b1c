"""The Merkle tree of RFC 9162 (that of RFC 6962) over the ledger: hashes and proofs.

Leaf `i`, from 0, is the event at position `i + 1`. Its data are the 32 bytes of that
event's chain hash (`events.chain`), so a leaf commits to everything the chain commits
to: the event as it is stored, and every event before it.

    leaf hash   SHA-256(00 ‖ chain hash)
    node hash   SHA-256(01 ‖ left ‖ right)
    no leaves   SHA-256 of nothing

The root of `n > 1` leaves is the node over the root of the first `k` and the root of
the rest, `k` being the largest power of two below `n`. Every hash in a proof is the
root of a span of leaves, so a proof is named by spans here; `events.proof.tile` has
their hashes. Checking follows RFC 9162, sections 2.1.3.2 and 2.1.4.2, step by step, and
needs no tree. `test_merkle` checks every route against the definition, and the roots
against the vectors of the certificate-transparency reference implementation.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from hashlib import sha256
from typing import NamedTuple

HASH_SIZE = 32

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""

Hashes = tuple[bytes, ...]
"""A proof: the hashes of the spans that `inclusion_path` or `consistency_path` name."""


class Span(NamedTuple):
    """The leaves from `start` up to, not including, `end`."""

    start: int
    end: int


class ProofError(ValueError):
    """A proof that does not prove; the message is one sentence."""


def leaf_hash(chain_hash: bytes) -> bytes:
    """The hash of the leaf of one event."""
    return sha256(b"\x00" + chain_hash).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node above two others."""
    return sha256(b"\x01" + left + right).digest()


def inclusion_path(index: int, size: int) -> tuple[Span, ...]:
    """The spans whose hashes prove that leaf `index` is in the tree of `size`.

    The sibling of the leaf comes first, the one below the root last.
    """
    if not 0 <= index < size:
        raise ProofError(f"a tree of {size} has no leaf {index}")
    path: list[Span] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(Span(middle, end))
            end = middle
        else:
            path.append(Span(start, middle))
            start = middle
    return tuple(reversed(path))


def consistency_path(old: int, size: int) -> tuple[Span, ...]:
    """The spans whose hashes prove that the tree of `old` begins that of `size`.

    There are none where nothing needs proving: `old` is 0 or is `size`.
    """
    if not 0 <= old <= size:
        raise ProofError(f"a tree of {size} does not contain one of {old}")
    if old in {0, size}:
        return ()
    path: list[Span] = []
    start, end = 0, size
    while end != old:
        middle = start + split(end - start)
        if old <= middle:
            path.append(Span(middle, end))
            end = middle
        else:
            path.append(Span(start, middle))
            start = middle
    if start > 0:  # else it is the old root itself, which the checker has
        path.append(Span(start, end))
    return tuple(reversed(path))


def check_inclusion(
    leaf: bytes, index: int, *, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Refuse a proof that leaf `index` of the tree of `size` has this hash."""
    if not 0 <= index < size:
        raise ProofError(f"a tree of {size} has no leaf {index}")
    node, last, found = index, size - 1, leaf
    for hash_ in proof:
        if last == 0:
            raise ProofError(f"the proof for leaf {index} is too long")
        if node & 1 or node == last:
            found = node_hash(hash_, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, hash_)
        node, last = node >> 1, last >> 1
    if last or found != root:
        raise ProofError(f"the proof for leaf {index} does not lead to the root")


def check_consistency(
    old: int, old_root: bytes, *, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Refuse a proof that the tree of `old` is the beginning of the tree of `size`."""
    if not 0 <= old <= size:
        raise ProofError(f"a tree of {size} does not contain one of {old}")
    if old in {0, size}:
        if proof or old_root != (EMPTY_ROOT if old == 0 else root):
            raise ProofError(f"the tree of {size} does not extend that of {old}")
        return
    hashes = list(proof)
    if old & (old - 1) == 0:
        hashes.insert(0, old_root)
    node, last = old - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    if not hashes:
        raise ProofError(f"the proof from {old} to {size} is empty")
    found_old = found = hashes[0]
    for hash_ in hashes[1:]:
        if last == 0:
            raise ProofError(f"the proof from {old} to {size} is too long")
        if node & 1 or node == last:
            found_old, found = node_hash(hash_, found_old), node_hash(hash_, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, hash_)
        node, last = node >> 1, last >> 1
    if last or found_old != old_root or found != root:
        raise ProofError(f"the tree of {size} does not extend that of {old}")


class Subtrees:
    """A tree that grows leaf by leaf and keeps nothing but its full subtrees."""

    def __init__(self, full: Iterable[tuple[int, bytes]] = ()) -> None:
        self._full = list(full)  # (size, root), the largest first

    def append(self, leaf: bytes) -> None:
        """Add the next leaf hash."""
        size = 1
        while self._full and self._full[-1][0] == size:
            leaf = node_hash(self._full.pop()[1], leaf)
            size *= 2
        self._full.append((size, leaf))

    def root(self) -> bytes:
        """The root of the tree so far."""
        hashes = [hash_ for _, hash_ in reversed(self._full)]
        if not hashes:
            return EMPTY_ROOT
        return reduce(lambda right, left: node_hash(left, right), hashes)

    def copy(self) -> "Subtrees":
        """A tree that starts with the same leaves and grows apart."""
        return Subtrees(self._full)


def split(size: int) -> int:
    """The largest power of two below `size`, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1
