"""Files that are neither JSON nor tables."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from exohabit.inputs.file_kinds import describe_other_file
from exohabit.inputs.readers import INPUT_FORMATS
from exohabit.inputs.schemas import EXAMPLE
from tests.formats import as_archive_csv, as_csv


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return file.getvalue()


KINDS = {
    "gzip": (gzip.compress(b"pl_rade\n1\n"), "Content-Encoding: gzip"),
    "xlsx": (zipped(), "xlsx"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "xls file"),
    "Parquet": (b"PAR1\x15\x04\x15", "Parquet"),
    "Feather": (b"ARROW1\0\0", "Feather"),
    "HDF5": (b"\x89HDF\r\n\x1a\n", "HDF5"),
    "FITS": (b"SIMPLE  =                    T", "FITS"),
    "VOTable": (b"<?xml version='1.0'?>\n<VOTABLE version='1.3'>", "VOTable"),
    "VOTable with a prefix": (b"<vot:VOTABLE xmlns:vot='x'>", "VOTable"),
    "HTML": (b"<!DOCTYPE html>\n<html>", "HTML page"),
    "HTML after blanks": (b"\r\n <HTML lang=en>", "HTML page"),
    "XML": (b"<?xml version='1.0'?><planets>", "XML"),
    "PDF": (b"%PDF-1.7\n", "PDF"),
    "bzip2": (b"BZh91AY", "compressed"),
    "a table of a paper": (b"Title: Planets\nAuthors: x\n", "table of a paper"),
}


@pytest.mark.parametrize(("body", "words"), KINDS.values(), ids=KINDS)
def test_a_file_that_is_not_a_table_is_named_with_what_to_send(body, words):
    message = describe_other_file(body)

    assert words in message
    assert message.startswith("The input is ")


@pytest.mark.parametrize(("body", "words"), KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("media_type", [way.media_type for way in INPUT_FORMATS])
def test_such_a_file_is_refused_under_every_declared_format(client, media_type, body, words):
    answer = client.post("/rank", data=body, content_type=media_type)

    assert answer.status_code == 400
    assert words in answer.json["message"]


@pytest.mark.parametrize(
    "body", [as_csv([EXAMPLE]), as_archive_csv([EXAMPLE]), b"", b"[]", b"{}", b"par1,pl_rade\n"]
)
def test_tables_and_json_are_not_taken_for_other_files(body):
    assert describe_other_file(body) is None
