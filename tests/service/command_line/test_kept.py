"""What takes long to make is kept where only its owner writes."""

from pathlib import Path

from service.command_line.kept import kept_in


def test_it_lies_in_the_persons_cache(tmp_path: Path) -> None:
    kept = kept_in({"XDG_CACHE_HOME": str(tmp_path)})

    assert kept == tmp_path / "adjudge"
    assert kept.stat().st_mode & 0o077 == 0


def test_without_a_cache_of_their_own_it_lies_at_home(tmp_path: Path) -> None:
    assert kept_in({"HOME": str(tmp_path)}) == tmp_path / ".cache" / "adjudge"


def test_nothing_is_kept_where_nothing_can_be(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")

    assert kept_in({}) is None
    assert kept_in({"HOME": str(in_the_way)}) is None


def test_nothing_is_kept_where_others_may_write(tmp_path: Path) -> None:
    folder = tmp_path / "adjudge"
    folder.mkdir()
    folder.chmod(0o775)

    assert kept_in({"XDG_CACHE_HOME": str(tmp_path)}) is None
