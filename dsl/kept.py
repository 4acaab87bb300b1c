"""Rule files as they were loaded, kept in a file between runs.

Reading what became of nine rule files takes a few milliseconds; reading the files
themselves takes a hundred. INVARIANT (kept): what is read back was written whole, by
this very program, and of these very texts. The file is trusted: it must lie where only
its owner can write.
"""

import hashlib
import pickle
import sys
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from tempfile import NamedTemporaryFile

import lark

from dsl.load import Loaded

_DIGEST = 32  # bytes
_PROGRAM = frozenset({".py", ".lark", ".rules"})


def read(path: Path) -> Mapping[str, Loaded] | None:
    """What was kept, by framework; None if it is not of this program."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    program, digest = content[:_DIGEST], content[_DIGEST : 2 * _DIGEST]
    kept = content[2 * _DIGEST :]
    if program != _program() or digest != hashlib.sha256(kept).digest():
        return None
    known: Mapping[str, Loaded] = pickle.loads(kept)  # noqa: S301 - written by `keep`, see above
    return known


def keep(path: Path, loaded: Mapping[str, Loaded]) -> None:
    """Puts the whole file in place at once; leaves it where nothing can be written."""
    kept = pickle.dumps(dict(loaded), protocol=5)
    content = _program() + hashlib.sha256(kept).digest() + kept
    try:
        with NamedTemporaryFile(dir=path.parent, delete=False) as fresh:
            fresh.write(content)
        Path(fresh.name).replace(path)
    except OSError:
        return


@lru_cache(maxsize=1)
def _program() -> bytes:
    """Everything that decides what becomes of a text, as a digest."""
    folder = Path(str(files("dsl")))
    digest = hashlib.sha256(
        f"{sys.implementation.cache_tag} {lark.__version__}".encode()
    )
    for each in sorted(folder.rglob("*")):
        if each.suffix in _PROGRAM:
            digest.update(f"{each.relative_to(folder)} {each.stat().st_size} ".encode())
            digest.update(each.read_bytes())
    return digest.digest()
