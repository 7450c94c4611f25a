# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check what is planted: pictures with notes, forms as browsers send them."""

import struct
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile

from hedgerow.drill.browser import Reader, encoded
from hedgerow.drill.pictures import jpeg, png

WORD = "жщюяbqkwzvxjhfdmtp"


def _artist(exif: bytes) -> str:
    """Read the artist out of EXIF notes, as a program for pictures does."""
    start = struct.unpack(">I", exif[4:8])[0]
    assert exif[:4] == b"MM\x00\x2a"
    assert struct.unpack(">H", exif[start : start + 2]) == (1,)
    tag, kind, count, at = struct.unpack(">HHII", exif[start + 2 : start + 14])
    assert (tag, kind) == (0x013B, 2)
    return exif[at : at + count - 1].decode()


def test_a_jpeg_has_its_notes() -> None:
    """The notes stand in the first segment, of the length that it says."""
    picture = jpeg(WORD)
    length = struct.unpack(">H", picture[4:6])[0]
    assert picture[:4] == b"\xff\xd8\xff\xe1"
    assert picture[4 + length : 6 + length] == b"\xff\xdb"
    assert picture[6:12] == b"Exif\0\0"
    assert _artist(picture[12 : 4 + length]) == WORD


def test_a_png_has_its_notes() -> None:
    """Every chunk has its length and its check sum, and one of them the notes."""
    picture, at = png(WORD), 8
    chunks: dict[bytes, bytes] = {}
    while at < len(picture):
        length, name = struct.unpack(">I4s", picture[at : at + 8])
        data = picture[at + 8 : at + 8 + length]
        check = struct.unpack(">I", picture[at + 8 + length : at + 12 + length])[0]
        assert check == zlib.crc32(name + data)
        chunks[name] = data
        at += 12 + length
    assert list(chunks) == [b"IHDR", b"eXIf", b"IDAT", b"IEND"]
    assert _artist(chunks[b"eXIf"]) == WORD


def test_a_form_with_a_file_has_parts() -> None:
    """Without a file it is one line; with one, each field is a part of its own."""
    assert encoded({"a": "b c", "d": "е"}) == (
        "application/x-www-form-urlencoded",
        b"a=b+c&d=%D0%B5",
    )
    file = SimpleUploadedFile("name.txt", b"content", content_type="text/plain")
    kind, body = encoded({"a": "b", "file": file})
    mark = kind.partition("boundary=")[2].encode()
    assert body.count(b"--" + mark) == 3
    assert b'name="file"; filename="name.txt"\r\nContent-Type: text/plain\r\n\r\ncontent' in body


def test_a_page_is_read_as_a_browser_reads_it() -> None:
    """Fields, links and words of the main part, and nothing of what stands around it."""
    reader = Reader(
        '<a href="/out/"></a><main><form><input type="hidden" name="t" value="1">'
        '<input name="q"><textarea name="x">\nold</textarea><input type="file" name="f"></form>'
        '<a href="/in/"></a><ol class="words"><li>one</li><li>two</li></ol></main>'
    )
    assert reader.form.values == {"t": "1", "q": "", "x": "old"}
    assert reader.form.typed == {"q", "x", "f"}
    assert reader.links == ["/in/"]
    assert reader.words == ["one", "two"]
