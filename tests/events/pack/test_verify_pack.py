"""The verifier that ships in every pack, run as an auditor would run it."""

import ast
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from hashlib import sha512
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from events.chain import START, link
from events.pack.audit import audit_pack
from events.pack.form import Claim, ConsistencyProof, EventProof, Pack, PackError
from events.pack.verify_pack import (
    ORDER,
    Tree,
    WrongError,
    extended,
    included,
    main,
    verifies,
)
from events.pack.write import pack_bytes, verifier
from events.proof.checkpoint import Checkpoint
from events.proof.key_ring import KeyRing
from events.proof.merkle import consistency_path, inclusion_path, leaf_hash, node_hash
from events.proof.note import Note, Signature
from events.proof.note_key import SigningKey
from events.proof.tile import Edge, span_hash
from tests.events.ledger_of import chained, ledger_of
from tests.events.pack.packing import (
    BRENT,
    KEY,
    ORIGIN,
    SIZES,
    WITNESS,
    a_ledger,
    changed,
    opened,
    part_pack,
    signed,
    whole_pack,
)
from tests.events.tampering import AT, TAMPERINGS, Tampering, rewritten

RFC_8032 = {
    "TEST 1": (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        b"",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33b"
            "acc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    "TEST 2": (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        b"\x72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e1599"
            "6e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    "TEST 3": (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        b"\xaf\x82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f2"
            "90ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
    "TEST SHA(abc)": (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        None,
        sha512(b"abc").digest(),
        (
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3"
            "ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        ),
    ),
}
"""Section 7.1: seed, public key, message, signature."""


IN_AN_INSPECTION = (
    "flipped-byte",
    "flipped-byte-that-is-no-text",
    "flipped-byte-of-a-hash",
    "changed-actor",
    "number-never-stored",
    "dropped",
    "dropped-and-closed-up",
    "inserted-and-moved-up",
    "reordered-and-numbered",
    "cut-off",
    "rewritten",
    "rewritten-with-one-dropped",
    "rewritten-with-one-inserted",
    "rewritten-in-another-order",
)


@pytest.fixture
async def whole() -> bytes:
    return await whole_pack(a_ledger())


@pytest.fixture
async def part() -> bytes:
    return await part_pack(a_ledger())


@pytest.fixture
async def notes() -> list[Note]:
    return (await signed(a_ledger()))[1]


class Auditor:
    """Runs the verifier, taken from the pack, with nothing else on its path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(
        self, packed: bytes, *arguments: str, outside: Sequence[Note] = ()
    ) -> tuple[int, str]:
        pack, program = self.folder / "pack.zip", self.folder / "verify.py"
        pack.write_bytes(packed)
        program.write_bytes(verifier())
        asked = list(arguments)
        for number, note in enumerate(outside):
            file = self.folder / f"checkpoint-{number}.txt"
            file.write_text(str(note), encoding="utf-8")
            asked += ["--checkpoint", str(file)]
        ran = subprocess.run(  # noqa: S603  our own verifier
            [sys.executable, "-I", "-S", str(program), str(pack), *asked],
            capture_output=True,
            check=False,
            text=True,
        )
        assert "Traceback" not in ran.stderr
        assert _ran_here([str(pack), *asked]) == (ran.returncode, ran.stdout)
        return ran.returncode, ran.stdout


def _ran_here(arguments: list[str]) -> tuple[object, str]:
    """The same run in this process, where coverage sees it."""
    printed = StringIO()
    try:
        with redirect_stdout(printed), redirect_stderr(StringIO()):
            status: object = main(arguments)
    except SystemExit as left:
        status = left.code
    return status, printed.getvalue()


@pytest.fixture
def auditor(tmp_path: Path) -> Auditor:
    return Auditor(tmp_path)


@pytest.mark.parametrize("test", RFC_8032.values(), ids=RFC_8032)
def test_signatures_are_checked_as_rfc_8032_says(
    test: tuple[str, str | None, bytes, str],
) -> None:
    seed, stated, message, coded = test
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    public, signature = private.public_key().public_bytes_raw(), bytes.fromhex(coded)
    assert stated in {None, public.hex()}

    assert verifies(public, message, signature)
    assert not verifies(public, message + b"!", signature)
    for at in range(64):
        false = bytearray(signature)
        false[at] ^= 1
        assert not verifies(public, message, bytes(false))


@pytest.mark.parametrize(
    "public", [bytes(31), b"\xff" * 32, (2).to_bytes(32, "little"), b"\x01" + bytes(30)]
)
def test_what_is_no_public_key_verifies_nothing(public: bytes) -> None:
    assert not verifies(public, b"", bytes(64))


def test_a_signature_is_written_in_one_way_only() -> None:
    seed, _, message, coded = RFC_8032["TEST 1"]
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    public, signature = private.public_key().public_bytes_raw(), bytes.fromhex(coded)
    s = int.from_bytes(signature[32:], "little") + ORDER

    assert not verifies(public, message, signature[:32] + s.to_bytes(32, "little"))
    assert not verifies(public, message, signature[:-1])
    one_with_sign = (1 | 1 << 255).to_bytes(32, "little")
    assert not verifies(one_with_sign, message, signature)


@settings(max_examples=20)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80))
def test_the_two_verifiers_agree_on_signatures(seed: bytes, message: bytes) -> None:
    key = SigningKey("a", seed)

    assert verifies(key.verifier.public, message, key.sign(message))


def test_the_two_verifiers_agree_on_every_proof() -> None:
    leaves = [leaf_hash(bytes([n]) * 32) for n in range(70)]
    _, tiles = Edge(0, ()).grow(leaves)
    tree, roots = Tree([]), [Tree([]).root()]
    for leaf in leaves:
        tree.append(leaf)
        roots.append(tree.root())
    for size in range(1, len(roots)):
        for index in range(size):
            path = inclusion_path(index, size)
            proof = [span_hash(span, tiles) for span in path]
            assert included(leaves[index], index, size, proof) == roots[size]
            _refuses_other_lengths(included, (leaves[index], index, size), proof)
        for old in range(1, size + 1):
            path = consistency_path(old, size)
            proof = [span_hash(span, tiles) for span in path]
            assert extended(old, size, proof, roots[old]) == (roots[old], roots[size])


def _refuses_other_lengths(
    check: object, arguments: tuple[object, ...], proof: list[bytes]
) -> None:
    assert callable(check)
    for other in ([*proof, bytes(32)], proof[1:]):
        if other != proof:
            with pytest.raises(WrongError):
                check(*arguments, other)


def test_it_needs_nothing_but_the_standard_library_and_an_older_python() -> None:
    tree = ast.parse(verifier(), feature_version=(3, 9))
    imported = {
        name.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
    } | {
        str(node.module).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    }

    assert imported <= sys.stdlib_module_names


def test_a_whole_ledger_holds(auditor: Auditor, whole: bytes) -> None:
    status, says = auditor.run(whole)

    assert status == 0, says
    assert "holds       the chain, from event 1 to 120\n" in says
    assert "the first 120 events are those that were signed" in says
    assert "that events 1 to 120 were never rewritten" in says
    assert says.endswith("the pack holds\n")


def test_an_inspection_holds_and_says_what_it_cannot_show(
    auditor: Auditor, part: bytes
) -> None:
    status, says = auditor.run(part)

    assert status == 0, says
    assert "60 events are in the ledger of 120" in says
    assert "the chain between these events" in says
    assert f"that {BRENT} has no events later than these" in says
    assert "no --checkpoint was held against it" in says


@pytest.mark.parametrize("size", SIZES)
def test_a_checkpoint_kept_elsewhere_is_held_against_either(
    auditor: Auditor, whole: bytes, part: bytes, notes: list[Note], size: int
) -> None:
    note = notes[SIZES.index(size)].add(WITNESS, at=1679315147)

    status, says = auditor.run(whole, outside=[note])
    assert status == 0, says
    assert f"the first {size} events are those of a checkpoint elsewhere" in says

    status, says = auditor.run(part, outside=[note])
    assert status == 0, says
    assert f"it extends the --checkpoint of {size}" in says
    assert "no --checkpoint was held" not in says
    for packed in (whole, part):
        report = audit_pack(opened(packed), [note])
        assert report.findings == ()
        assert any(f"{size} e" in proven for proven in report.proven)


def test_keys_known_from_elsewhere_take_the_place_of_those_in_the_pack(
    auditor: Auditor, whole: bytes
) -> None:
    status, says = auditor.run(whole, "--key", str(KEY.verifier))
    assert status == 0
    assert "that the keys in the pack" not in says

    other = SigningKey(ORIGIN, bytes([9]) * 32).verifier
    status, says = auditor.run(whole, "--key", str(other))
    assert status == 1
    assert "WRONG       checkpoints/30.txt: no key of its ledger" in says


@pytest.mark.parametrize("tampering", TAMPERINGS.values(), ids=TAMPERINGS)
def test_tampering_with_the_events_is_found_at_its_place(
    auditor: Auditor, whole: bytes, tampering: Tampering
) -> None:
    tampered = changed(whole, events=tampering(a_ledger()))

    status, says = auditor.run(tampered)

    assert status == 1
    assert says.startswith(f"WRONG       event {AT}: "), says
    assert says.endswith("the pack does NOT hold\n")
    findings = audit_pack(opened(tampered)).findings
    assert findings[0].position == AT


@pytest.mark.parametrize("name", IN_AN_INSPECTION)
def test_tampering_with_an_inspection_is_found_at_its_place(
    auditor: Auditor, part: bytes, name: str
) -> None:
    kept = {event.position for event in opened(part).events}
    tampered = TAMPERINGS[name](a_ledger())
    events = [event for event in tampered if event.position in kept]

    packed = changed(part, events=events)

    status, says = auditor.run(packed)
    assert status == 1
    place = audit_pack(opened(packed)).findings[0].position
    assert says.startswith(f"WRONG       event {place}: "), says
    assert place in {AT, AT + 2}  # the next one, where the event itself is gone


def test_a_byte_flipped_anywhere_in_the_file_of_events_is_found_at_its_line(
    whole: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ZipFile(BytesIO(whole)) as archive:
        lines = archive.read("events.ndjson").splitlines(keepends=True)
    start, path = whole.index(lines[0]), tmp_path / "pack.zip"
    at = 0
    for number, line in enumerate(lines, 1):
        flipped = bytearray(whole)
        where = number * 7 % len(line)
        flipped[start + at + where] ^= 1
        path.write_bytes(flipped)
        assert main([str(path)]) == 1
        first = capsys.readouterr().out.partition("\n")[0]
        assert first.startswith(f"WRONG       event {number}: "), (line, where)
        findings = audit_pack(opened(bytes(flipped))).findings
        assert findings[0].position == number
        at += len(line)


async def test_a_ledger_rewritten_and_signed_anew_holds_until_a_checkpoint_elsewhere(
    auditor: Auditor, notes: list[Note]
) -> None:
    forged = await whole_pack(rewritten(a_ledger()))

    status, says = auditor.run(forged)
    assert status == 0
    assert "not proven  that events 1 to 120 were never rewritten" in says

    status, says = auditor.run(forged, outside=[notes[2]])
    assert status == 1
    assert says.startswith("WRONG       event 1: it, or one up to 100,"), says

    status, says = auditor.run(forged, outside=[notes[2], notes[0]])
    assert status == 1
    assert says.startswith("WRONG       event 31: it, or one up to 100,"), says
    findings = audit_pack(opened(forged), [notes[2], notes[0]]).findings
    assert findings[0].position == 31


async def test_where_the_old_leaves_are_still_there_the_rewritten_event_is_named(
    auditor: Auditor, whole: bytes, notes: list[Note]
) -> None:
    forged = await whole_pack(rewritten(a_ledger()))
    torn = changed(forged, tiles=opened(whole).tiles)

    status, says = auditor.run(torn, outside=[notes[2]])

    assert status == 1
    assert says.startswith(f"WRONG       event {AT}: it is not the one"), says
    assert audit_pack(opened(torn), [notes[2]]).findings[0].position == AT


async def test_an_inspection_of_a_rewritten_ledger_fails_a_checkpoint_elsewhere(
    auditor: Auditor, notes: list[Note]
) -> None:
    forged = await part_pack(rewritten(a_ledger()))
    assert auditor.run(forged)[0] == 0

    status, says = auditor.run(forged, outside=[notes[2]])

    assert status == 1
    assert "the --checkpoint of 100 has another root" in says
    says_ours = audit_pack(opened(forged), [notes[2]]).findings[0].says
    assert "has another root" in says_ours


async def test_a_checkpoint_elsewhere_of_a_size_the_pack_lacks_proves_nothing(
    auditor: Auditor, part: bytes
) -> None:
    _, (note,) = await signed(a_ledger(), (77,))

    status, says = auditor.run(part, outside=[note])

    assert status == 0
    assert "the --checkpoint of 77: the pack has none of that size" in says
    assert "77" in " ".join(audit_pack(opened(part), [note]).unproven)


async def test_a_pack_older_than_the_checkpoint_elsewhere_is_short_of_events(
    auditor: Auditor, notes: list[Note]
) -> None:
    whole = await whole_pack(a_ledger())
    pack = opened(whole)
    older = changed(whole, events=list(pack.events)[:60], checkpoints=notes[:2])

    status, says = auditor.run(older, outside=[notes[3]])

    assert status == 1
    assert says.startswith("WRONG       event 61: it is missing, and all after it")


def test_events_after_the_last_checkpoint_are_said_to_be_unsigned(
    auditor: Auditor, whole: bytes, notes: list[Note]
) -> None:
    status, says = auditor.run(changed(whole, checkpoints=tuple(notes[:3])))

    assert status == 0
    assert "not proven  events 101 to 120: they are not signed" in says


def test_a_damaged_leaf_is_not_taken_for_a_damaged_event(
    auditor: Auditor, whole: bytes
) -> None:
    (name, tile), *_ = opened(whole).tiles.items()
    damaged = changed(whole, tiles={name: bytes(32) + tile[32:]})

    status, says = auditor.run(damaged)

    assert status == 1
    assert "WRONG       tile/: the leaf of event 1 is damaged" in says
    assert "the first 120 events are those that were signed" in says


def test_a_false_signature_is_named(auditor: Auditor, whole: bytes) -> None:
    impostor = SigningKey(ORIGIN, bytes([9]) * 32)
    note = Note.parse(str(opened(whole).checkpoints[1]))
    name, id_, _ = note.signatures[0]
    false = impostor.sign(note.text.encode())
    forged = note._replace(signatures=(Signature(name, id_, false),))
    pack = opened(whole)
    checkpoints = (pack.checkpoints[0], forged, *pack.checkpoints[2:])

    status, says = auditor.run(changed(whole, checkpoints=checkpoints))

    assert status == 1
    assert f"checkpoints/60.txt: the signature of `{ORIGIN}` does not hold" in says


def test_a_checkpoint_of_another_ledger_is_refused(
    auditor: Auditor, whole: bytes
) -> None:
    other = SigningKey("other.example/ledger", bytes(32))
    note = Checkpoint(other.verifier.name, 60, bytes(32)).sign(other)
    keys = KeyRing((*opened(whole).keys.keys, *KeyRing.of(other).keys))
    odd = changed(whole, keys=keys)

    status, says = auditor.run(odd, outside=[note])

    assert status == 1
    assert "a checkpoint is of another ledger" in says
    assert any(
        "another ledger" in f.says for f in audit_pack(opened(odd), [note]).findings
    )


def test_a_checkpoint_that_does_not_extend_the_one_before_is_found(
    auditor: Auditor, part: bytes
) -> None:
    pack = opened(part)
    first, *rest = pack.consistency
    false = ConsistencyProof(first.old, first.size, first.hashes[::-1])
    for consistency in ((false, *rest), tuple(rest)):
        forged = changed(part, consistency=consistency)

        status, says = auditor.run(forged)

        assert status == 1
        assert "checkpoint 60: not shown to extend 30" in says
        assert "that of 30" in audit_pack(opened(forged)).findings[0].says


def test_a_proof_that_is_missing_false_or_left_over_is_found_at_its_event(
    auditor: Auditor, part: bytes
) -> None:
    pack = opened(part)
    first, second, *rest = pack.proofs
    other = second._replace(inclusion=second.inclusion[::-1])
    events = list(pack.events)
    for change in (
        {"proofs": (first, *rest)},
        {"proofs": (first, other, *rest)},
        {"proofs": (first, second._replace(inclusion=second.inclusion[1:]), *rest)},
        {"proofs": (first, second._replace(previous=bytes(32)), *rest)},
        {"events": events[:1], "proofs": (first, second)},
        {"events": [events[0], events[2], events[1], *events[3:]]},
        {"events": [events[1], events[0], *events[2:]]},
    ):
        forged = changed(part, **change)
        status, says = auditor.run(forged)
        assert status == 1
        found = audit_pack(opened(forged)).findings[0].position
        assert says.startswith(f"WRONG       event {found}: "), says


def test_a_rule_text_that_is_not_the_adopted_one_is_found(
    auditor: Auditor, whole: bytes, part: bytes
) -> None:
    for packed in (whole, part):
        changed_text = _with_file(
            packed, "rules/1-1-youth-2021.rules", b"framework Youth 2020"
        )

        status, says = auditor.run(changed_text)

        assert status == 1
        assert "rules/1-1-youth-2021.rules is not as the events have it" in says
        findings = audit_pack(opened(changed_text)).findings
        assert "is not as the events have it" in findings[0].says


def _with_file(packed: bytes, changed_name: str, content: bytes) -> bytes:
    """The pack unpacked, one file changed, and packed again."""
    written = BytesIO()
    with ZipFile(BytesIO(packed)) as old, ZipFile(written, "w") as new:
        for entry in old.infolist():
            is_it = entry.filename == changed_name
            new.writestr(entry, content if is_it else old.read(entry))
    return written.getvalue()


@pytest.mark.parametrize("name", ["README.md", "keys.txt", "checkpoints/30.txt"])
def test_a_damaged_file_is_named(auditor: Auditor, whole: bytes, name: str) -> None:
    with ZipFile(BytesIO(whole)) as archive:
        content = archive.read(name)
    at = whole.index(content)
    damaged = bytearray(whole)
    damaged[at + 5] ^= 1

    status, says = auditor.run(bytes(damaged))

    assert status == 1
    assert f"{name} is damaged" in says
    with pytest.raises(PackError, match=f"`{name}` is damaged"):
        opened(bytes(damaged))


@pytest.mark.parametrize("packed", [b"", b"PK\x05\x06", b"not a zip"])
def test_what_is_no_pack_is_refused(auditor: Auditor, packed: bytes) -> None:
    status, says = auditor.run(packed)

    assert status == 1
    assert says.startswith("WRONG       the pack is not a zip file")


def test_a_wrong_call_is_refused(
    auditor: Auditor, whole: bytes, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("")

    assert auditor.run(whole, "--checkpoint", str(tmp_path / "no"))[0] == 2
    assert auditor.run(whole, "--checkpoint", str(empty))[0] == 2
    assert auditor.run(whole, "--key", "nonsense")[0] == 2


def test_ratings_claimed_are_held_against_those_published(
    auditor: Auditor, whole: bytes
) -> None:
    claim = Claim(
        inspection=BRENT,
        as_of=9,
        framework_hash="sha256:00",
        ratings={"2.1": "Good"},
        score=1,
        maximum=3,
        overall=None,
    )

    assert auditor.run(changed(whole, claims=(claim,)))[0] == 0


async def test_a_report_of_an_unknown_form_is_not_compared(auditor: Auditor) -> None:
    *before, last = a_ledger()
    odd = last._replace(stream=BRENT, type="report-published", payload=b"{}")

    for pack_of in (whole_pack, part_pack):
        packed = await pack_of(chained([*before, odd]))
        assert auditor.run(packed)[0] == 0
        assert audit_pack(opened(packed)).findings == ()


def test_two_roots_signed_for_one_size_are_found(auditor: Auditor, part: bytes) -> None:
    pack = opened(part)
    other = Checkpoint(ORIGIN, 60, bytes(32)).sign(KEY)
    forged = _with_file(part, "checkpoints/30.txt", str(other).encode())

    status, says = auditor.run(forged)

    assert status == 1
    assert "checkpoint 60: two roots were signed for it" in says
    assert len(pack.checkpoints) == 4
    assert "two roots for 60" in audit_pack(opened(forged)).findings[0].says


def test_a_chain_that_was_broken_before_it_was_signed_is_found(
    auditor: Auditor,
) -> None:
    first, second = (e._replace(stream=BRENT) for e in ledger_of(2).events)
    first = first._replace(hash=link(START, first))
    second = second._replace(hash=link(bytes([7]) * 32, second))
    leaves = [leaf_hash(first.hash), leaf_hash(second.hash)]
    note = Checkpoint(ORIGIN, 2, node_hash(*leaves)).sign(KEY)
    pack = Pack(
        origin=ORIGIN,
        scope=BRENT,
        keys=KeyRing.of(KEY),
        checkpoints=(note,),
        events=(first, second),
        proofs=(
            EventProof(1, START, (leaves[1],)),
            EventProof(2, bytes([7]) * 32, (leaves[0],)),
        ),
    )

    status, says = auditor.run(pack_bytes(pack))

    assert status == 1
    assert says.startswith("WRONG       event 2: it does not follow the one before it")
    assert audit_pack(pack).findings[0].says == "event 2 does not follow event 1"


def test_an_event_under_a_root_of_its_own_is_not_one_that_was_signed(
    auditor: Auditor, part: bytes
) -> None:
    pack = opened(part)
    first, *rest = pack.proofs
    long = first._replace(inclusion=(*first.inclusion, bytes(32)))
    forged = changed(part, proofs=(long, *rest))

    status, says = auditor.run(forged)

    assert status == 1
    assert says.startswith("WRONG       event 1: its proof is too short or too long")
    assert "is too long" in audit_pack(opened(forged)).findings[0].says


def test_a_hash_of_another_length_is_damage_and_never_hashed(
    auditor: Auditor, part: bytes
) -> None:
    for line in (
        b'{"position":1,"previous":"00","inclusion":[]}\n',
        b'{"position":1,"previous":7,"inclusion":[]}\n',
        b'{"position":1,"previous":"","inclusion":""}\n',
    ):
        forged = _with_file(part, "proofs.ndjson", line)

        status, says = auditor.run(forged)

        assert status == 1
        assert "proofs.ndjson is damaged" in says


def test_a_tree_larger_than_one_tile_is_checked_leaf_by_leaf(
    auditor: Auditor,
) -> None:
    rows = ledger_of(600)
    leaves = [leaf_hash(event.hash) for event in rows.events]
    edge, tiles = Edge(0, ()).grow(leaves)
    pack = Pack(
        origin=ORIGIN,
        scope="ledger",
        keys=KeyRing.of(KEY),
        checkpoints=(Checkpoint(ORIGIN, 600, edge.root()).sign(KEY),),
        events=chained([*rows.events[:400], rows.events[0], *rows.events[401:]]),
        tiles={name: tile for name, tile in tiles.items() if name.level == 0},
    )

    status, says = auditor.run(pack_bytes(pack))

    assert status == 1
    assert says.startswith("WRONG       event 401: it is not the one that was signed")
    assert audit_pack(pack).findings[0].position == 401
