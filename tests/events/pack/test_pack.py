"""The pack as a file: written the same each time, read back, refused out of form."""

import json
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from events.codec import CODEC
from events.inspection import ReportPublished
from events.pack.audit import audit_pack
from events.pack.export import Archive, NothingSignedError, export_ledger
from events.pack.form import Claim, PackError, event_line, parse_event
from events.pack.verify_pack import main
from events.pack.write import pack_bytes, verifier
from events.proof.key_ring import KeyRing
from events.proof.memory import MemoryProofs
from events.proof.note_key import SigningKey
from events.stored import StoredEvent
from tests.events.ledger_of import chained
from tests.events.pack.packing import (
    BRENT,
    KEY,
    KEYS,
    ORIGIN,
    Streams,
    a_ledger,
    changed,
    opened,
    part_pack,
    signed,
    whole_pack,
)

SPECIFICATION = Path(__file__).parents[3] / "events" / "PACK.md"

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
EVENTS = st.builds(
    StoredEvent,
    position=st.integers(1, 2**63),
    stream=TEXT,
    version=st.integers(1, 2**31),
    type=TEXT,
    schema=st.integers(1, 99),
    recorded_at=st.integers(-(2**62), 2**62),
    observed_at=st.integers(-(2**62), 2**62),
    actor=TEXT,
    command_id=TEXT | st.none(),
    correlation_id=TEXT | st.none(),
    causation_id=TEXT | st.none(),
    about=TEXT | st.none(),
    payload=st.binary(max_size=20) | TEXT.map(str.encode),
    hash=st.binary(min_size=32, max_size=32),
)


@given(EVENTS)
def test_a_line_gives_back_every_stored_byte(event: StoredEvent) -> None:
    line = event_line(event)

    assert parse_event(line) == event
    assert line.count(b"\n") == 1


@pytest.mark.parametrize(
    "change",
    [
        {"position": True},
        {"position": 1.0},
        {"position": "1"},
        {"actor": None},
        {"about": 7},
        {"payload": 7},
        {"payload": None},
        {"hash": "0g"},
        {"more": 1},
    ],
)
def test_a_line_with_another_value_is_refused(change: dict[str, object]) -> None:
    fields = json.loads(event_line(a_ledger()[0])) | change

    with pytest.raises(PackError):
        parse_event(json.dumps(fields, separators=(",", ":")).encode() + b"\n")


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [
        (b'{"position":1,', b'{"position": 1,'),
        (b'{"position":1,', b'{"position":01,'),
        (b'{"position":1,', b'{"position":2,"position":1,'),
        (b'{"position":1,', b"{"),
        (b'"p-17"', b'"p-1\\u0037"'),
        (b"}\n", b"}"),
        (b'"hash":"', b'"hash":" '),
        (b"}\n", b"}\r\n"),
        (b'"payload":', b'"payload_base64":"","payload":'),
    ],
)
def test_a_line_written_otherwise_is_refused(written: bytes, otherwise: bytes) -> None:
    line = event_line(a_ledger()[0])
    assert written in line

    with pytest.raises(PackError, match="is not written as"):
        parse_event(line.replace(written, otherwise))


async def test_the_same_contents_give_the_same_file() -> None:
    assert await whole_pack(a_ledger()) == await whole_pack(a_ledger())
    assert await part_pack(a_ledger()) == await part_pack(a_ledger())


@pytest.mark.parametrize("pack_of", [whole_pack, part_pack])
async def test_a_pack_reads_back_and_writes_the_same(pack_of: object) -> None:
    assert callable(pack_of)
    packed = await pack_of(a_ledger())

    pack = opened(packed)

    assert list(pack.events) == list(pack.events)  # as often as one likes
    assert pack_bytes(replace(pack, events=list(pack.events))) == packed


async def test_a_pack_carries_readme_verifier_and_rule_texts() -> None:
    with ZipFile(BytesIO(await whole_pack(a_ledger()))) as archive:
        names = archive.namelist()
        assert archive.read("verify.py") == verifier()
        assert ORIGIN.encode() in archive.read("README.md")
        rules = archive.read("rules/1-1-youth-2021.rules").decode()
        assert {entry.compress_type for entry in archive.infolist()} == {ZIP_STORED}

    assert rules == "framework “Youth 2021”\n"
    assert names[0] == "README.md"
    assert "tile/0/000.p/120" in names
    assert "checkpoints/120.txt" in names


async def test_every_file_of_a_pack_is_specified() -> None:
    specification = SPECIFICATION.read_text(encoding="utf-8")
    for packed in (await whole_pack(a_ledger()), await part_pack(a_ledger())):
        with ZipFile(BytesIO(packed)) as archive:
            for name in archive.namelist():
                assert f"`{name.partition('/')[0]}" in specification


async def test_a_pack_larger_than_a_page_and_a_tile_holds() -> None:
    events = chained(a_ledger() * 11)
    packed = await _exported(events, (500, 1300))
    pack = opened(packed)

    assert len(list(pack.events)) == 1300
    assert audit_pack(pack).findings == ()


async def _exported(events: list[StoredEvent], sizes: tuple[int, ...]) -> bytes:
    store, _ = await signed(events, sizes)
    written = BytesIO()
    await export_ledger(Archive(Streams(events), store, KEYS.ring), written)
    return written.getvalue()


async def test_a_ledger_shorter_than_its_checkpoint_is_exported_as_it_is() -> None:
    store, _ = await signed(a_ledger())
    written = BytesIO()
    archive = Archive(Streams(a_ledger()[:50]), store, KEYS.ring)
    await export_ledger(archive, written)

    findings = audit_pack(opened(written.getvalue())).findings

    assert findings[0].position == 51


async def test_nothing_is_exported_before_anything_is_signed() -> None:
    archive = Archive(Streams(a_ledger()), MemoryProofs(), KEYS.ring)

    with pytest.raises(NothingSignedError):
        await export_ledger(archive, BytesIO())


async def test_keys_from_elsewhere_take_the_place_of_those_in_the_pack() -> None:
    pack = opened(await whole_pack(a_ledger()))
    stranger = KeyRing.of(SigningKey(ORIGIN, bytes([9]) * 32))

    assert audit_pack(pack, ring=KeyRing.of(KEY)).findings == ()
    assert "compare them" not in str(audit_pack(pack, ring=KeyRing.of(KEY)).unproven)
    assert len(audit_pack(pack, ring=stranger).findings) == 4
    part = opened(await part_pack(a_ledger()))
    says = audit_pack(part, ring=stranger).findings[0].says
    assert says == "the pack has no checkpoint that its ledger signed"


@pytest.mark.parametrize("scope", ["whole", "part"])
async def test_ratings_claimed_must_be_those_published(
    scope: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    published = ReportPublished(
        number=1,
        ratings={"2.1": "Good"},
        score=2,
        maximum=3,
        overall="Good",
        figures_hash="sha256:01",
        framework_hash="sha256:00",
        as_of=118,
    )
    *before, last = [event for event in a_ledger() if event.position < 120]
    last = last._replace(type="report-published", payload=CODEC.encode(published)[2])
    events = chained([*before, last, a_ledger()[-1]])
    claim = Claim(
        inspection=BRENT,
        as_of=118,
        framework_hash="sha256:00",
        ratings={"2.1": "Good"},
        score=2,
        maximum=3,
        overall="Good",
    )
    packed = await (whole_pack if scope == "whole" else part_pack)(events)
    path = tmp_path / "pack.zip"

    for claimed, holds in ((claim, True), (replace(claim, overall="Poor"), False)):
        other = changed(packed, claims=(claimed,))
        path.write_bytes(other)
        assert (audit_pack(opened(other)).findings == ()) is holds
        assert main([str(path)]) == (0 if holds else 1)
        assert ("the ratings claimed for" in capsys.readouterr().out) is not holds


async def test_an_adoption_of_an_unknown_form_has_no_rule_texts() -> None:
    events = a_ledger()
    events = chained([events[0]._replace(payload=b"{}"), *events[1:]])

    pack = opened(await whole_pack(events))

    assert pack.rules == {}
    assert audit_pack(pack).findings == ()


async def _altered(change: object) -> bytes:
    """A good pack, unpacked, altered file by file, and packed again."""
    assert callable(change)
    written = BytesIO()
    with (
        ZipFile(BytesIO(await part_pack(a_ledger()))) as old,
        ZipFile(written, "w") as new,
    ):
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return written.getvalue()


@pytest.mark.parametrize(
    ("altered", "content", "says"),
    [
        ("pack.json", None, "no `pack.json`"),
        ("pack.json", b"[]", "not of the format"),
        ("pack.json", b'{"format":"adjudge-pack/2"}', "not of the format"),
        ("pack.json", b"{", "`pack.json` is damaged"),
        ("keys.txt", None, "no `keys.txt`"),
        ("keys.txt", b"key", "`keys.txt` cannot be read: a line of a key ring"),
        ("keys.txt", b"\xff", "`keys.txt` is damaged"),
        ("checkpoints/60.txt", b"note", "`checkpoints/60.txt` cannot be read"),
        ("consistency.ndjson", b"{}\n", "`consistency.ndjson`"),
        ("consistency.ndjson", b"7\n", "`consistency.ndjson` is damaged"),
        (
            "consistency.ndjson",
            b'{"old":1,"size":2,"hashes":["00"]}\n',
            "`consistency.ndjson` is damaged",
        ),
        (
            "consistency.ndjson",
            b'{"old":1,"size":2,"hashes":"00"}\n',
            "`consistency.ndjson` is damaged",
        ),
        (
            "proofs.ndjson",
            b'{"position":"1","previous":"00","inclusion":[]}\n',
            "`proofs.ndjson` is damaged",
        ),
        ("events.ndjson", None, "no `events.ndjson`"),
        ("ratings.json", b"{}", "`ratings.json` is damaged"),
    ],
)
async def test_a_pack_out_of_form_is_refused_and_the_place_named(
    altered: str, content: bytes | None, says: str, tmp_path: Path
) -> None:
    packed = await _altered(
        lambda name, old: content if name == altered else old,
    )
    (tmp_path / "pack.zip").write_bytes(packed)

    with pytest.raises(PackError, match=says):
        opened(packed)
    assert main([str(tmp_path / "pack.zip")]) == 1


@pytest.mark.parametrize("name", ["tile/0/0", "tile/0/1000", "tile/x/000", "tile/0"])
async def test_a_tile_out_of_place_is_refused(name: str) -> None:
    written = BytesIO(await whole_pack(a_ledger()))
    with ZipFile(written, "a") as archive:
        archive.writestr(name, bytes(32))

    with pytest.raises(PackError, match="is not the name of a tile"):
        opened(written.getvalue())


async def test_a_compressed_file_of_events_is_refused(tmp_path: Path) -> None:
    written = BytesIO()
    with (
        ZipFile(BytesIO(await whole_pack(a_ledger()))) as old,
        ZipFile(written, "w", ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
    (tmp_path / "pack.zip").write_bytes(written.getvalue())

    with pytest.raises(PackError, match="is compressed"):
        opened(written.getvalue())
    assert main([str(tmp_path / "pack.zip")]) == 1


@pytest.mark.filterwarnings("ignore:Duplicate name")
async def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    written = BytesIO(await whole_pack(a_ledger()))
    with ZipFile(written, "a") as archive:
        archive.writestr("pack.json", b"{}")
    (tmp_path / "pack.zip").write_bytes(written.getvalue())

    with pytest.raises(PackError, match="two files of one name"):
        opened(written.getvalue())
    assert main([str(tmp_path / "pack.zip")]) == 1


async def test_a_file_of_events_cut_short_is_found(tmp_path: Path) -> None:
    packed = await _altered(
        lambda name, old: old[:-40] if name == "events.ndjson" else old
    )
    (tmp_path / "pack.zip").write_bytes(packed)

    findings = audit_pack(opened(packed)).findings

    assert "is not written as" in findings[0].says
    assert main([str(tmp_path / "pack.zip")]) == 1


async def test_a_damaged_entry_of_events_is_found(tmp_path: Path) -> None:
    packed = bytearray(await whole_pack(a_ledger()))
    with ZipFile(BytesIO(packed)) as archive:
        packed[archive.getinfo("events.ndjson").header_offset] ^= 1
    (tmp_path / "pack.zip").write_bytes(packed)

    findings = audit_pack(opened(bytes(packed))).findings

    assert "entry for `events.ndjson` is damaged" in findings[0].says
    assert main([str(tmp_path / "pack.zip")]) == 1


def test_a_claim_is_plain_json() -> None:
    fields = {field.name for field in msgspec.structs.fields(Claim)}

    assert fields == {
        *("inspection", "as_of", "framework_hash"),
        *("ratings", "score", "maximum", "overall"),
    }
