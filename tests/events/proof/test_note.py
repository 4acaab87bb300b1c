"""Notes, keys and checkpoints, held against the examples of their specifications."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.proof.checkpoint import Checkpoint, NotAnExtensionError
from events.proof.key_ring import KeyRing, RingKey
from events.proof.note import Note, Signature, parse_notes
from events.proof.note_key import NoteError, SignatureType, SigningKey, VerifierKey

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_PRIVATE = (
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
)
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
BY_PETER = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg"
    "KvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
BY_ENOCH = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01"
    "oOTGwnWLox33WWd1RvMc+QQ=\n"
)
"""Keys, text and signatures of the tests of Go's `sumdb/note`."""

SOFA = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4U"
    "RYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZC"
    "B9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
"""The example of C2SP `tlog-cosignature`."""

ORIGIN = "adjudge.example/ledger"
OLD, NEW = SigningKey(ORIGIN, bytes(32)), SigningKey(ORIGIN, bytes([1]) * 32)
WITNESS = SigningKey("witness.example/w1", bytes(32), SignatureType.COSIGNATURE)
AT_40 = Checkpoint(ORIGIN, 40, bytes(32))


def test_a_key_reads_as_go_writes_it() -> None:
    key = VerifierKey.parse(PETER)

    assert (key.name, key.id.hex(), str(key)) == ("PeterNeumann", "c74f20a3", PETER)
    assert SigningKey.parse(PETER_PRIVATE).verifier == key
    assert SigningKey.parse(PETER_PRIVATE).export() == PETER_PRIVATE


def test_a_note_is_signed_as_go_signs_it() -> None:
    signed = Note(TEXT, ()).add(SigningKey.parse(PETER_PRIVATE))

    assert str(signed) == f"{TEXT}\n{BY_PETER}"


@pytest.mark.parametrize("text", [PETER, PETER_PRIVATE])
def test_a_key_changed_anywhere_is_refused(text: str) -> None:
    parse = SigningKey.parse if text.startswith("PRIVATE") else VerifierKey.parse
    for at in range(len(text)):
        for mangled in (
            text[:at],
            text[at + 1 :],
            text[:at] + chr(ord(text[at]) + 1) + text[at + 1 :],
        ):
            with pytest.raises(NoteError):
                parse(mangled)


@pytest.mark.parametrize(
    "text",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_a_key_of_another_length_or_kind_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        VerifierKey.parse(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\nb", "a\x01b"])
def test_a_name_without_form_cannot_be_that_of_a_key(name: str) -> None:
    with pytest.raises(NoteError, match="cannot be the name"):
        SigningKey(name, bytes(32))


def test_a_seed_has_its_length() -> None:
    with pytest.raises(NoteError, match="32 bytes"):
        SigningKey("a", bytes(31))


def test_a_refused_signing_key_is_not_printed() -> None:
    with pytest.raises(NoteError) as refused:
        SigningKey.parse(PETER_PRIVATE[:-1] + "A")

    assert "AYEKFAL" not in str(refused.value)


def test_only_signatures_of_known_keys_count() -> None:
    note = Note.parse(f"{TEXT}\n{BY_PETER}{BY_ENOCH}")
    peter, enoch = VerifierKey.parse(PETER), VerifierKey.parse(ENOCH)

    assert [signed.key for signed in note.signed([peter])] == [peter]
    assert [signed.key for signed in note.signed([peter, enoch])] == [peter, enoch]
    assert note.signed([]) == ()


def test_a_false_signature_of_a_known_key_spoils_the_note() -> None:
    note = Note.parse(f"{TEXT[:-2]}!\n\n{BY_PETER}{BY_ENOCH}")

    with pytest.raises(NoteError, match="`PeterNeumann` does not hold"):
        note.signed([VerifierKey.parse(PETER)])


@pytest.mark.parametrize(
    "written",
    [
        "",
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}\n{BY_PETER}"[:-1],
        f"\x01{TEXT}\n{BY_PETER}",
        f"{TEXT}\r\n\n{BY_PETER}",
        f"{TEXT}\n{BY_PETER}unexpected\n",
        f"{TEXT}\n{BY_PETER.replace('Neumann', ' Neumann')}",
        f"{TEXT}\n{BY_PETER.replace('— ', '- ')}",
        f"{TEXT}\n{BY_PETER.replace('=', '')}",
        f"{TEXT}\n{BY_PETER.replace('nAM=', 'nAN=')}",
        f"{TEXT}\n— PeterNeumann x08gow==\n",
        f"{TEXT}\n— PeterNeumann ?\n",
        f"{TEXT}\n— PeterNeumann é\n",
        f"{TEXT}\n{BY_PETER * 65}",
    ],
)
def test_a_note_out_of_form_is_refused(written: str) -> None:
    with pytest.raises(NoteError):
        Note.parse(written)


def test_the_example_of_the_specification_reads_and_writes_the_same() -> None:
    note = Note.parse(SOFA)
    checkpoint = Checkpoint.parse(note.text)

    assert str(note) == SOFA
    assert checkpoint.size == 20852163
    assert str(checkpoint) == note.text
    assert int.from_bytes(note.signatures[1].value[:8]) == 1679315147


@given(
    st.text(st.characters(min_codepoint=32), min_size=1).filter(
        lambda text: "\n" not in text
    ),
    st.integers(0, 10**19 - 1),
    st.binary(min_size=32, max_size=32),
)
def test_a_checkpoint_reads_back(origin: str, size: int, root: bytes) -> None:
    checkpoint = Checkpoint(origin, size, root)

    assert Checkpoint.parse(str(checkpoint)) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{ORIGIN}\n40\n",
        f"\n40\n{'A' * 43}=\n",
        f"{ORIGIN}\n40\n{'A' * 43}=",
        f"{ORIGIN}\n40\n{'A' * 43}=\nextension\n",
        f"{ORIGIN}\n040\n{'A' * 43}=\n",
        f"{ORIGIN}\n+40\n{'A' * 43}=\n",
        f"{ORIGIN}\n\u0664\u0660\n{'A' * 43}=\n",
        f"{ORIGIN}\n{'9' * 5000}\n{'A' * 43}=\n",
        f"{ORIGIN}\n-1\n{'A' * 43}=\n",
        f"{ORIGIN}\n40\n{'A' * 42}==\n",
        f"{ORIGIN}\n40\n{'A' * 43}\n",
        f"{ORIGIN}\n40\nAAAA\n",
        f"{ORIGIN}\t\n40\n{'A' * 43}=\n",
    ],
)
def test_a_checkpoint_out_of_form_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        Checkpoint.parse(text)


def test_a_witness_says_when_it_cosigned() -> None:
    note = AT_40.sign(OLD).add(WITNESS, at=1679315147)

    own, cosigned = note.signed([OLD.verifier, WITNESS.verifier])

    assert own.at is None
    assert cosigned.at == 1679315147
    assert cosigned.key.signed(
        f"cosignature/v1\ntime 1679315147\n{AT_40}".encode(),
        note.signatures[1].value[8:],
    )


def test_a_cosignature_with_another_time_does_not_hold() -> None:
    note = AT_40.sign(OLD).add(WITNESS, at=1679315147)
    name, id_, value = note.signatures[1]
    moved = Signature(name, id_, (1679315148).to_bytes(8) + value[8:])

    with pytest.raises(NoteError, match="does not hold"):
        note._replace(signatures=(moved,)).signed([WITNESS.verifier])


def test_a_cosignature_needs_a_time() -> None:
    with pytest.raises(NoteError, match="needs a time"):
        AT_40.sign(OLD).add(WITNESS)


def test_one_seed_under_one_name_is_two_keys_for_two_kinds() -> None:
    plain = SigningKey(WITNESS.verifier.name, bytes(32)).verifier

    assert plain.public == WITNESS.verifier.public
    assert plain.id != WITNESS.verifier.id


def test_a_file_of_notes_gives_all_that_can_be_read() -> None:
    first, second = str(AT_40.sign(OLD)), str(AT_40._replace(size=41).sign(OLD))

    assert [str(note) for note in parse_notes(f"{first}\n{second}\n")] == [
        first,
        second,
    ]
    for cut in range(len(first) - 1):
        torn = f"{first[:cut]}\n(cut short)\n\n{second}\n"
        assert [str(note) for note in parse_notes(torn)] == [second]
    assert [str(note) for note in parse_notes(f"{first}\n{second[:30]}")] == [first]
    assert parse_notes("") == ()


def test_a_ring_of_keys_reads_back() -> None:
    ring = KeyRing.of(OLD).rotate(OLD.verifier, NEW.verifier, at=40)

    assert KeyRing.parse(f"# ours\n\n{ring}") == ring
    assert [(key.first, key.last) for key in ring.keys] == [(0, 40), (40, None)]


@pytest.mark.parametrize("line", [PETER, f"{PETER} 0", f"{PETER} 0 x", f"{PETER} 00 -"])
def test_a_line_of_a_ring_out_of_form_is_refused(line: str) -> None:
    with pytest.raises(NoteError):
        KeyRing.parse(line)


@pytest.mark.parametrize(
    ("size", "signer", "holds"),
    [
        (39, OLD, True),
        (40, OLD, True),
        (41, OLD, False),
        (39, NEW, False),
        (40, NEW, True),
        (41, NEW, True),
    ],
)
def test_a_rotated_key_speaks_for_its_own_time_only(
    size: int, signer: SigningKey, *, holds: bool
) -> None:
    ring = KeyRing.of(OLD).rotate(OLD.verifier, NEW.verifier, at=40)
    note = AT_40._replace(size=size).sign(signer)

    if holds:
        assert ring.attest(note).by[0].key == signer.verifier
    else:
        with pytest.raises(NoteError, match="not signed by a key"):
            ring.attest(note)


def test_a_hand_over_is_signed_by_both_keys() -> None:
    ring = KeyRing.of(OLD).rotate(OLD.verifier, NEW.verifier, at=40)

    attested = ring.attest(AT_40.sign(OLD, NEW))

    assert [found.key for found in attested.by] == [OLD.verifier, NEW.verifier]


def test_a_key_that_does_not_speak_cannot_hand_over() -> None:
    with pytest.raises(NoteError, match="does not speak"):
        KeyRing.of(OLD).rotate(NEW.verifier, NEW.verifier, at=40)


def test_a_witness_alone_does_not_make_a_checkpoint() -> None:
    ring = KeyRing((RingKey(WITNESS.verifier, 0, None),))

    with pytest.raises(NoteError, match="not signed by a key"):
        ring.attest(Note(str(AT_40), ()).add(WITNESS, at=1))


def test_cosignatures_are_told_from_the_ledgers_own() -> None:
    ring = KeyRing.of(OLD, WITNESS)

    attested = ring.attest(AT_40.sign(OLD).add(WITNESS, at=7))

    assert [found.key for found in attested.by] == [OLD.verifier]
    assert [found.at for found in attested.witnesses] == [7]


@pytest.mark.parametrize(
    ("size", "root", "says"),
    [
        (39, None, "it has only 39 events"),
        (41, None, "its event 40 is another one"),
        (41, bytes([1]) * 32, "the first 40 of its 41 events have 0101"),
    ],
)
def test_a_ledger_that_does_not_extend_a_checkpoint_is_described(
    size: int, root: bytes | None, says: str
) -> None:
    alarm = NotAnExtensionError(AT_40, size=size, root=root)

    assert says in str(alarm)
    assert "40 events with root 0000" in str(alarm)
    assert (alarm.promised, alarm.size, alarm.root) == (AT_40, size, root)
