"""API keys: the file, and the key ring that follows it."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from exohabit.service import api_keys
from exohabit.service.api_keys import Key, KeyRing, KeysError, new_key, read_keys, revoke_key

NOW = datetime.now(UTC)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "keys.json"


@pytest.fixture
def always_checking(monkeypatch):
    """Let a ring check its file in every call."""
    monkeypatch.setattr(api_keys, "_CHECK_SECONDS", 0)


def names(path) -> list[str]:
    return [key.name for key in read_keys(path)]


def while_the_file_changes(path, read, *, threads: int = 1, changes: int = 100) -> list:
    """Call `read` in threads while keys come and go; return what it has returned."""
    done = threading.Event()
    seen = []

    def read_on(_) -> None:
        while not done.is_set():
            seen.append(read())

    with ThreadPoolExecutor(threads) as pool:
        readers = pool.map(read_on, range(threads))
        try:
            for _ in range(changes):
                new_key(path, "coming")
                revoke_key(path, "coming")
        finally:
            done.set()
        list(readers)  # raises their errors
    return seen


def test_a_new_key_is_long_and_random_and_has_a_prefix(path):
    made = [new_key(path, name) for name in ("a", "b")]

    assert all(re.fullmatch(r"exohabit_[A-Za-z0-9_-]{43}", text) for text in made)
    assert made[0] != made[1]


def test_the_first_key_creates_the_file_and_others_are_added(path):
    for name in ("a", "b", "c"):
        new_key(path, name)

    assert names(path) == ["a", "b", "c"]


def test_the_file_contains_the_sha_256_of_a_key_and_no_part_of_its_text(path):
    text = new_key(path, "team")

    content = path.read_text()
    assert json.loads(content)["keys"][0]["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    random = text.removeprefix("exohabit_")
    assert not any(random[i : i + 8] in content for i in range(len(random) - 7))


def test_a_key_is_valid_forever_or_until_it_expires(path):
    new_key(path, "ever")
    new_key(path, "day", timedelta(days=1))

    ever, day = read_keys(path)
    assert ever.expires is None
    assert not ever.is_expired(NOW + timedelta(days=36500))
    assert day.expires == day.created + timedelta(days=1)
    assert not day.is_expired(day.expires - timedelta(seconds=1))
    assert day.is_expired(day.expires)


def test_a_revoked_key_is_gone_and_the_others_stay(path):
    for name in ("a", "b", "c"):
        new_key(path, name)

    revoke_key(path, "b")

    assert names(path) == ["a", "c"]


def test_the_last_key_can_be_revoked_and_its_name_used_again(path):
    first = new_key(path, "a")

    revoke_key(path, "a")

    assert names(path) == []
    assert KeyRing(path).find(first) is None
    second = new_key(path, "a")
    assert KeyRing(path).find(second).name == "a"


@pytest.mark.parametrize("name", ["a", "A.b_c-9", "x" * 64, "..", "-"])
def test_a_name_has_letters_digits_and_a_few_signs(path, name):
    new_key(path, name)

    assert names(path) == [name]


@pytest.mark.parametrize("name", ["", "x" * 65, "a b", "ä", "a\n", "a/b", "a,b", "٣", "<b>", "\0"])
def test_any_other_name_is_refused(path, name):
    with pytest.raises(KeysError, match="is not a valid name: use 1 to 64 letters"):
        new_key(path, name)

    assert not path.exists()


def test_a_name_can_be_used_once(path):
    new_key(path, "a")

    with pytest.raises(KeysError, match="there is already a key named a: revoke it"):
        new_key(path, "a")


def test_an_unknown_key_cannot_be_revoked(path):
    new_key(path, "a")

    with pytest.raises(KeysError, match="there is no key named b"):
        revoke_key(path, "b")
    with pytest.raises(KeysError, match=r"nowhere\.json does not exist"):
        revoke_key(path.with_name("nowhere.json"), "a")


def entry(**changed) -> dict:
    key = {"name": "a", "sha256": "0" * 64, "created": "2026-01-01T00:00:00Z"}
    return {name: value for name, value in {**key, **changed}.items() if value is not None}


def test_a_file_written_by_hand_is_read(path):
    path.write_text(json.dumps({"keys": [entry(expires="2026-01-01T00:00:00+02:00", note="x")]}))

    (key,) = read_keys(path)
    assert (key.name, key.expires.utcoffset()) == ("a", timedelta(hours=2))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"keys": {}}',
        b'{"keys": [7]}',
        *(
            json.dumps({"keys": [each]}).encode()
            for each in (
                entry(name=None),
                entry(name="a b"),
                entry(name="a\n"),
                entry(sha256=None),
                entry(sha256="0" * 63),
                entry(sha256="X" * 64),
                entry(sha256="0" * 64 + "\n"),
                entry(created=None),
                entry(expires="tomorrow"),
                entry(expires="2026-01-01T00:00:00"),  # of which zone?
            )
        ),
    ],
)
def test_any_other_file_is_refused(path, content):
    path.write_bytes(content)

    with pytest.raises(KeysError, match=r"keys\.json is not a keys file"):
        read_keys(path)


def test_a_broken_file_is_not_overwritten(path):
    path.write_text("half a fi")

    with pytest.raises(KeysError, match="is not a keys file"):
        new_key(path, "a")

    assert path.read_text() == "half a fi"


def test_a_file_that_cannot_be_written_is_named_in_the_error(tmp_path):
    with pytest.raises(KeysError, match=r"nowhere/keys\.json cannot be written \(No such file"):
        new_key(tmp_path / "nowhere" / "keys.json", "a")


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644])
def test_the_file_keeps_its_mode_and_no_temporary_file_is_left(path, mode):
    new_key(path, "a")
    path.chmod(mode)

    new_key(path, "b")
    revoke_key(path, "a")

    assert path.stat().st_mode & 0o777 == mode
    assert list(path.parent.iterdir()) == [path]


def test_a_full_disk_leaves_the_file_as_it_was_and_no_temporary_file(path, monkeypatch):
    new_key(path, "mobile")
    before = path.read_bytes()

    def write_half(self: Path, _content: bytes) -> None:
        with self.open("wb") as file:
            file.write(b"{")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", write_half)

    with pytest.raises(KeysError, match="No space left"):
        new_key(path, "web")
    assert path.read_bytes() == before
    assert not [
        each for each in path.parent.iterdir() if each.name not in (path.name, f"{path.name}.lock")
    ]


def test_a_reader_never_sees_the_file_half_written(path):
    for number in range(20):
        new_key(path, f"standing-{number}")

    seen = while_the_file_changes(path, lambda: names(path)[:20])

    assert len(seen) > 10
    assert all(each == [f"standing-{number}" for number in range(20)] for each in seen)


def test_keys_that_are_created_at_the_same_time_are_all_kept(path):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: new_key(path, f"key-{number}"), range(30)))

    assert set(names(path)) == {f"key-{number}" for number in range(30)}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_the_file_keeps_its_owner(path):
    new_key(path, "a")
    os.chown(path, 1234, 5678)

    new_key(path, "b")

    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 5678)


def test_a_link_to_the_file_stays_a_link(path, tmp_path):
    link = tmp_path / "link.json"
    link.symlink_to(path)

    for name in ("a", "b"):
        new_key(link, name)

    assert link.is_symlink()
    assert names(path) == ["a", "b"]


def test_a_ring_finds_each_of_several_keys_and_nothing_else(path):
    made = {name: new_key(path, name) for name in ("a", "b", "c")}
    ring = KeyRing(path)

    assert {name: ring.find(text).name for name, text in made.items()} == {n: n for n in made}
    for text in made.values():
        assert ring.find(text[:-1]) is None
        assert ring.find(text + "A") is None
        assert ring.find(text.swapcase()) is None
        assert ring.find(hashlib.sha256(text.encode()).hexdigest()) is None


def test_a_ring_finds_an_expired_key_too(path):
    text = new_key(path, "old", timedelta(seconds=-1))

    assert KeyRing(path).find(text).is_expired(datetime.now(UTC))


@pytest.mark.parametrize(
    "given",
    ["", " ", "ä", "\x00", "\r\n", "\ud800", "€" * 100, "x" * 201, "x" * 10**6, "exohabit_"],
    ids="none blank latin NUL newline surrogate euros long huge prefix".split(),
)
def test_no_odd_text_raises_an_error(path, given):
    new_key(path, "a")

    assert KeyRing(path).find(given) is None


def test_a_key_followed_by_more_characters_is_not_that_key(path):
    text = new_key(path, "a")

    assert KeyRing(path).find(text + "x") is None


@pytest.mark.parametrize("position", [0, 2, 4, None])
def test_all_digests_are_compared_whatever_the_position_of_the_key(path, monkeypatch, position):
    made = [new_key(path, f"key-{number}") for number in range(5)]
    ring = KeyRing(path)
    compared = []
    monkeypatch.setattr(api_keys.hmac, "compare_digest", lambda *pair: compared.append(pair))

    ring.find("wrong" if position is None else made[position])

    assert [known for known, _ in compared] == [key.sha256 for key in read_keys(path)]


def test_a_ring_follows_additions_and_revocations(path, always_checking):
    first = new_key(path, "first")
    ring = KeyRing(path)

    second = new_key(path, "second")
    assert ring.find(second).name == "second"

    revoke_key(path, "first")
    assert ring.find(first) is None
    assert ring.find(second).name == "second"


def test_a_ring_does_not_check_its_file_for_every_request(path, monkeypatch):
    text = new_key(path, "a")
    ring = KeyRing(path)
    revoke_key(path, "a")
    monkeypatch.setattr(api_keys, "_CHECK_SECONDS", 3600)

    assert ring.find(text).name == "a"


def test_a_change_is_noticed_within_ten_seconds():
    assert 0 < api_keys._CHECK_SECONDS < 10


@pytest.mark.parametrize("content", [None, "", "half a fi", '{"keys": [7]}'])
def test_if_the_file_breaks_or_disappears_the_keys_stay_and_it_is_logged_once(
    path, always_checking, caplog, content
):
    text = new_key(path, "a")
    ring = KeyRing(path)
    path.unlink() if content is None else path.write_text(content)

    with caplog.at_level(logging.ERROR):
        found = [ring.find(text), ring.find("wrong"), ring.find(text)]

    assert [key and key.name for key in found] == ["a", None, "a"]
    (record,) = caplog.records
    assert record.getMessage().startswith(f"the keys stay as they were: EXOHABIT_KEYS_FILE: {path}")


def test_a_repaired_file_is_followed_again(path, always_checking):
    first = new_key(path, "first")
    ring = KeyRing(path)
    path.unlink()
    assert ring.find(first).name == "first"

    second = new_key(path, "second")

    assert ring.find(second).name == "second"
    assert ring.find(first) is None


def test_a_ring_needs_a_readable_file_at_the_start(path):
    with pytest.raises(KeysError, match=r"does not exist; flask keys new NAME makes it$"):
        KeyRing(path)
    path.mkdir()
    with pytest.raises(KeysError, match=r"cannot be read \(.+\): .* and run flask keys new NAME$"):
        KeyRing(path)


def test_many_threads_never_miss_a_key_while_the_file_changes(path, always_checking):
    text = new_key(path, "a")
    ring = KeyRing(path)

    found = while_the_file_changes(path, lambda: ring.find(text), threads=2, changes=8)

    assert len(found) > 10
    assert all(isinstance(key, Key) for key in found)
