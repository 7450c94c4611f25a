# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check at start that every primitive gives the answers it should.

A libsodium of another make, or a broken build, must stop the program before it writes
anything that nobody can open.
"""

import hashlib

from hedgerow.engines.vault import primitives as p
from hedgerow.engines.vault.arrival import Sealed, open_arrival, pieces_of, seal_arrival
from hedgerow.kernel.errors import Damaged

_KEY = bytes(range(32))
_SALT = bytes(range(16))
_COST = p.Cost(memory_kib=8, passes=1)
_KNOWN = {
    "sub": "7119505a5df7e6bdcd45ca438c5143cd",
    "stretch": "b8c7f72693754759b12619210de60728",
    "aead": "2c04baa391c1377a7c1455bac869e1a7",
    "x25519": "d39b64c7dd4b6aa5e672d12e9e7f57ab",
    "ed25519": "20a2b7f9b0054d5e875579f534d507cd",
    "arrival": "acf08c85840257eb8da1900c19388bfc",
}


def _fixed(size: int) -> bytes:
    """Stand in for randomness, so that the answers are known."""
    return bytes(range(size))


def _arrived(keys: p.SealingKeys) -> bytes:
    """Seal as an observer's browser does."""
    return seal_arrival(b"hedgerow", keys.public, kind=Sealed.FORM, week=1, random=_fixed)


def _answers() -> dict[str, str]:
    """Compute the answers that are known."""
    nonce = _fixed(p.NONCE_BYTES)
    aead = p.seal_aead(_KEY, b"hedgerow", nonce=nonce, associated=b"self-test")
    signing = p.signing_keys(_KEY)
    values = {
        "sub": p.sub(_KEY, "self-test", b"part", 7, "text"),
        "stretch": p.stretch(b"hedgerow", salt=_SALT, cost=_COST),
        "aead": aead,
        "x25519": p.sealing_keys(_KEY).public,
        "ed25519": p.sign(signing, b"hedgerow"),
        "arrival": _arrived(p.sealing_keys(_KEY)),
    }
    return {name: hashlib.sha256(value).hexdigest()[:32] for name, value in values.items()}


def self_test() -> None:
    """Compare with the known answers, and open what was sealed.

    Raises:
        Damaged: "vault.self_test" with the name of the primitive that failed.
    """
    answers = _answers()
    for name, known in _KNOWN.items():
        if answers[name] != known:
            raise Damaged("vault.self_test", primitive=name)
    box = p.seal_box(_KEY, b"hedgerow", "self-test", random=_fixed)
    keys = p.sealing_keys(_KEY)
    if p.open_box(_KEY, box, "self-test") != b"hedgerow":
        raise Damaged("vault.self_test", primitive="box")
    header, pieces = pieces_of(_arrived(keys))
    if list(open_arrival(header, pieces, keys=keys, kind=Sealed.FORM)) != [b"hedgerow"]:
        raise Damaged("vault.self_test", primitive="arrival")
    if p.open_sealed(keys, p.seal_to(keys.public, b"hedgerow")) != b"hedgerow":
        raise Damaged("vault.self_test", primitive="sealed box")
