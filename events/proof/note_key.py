"""The keys that sign notes, in the text form C2SP `signed-note` gives them.

    verifier key   <name>+<key id>+<base64 of type ‖ public key>
    signing key    PRIVATE+KEY+<name>+<key id>+<base64 of type ‖ seed>

The key id is 8 hexadecimal digits: the first 4 bytes of the SHA-256 of the name, a
newline, the type and the public key. It is an identifier and no fingerprint: whoever
wants a key known for sure compares all of it. A name has no space and no plus sign.

Types are 1, an Ed25519 signature of the text, and 4, a witness's cosignature, which
also says when (`events.proof.note`). Other types exist; a key of one is refused here,
and a signature by one is left alone by every reader.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from enum import IntEnum
from hashlib import sha256
from typing import NamedTuple, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

_KEY_SIZE = 32
_PRIVATE = "PRIVATE+KEY+"


class NoteError(ValueError):
    """A note, key or checkpoint that is not as it must be; one sentence."""


class SignatureType(IntEnum):
    """What a key's signatures are, by the byte that C2SP assigned."""

    PLAIN = 1
    COSIGNATURE = 4


class VerifierKey(NamedTuple):
    """Whose signatures count: the public half of a key."""

    name: str
    type: SignatureType
    public: bytes

    @property
    def id(self) -> bytes:
        """What a signature line calls this key by, together with its name."""
        material = bytes([self.type]) + self.public
        return sha256(self.name.encode() + b"\n" + material).digest()[:4]

    def __str__(self) -> str:
        return _layout(self, self.public)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The inverse of `str`."""
        name, id_, type_, public = _parse(text)
        key = cls(name, type_, public)
        if key.id.hex() != id_:
            raise NoteError(f"the key of `{name}` does not have the id it states")
        return key

    def signed(self, message: bytes, signature: bytes) -> bool:
        """This key made this Ed25519 signature over these bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class SigningKey:
    """The private half; nothing prints it but `export`."""

    def __init__(
        self, name: str, seed: bytes, type_: SignatureType = SignatureType.PLAIN
    ) -> None:
        if len(seed) != _KEY_SIZE:
            raise NoteError(f"the seed of a signing key has {_KEY_SIZE} bytes")
        require_name(name)
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._private.public_key().public_bytes_raw()
        self.verifier = VerifierKey(name, type_, public)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The inverse of `export`; the message of a refusal never holds the key."""
        if not text.startswith(_PRIVATE):
            raise NoteError(f"a signing key begins with `{_PRIVATE}`")
        name, id_, type_, seed = _parse(text.removeprefix(_PRIVATE))
        key = cls(name, seed, type_)
        if key.verifier.id.hex() != id_:
            raise NoteError(f"the key of `{name}` does not have the id it states")
        return key

    def export(self) -> str:
        """The key as it is kept in a file that nobody else can read."""
        return _PRIVATE + _layout(self.verifier, self._private.private_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature over these bytes."""
        return self._private.sign(message)


def require_name(name: str) -> None:
    """Refuse what cannot be the name of a key."""
    if not name or any(c == "+" or c < " " or c.isspace() for c in name):
        raise NoteError(f"`{name}` cannot be the name of a key")


def strict_base64(text: str) -> bytes:
    """Decode base64 that is written in the one way an encoder would."""
    try:
        decoded = b64decode(text, validate=True)
    except (NotBase64, ValueError) as error:
        raise NoteError("a base64 text is not one") from error
    if b64encode(decoded).decode() != text:
        raise NoteError("a base64 text is not written as an encoder would")
    return decoded


def _layout(key: VerifierKey, material: bytes) -> str:
    coded = b64encode(bytes([key.type]) + material).decode()
    return f"{key.name}+{key.id.hex()}+{coded}"


def _parse(text: str) -> tuple[str, str, SignatureType, bytes]:
    name, _, rest = text.partition("+")
    id_, _, coded = rest.partition("+")
    require_name(name)
    material = strict_base64(coded)
    if len(material) != 1 + _KEY_SIZE or material[0] not in set(SignatureType):
        raise NoteError(f"the key of `{name}` is of no kind that is known here")
    return name, id_, SignatureType(material[0]), material[1:]
