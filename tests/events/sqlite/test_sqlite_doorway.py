"""Who waits to write a file goes before who has just written it."""

import threading
import time
from pathlib import Path

import pytest

from events.sqlite.doorway import Doorway
from events.sqlite.writer import SqliteWriter
from events.store import Overloaded


def writer(path: Path) -> SqliteWriter:
    return SqliteWriter(str(path), ())


def someone_stands_in(path: Path) -> bool:
    door = Doorway(str(path), patience=0)
    try:
        with door.standing():
            return False
    except Overloaded:
        return True
    finally:
        door.close()


def test_a_process_that_waits_comes_before_one_that_just_wrote(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    order: list[str] = []
    first = writer(path)
    there, claimed = threading.Event(), threading.Event()

    def wait_and_write() -> None:
        second = writer(path)
        there.set()
        claimed.wait()
        second.claim()
        order.append("who waited")
        second.release()
        second.close()

    waiting = threading.Thread(target=wait_and_write)
    waiting.start()
    there.wait()
    first.claim()
    claimed.set()
    while not someone_stands_in(path):
        time.sleep(0.001)
    first.release()
    first.claim()
    order.append("who had written")

    first.release()
    waiting.join()
    first.close()
    assert order == ["who waited", "who had written"]


def test_a_doorway_that_stays_full_is_told_of(tmp_path: Path) -> None:
    inside, outside = (Doorway(str(tmp_path / "l.db"), patience=p) for p in (5, 0))

    with (
        inside.standing(),
        pytest.raises(Overloaded, match="too many other processes"),
        outside.standing(),
    ):
        pass
    with outside.standing():
        pass

    inside.close()
    outside.close()


def test_where_folders_cannot_be_locked_the_lock_of_the_file_remains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(_: int, __: int) -> None:
        raise OSError("no locks here")

    monkeypatch.setattr("events.sqlite.doorway.fcntl.flock", unsupported)
    alone = writer(tmp_path / "ledger.db")

    assert alone.claim().position == 0

    alone.release()
    alone.close()
