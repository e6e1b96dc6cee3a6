"""Addresses are sealed per tenant, found by a keyed hash, and outlive a change of keys."""

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.callers import add_caller
from storage.database import Db, Store
from storage.keys import ID, KeyProblem, Keys, key_id, write_new
from storage.participants import missing_keys
from tests.conftest import NOW

OLD, NEW = b"o" * 32, b"n" * 32
PHONE = "+34600000001"


@given(st.text(max_size=200), st.from_regex(r"[a-z][a-z0-9-]{0,38}", fullmatch=True))
def test_what_is_sealed_opens(text: str, tenant_id: str) -> None:
    keys = Keys(OLD)
    text = text.encode("utf-8", "ignore").decode()
    sealed = keys.seal(tenant_id, text)
    assert keys.unseal(tenant_id, sealed) == text
    assert sealed != keys.seal(tenant_id, text)


def test_what_is_sealed_does_not_show() -> None:
    assert PHONE.encode() not in Keys(OLD).seal("vilanova", PHONE)
    assert OLD not in repr(Keys(OLD)).encode()


def test_another_tenants_does_not_open() -> None:
    sealed = Keys(OLD).seal("vilanova", PHONE)
    with pytest.raises(KeyProblem, match="another tenant"):
        Keys(OLD).unseal("sant-pau", sealed)


@pytest.mark.parametrize("place", [ID, ID + 12, -1])
def test_a_changed_byte_does_not_open(place: int) -> None:
    sealed = bytearray(Keys(OLD).seal("vilanova", PHONE))
    sealed[place] ^= 1
    with pytest.raises(KeyProblem, match="damaged"):
        Keys(OLD).unseal("vilanova", bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"abc", key_id(OLD), key_id(OLD) + b"x" * 12])
def test_what_is_cut_short_does_not_open(sealed: bytes) -> None:
    with pytest.raises(KeyProblem):
        Keys(OLD).unseal("vilanova", sealed)


def test_a_newer_key_seals_and_the_older_still_opens() -> None:
    sealed = Keys(OLD).seal("vilanova", PHONE)
    both = Keys(NEW, OLD)
    assert both.unseal("vilanova", sealed) == PHONE
    assert both.seal("vilanova", PHONE)[:ID] == key_id(NEW)
    with pytest.raises(KeyProblem, match=f"{key_id(OLD).hex()} is missing"):
        Keys(NEW).unseal("vilanova", sealed)


def test_an_address_is_found_after_a_newer_key_came() -> None:
    before = Keys(OLD).address_hash("vilanova", "sms", PHONE)
    assert Keys(NEW, OLD).address_hash("vilanova", "sms", PHONE) == before


def test_a_hash_tells_neither_tenants_nor_channels_apart_by_chance() -> None:
    keys = Keys(OLD)
    hashes = [
        keys.address_hash(*address) for address in (("a", "b", "c"), ("ab", "", "c"), ("a", "b", "d"), ("b", "b", "c"))
    ]
    assert len({*hashes, Keys(NEW).address_hash("a", "b", "c")}) == 5
    assert all(len(hash) == 32 for hash in hashes)


def test_keys_of_a_setting() -> None:
    text = f" {base64.b64encode(NEW).decode()} {base64.b64encode(OLD).decode()}\n"
    assert Keys.from_text(text).ids == {key_id(NEW), key_id(OLD)}


@pytest.mark.parametrize(
    ("text", "words"), [("", "no key is set"), ("!", "not valid base64"), ("YWJj", "must be 32 bytes")]
)
def test_keys_that_are_none(text: str, words: str) -> None:
    with pytest.raises(KeyProblem, match=words):
        Keys.from_text(text)


def test_a_key_file(tmp_path: Path) -> None:
    path = tmp_path / "key"
    write_new(path)
    assert path.stat().st_mode & 0o777 == 0o600
    sealed = Keys.from_file(path).seal("vilanova", PHONE)
    assert Keys.from_file(path).unseal("vilanova", sealed) == PHONE
    with pytest.raises(FileExistsError):
        write_new(path)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    write_new(path)
    path.chmod(mode)
    with pytest.raises(KeyProblem, match=f"chmod 600 {path}"):
        Keys.from_file(path)


def test_a_key_file_that_is_missing_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(KeyProblem, match="there is no key file"):
        Keys.from_file(tmp_path / "none")
    path = tmp_path / "key"
    path.write_bytes(b"\xff\xfe")
    path.chmod(0o600)
    with pytest.raises(KeyProblem, match="does not hold keys"):
        Keys.from_file(path)


def test_a_store_names_the_keys_that_its_rows_need(store: Store, keys: Keys) -> None:
    assert store.run_no_tenant(lambda db: missing_keys(db, keys)) == frozenset()

    def add(db: Db) -> None:
        for number, used in enumerate((keys, Keys(OLD), Keys(NEW, OLD))):
            add_caller(db, "sms", bytes([number]) * 32, used.seal("vilanova", PHONE), "sms:vilanova", NOW)

    store.run("vilanova", add)
    assert store.run_no_tenant(lambda db: missing_keys(db, keys)) == {key_id(OLD).hex(), key_id(NEW).hex()}
    assert store.run_no_tenant(lambda db: missing_keys(db, Keys(OLD, NEW))) == {next(iter(keys.ids)).hex()}
