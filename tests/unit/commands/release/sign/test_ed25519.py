"""Ed25519 as RFC 8032 has it, and what libsodium refuses beyond that."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.release.sign import ed25519

# RFC 8032, section 7.1: secret key, public key, message, signature.
VECTORS = {
    "1": (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
        "655141438e7a100b",
    ),
    "2": (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
        "b00d291612bb0c00",
    ),
    "3": (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
        "c027beceea1ec40a",
    ),
    "SHA(abc)": (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        hashlib.sha512(b"abc").hexdigest(),
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17a"
        "d9bef1177331a704",
    ),
}
ORDER = 2**252 + 27742317777372353535851937790883648493
PRIME = 2**255 - 19
# Every encoding of a point whose order divides eight.
SMALL = [
    bytes(32),
    (2**255).to_bytes(32, "little"),
    (1).to_bytes(32, "little"),
    (1 + 2**255).to_bytes(32, "little"),
    (PRIME - 1).to_bytes(32, "little"),
    (PRIME - 1 + 2**255).to_bytes(32, "little"),
    *(
        bytes.fromhex(f"{start}{last}")
        for start, last in (
            ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc", "05"),
            ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc", "85"),
            ("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03", "7a"),
            ("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03", "fa"),
        )
    ),
    PRIME.to_bytes(32, "little"),
    (PRIME + 1).to_bytes(32, "little"),
]


@pytest.mark.parametrize("name", VECTORS)
def test_the_vectors_of_the_rfc(name):
    secret, public, message, signature = map(bytes.fromhex, VECTORS[name])
    assert ed25519.public_key(secret) == public
    assert ed25519.sign(secret, message) == signature
    assert ed25519.verify(public, signature, message)
    assert not ed25519.verify(public, signature, message + b"x")


def test_an_s_beyond_the_order_is_refused():
    _, public, message, signature = map(bytes.fromhex, VECTORS["3"])
    beyond = int.from_bytes(signature[32:], "little") + ORDER
    assert not ed25519.verify(public, signature[:32] + beyond.to_bytes(32, "little"), message)


@pytest.mark.parametrize("point", SMALL, ids=lambda point: point.hex()[:8] + point.hex()[-2:])
def test_points_of_small_order_are_refused(point):
    # R is the neutral element and S zero: without the rule this fits any message for one key in eight.
    neutral = (1).to_bytes(32, "little")
    assert not ed25519.is_key(point)
    assert not any(ed25519.verify(point, neutral + bytes(32), bytes([number])) for number in range(16))
    _, public, message, signature = map(bytes.fromhex, VECTORS["2"])
    assert not ed25519.verify(public, point + signature[32:], message)


def test_a_point_in_a_second_encoding_is_refused():
    assert not ed25519.is_key((PRIME + 4).to_bytes(32, "little"))
    assert not ed25519.is_key((2).to_bytes(32, "little"))  # of no point at all


@given(st.integers(0, 511))
def test_every_bit_of_a_signature_counts(bit):
    _, public, message, signature = map(bytes.fromhex, VECTORS["2"])
    changed = int.from_bytes(signature, "little") ^ (1 << bit)
    assert not ed25519.verify(public, changed.to_bytes(64, "little"), message)
