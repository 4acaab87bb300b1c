"""The parser's tables are kept where only their owner writes."""

from pathlib import Path

from service.command_line.parser_tables import parser_tables


def test_tables_lie_in_the_persons_cache(tmp_path: Path) -> None:
    kept = parser_tables({"XDG_CACHE_HOME": str(tmp_path)})

    assert kept is not None
    assert kept.parent == tmp_path / "adjudge"
    assert kept.parent.stat().st_mode & 0o077 == 0


def test_without_a_cache_of_their_own_they_lie_at_home(tmp_path: Path) -> None:
    kept = parser_tables({"HOME": str(tmp_path)})

    assert kept is not None
    assert kept.parent == tmp_path / ".cache" / "adjudge"


def test_nothing_is_kept_where_nothing_can_be(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")

    assert parser_tables({}) is None
    assert parser_tables({"HOME": str(in_the_way)}) is None
