import pytest
from cryptography.hazmat.primitives.ciphers import Cipher as Encryption
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from onegrid.kit.crypto.sealing import CannotOpen, Cipher, Keyring, key_of, seal, unseal

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
ciphers = st.sampled_from(Cipher)
texts = st.text(max_size=300)


def test_sm4_is_the_cipher_of_gb_t_32907():
    """The example of GB/T 32907-2016, appendix A.1."""
    block = bytes.fromhex("0123456789abcdeffedcba9876543210")
    work = Encryption(algorithms.SM4(block), modes.ECB()).encryptor()
    assert (work.update(block) + work.finalize()).hex() == "681edf34d206965e86b3e94f536e4246"


def test_sm4_gcm_gives_what_rfc_8998_prints():
    """RFC 8998, appendix A.1: the mode we use, not only the block."""
    nonce = bytes.fromhex("00001234567800000000abcd")
    text = bytes.fromhex("".join(two * 8 for two in ("aa", "bb", "cc", "dd", "ee", "ff", "ee", "aa")))
    work = Encryption(
        algorithms.SM4(bytes.fromhex("0123456789abcdeffedcba9876543210")), modes.GCM(nonce)
    ).encryptor()
    work.authenticate_additional_data(bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
    sealed = work.update(text) + work.finalize()
    assert sealed.hex().startswith("17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735")
    assert work.tag.hex() == "83de3541e4c2b58177e065a9bf7b62ec"


@given(texts, ciphers)
def test_there_and_back(text, cipher):
    ring = Keyring({"k1": KEY}, cipher)
    assert unseal(seal(text, "a.b.c", ring), "a.b.c", ring) == text


@given(texts, ciphers, st.data())
def test_one_changed_bit_is_noticed(text, cipher, data):
    ring = Keyring({"k1": KEY}, cipher)
    sealed = bytearray(seal(text, "a.b.c", ring))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(CannotOpen):
        unseal(bytes(sealed), "a.b.c", ring)


@given(texts, ciphers, st.data())
def test_a_cut_value_is_noticed(text, cipher, data):
    ring = Keyring({"k1": KEY}, cipher)
    sealed = seal(text, "a.b.c", ring)
    with pytest.raises(CannotOpen):
        unseal(sealed[: data.draw(st.integers(0, len(sealed) - 1))], "a.b.c", ring)


@pytest.mark.parametrize("cipher", Cipher)
def test_a_value_stays_in_its_column(cipher):
    ring = Keyring({"k1": KEY}, cipher)
    with pytest.raises(CannotOpen, match="not from this column"):
        unseal(seal("13800000000", "people.person.phone", ring), "people.person.name", ring)


@pytest.mark.parametrize("cipher", Cipher)
def test_another_key_under_the_same_name_does_not_open(cipher):
    sealed = seal("secret", "a.b.c", Keyring({"k1": KEY}, cipher))
    with pytest.raises(CannotOpen) as refusal:
        unseal(sealed, "a.b.c", Keyring({"k1": OTHER}, cipher))
    assert "secret" not in str(refusal.value)


def test_a_key_that_is_gone_is_named():
    sealed = seal("secret", "a.b.c", Keyring({"k1": KEY}))
    with pytest.raises(CannotOpen, match="'k1'"):
        unseal(sealed, "a.b.c", Keyring({"k2": OTHER}))


def test_the_last_key_seals_and_every_key_opens():
    old, both = Keyring({"k1": KEY}), Keyring({"k1": KEY, "k2": OTHER}, Cipher.SM4)
    sealed = seal("secret", "a.b.c", both)
    assert key_of(sealed) == "k2"
    assert unseal(seal("secret", "a.b.c", old), "a.b.c", both) == "secret"


def test_equal_texts_look_different():
    ring = Keyring({"k1": KEY})
    assert len({seal("same", "a.b.c", ring) for _ in range(50)}) == 50
