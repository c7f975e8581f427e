from __future__ import annotations

import pytest

from exohabit.catalog.checksum import BLANK, is_intact, seal


@pytest.fixture
def sealed(tmp_path):
    """A sealed file's content, and its checksum."""
    path = tmp_path / "file"
    path.write_bytes(b"some text, sum=" + BLANK.encode() + b", and more")
    seal(path, "sum=")
    content = path.read_bytes()
    return content, content[15:79].decode()


def test_a_sealed_file_is_intact_and_differs_only_in_the_checksum(sealed):
    content, checksum = sealed

    assert checksum != BLANK
    assert is_intact(content, checksum, "sum=")
    assert content.replace(checksum.encode(), BLANK.encode()) == (
        b"some text, sum=" + BLANK.encode() + b", and more"
    )


def test_any_changed_byte_is_noticed(sealed):
    content, checksum = sealed

    for i in range(len(content)):
        changed = content[:i] + bytes([content[i] ^ 1]) + content[i + 1 :]
        assert not is_intact(changed, checksum, "sum=")
    assert not is_intact(content, BLANK, "sum=")


def test_a_file_without_a_place_for_it_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(BLANK.encode())

    with pytest.raises(ValueError, match="not found"):
        seal(tmp_path / "file", "sum=")
