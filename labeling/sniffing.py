"""What the first bytes of a file say it is, and whether its end is there: read without decoding anything."""

import re

ALLOWED = ("JPEG", "PNG", "WEBP", "GIF")

# Formats that we know and refuse, so that people are told "a TIFF cannot be taken" and not "this is no image".
_OTHERS = {
    "TIFF": rb"II\*\0|MM\0\*|II\+\0|MM\0\+",
    "BMP": rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0",
    "HEIC": rb".{4}ftyp(?:heic|heix|hevc|hevx|heim|heis|mif1|msf1)",
    "AVIF": rb".{4}ftypavi[fs]",
    "JPEG XL": rb"\xff\x0a|\0\0\0\x0cJXL ",
    "JPEG 2000": rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51",
    "Photoshop": rb"8BPS",
    "PDF": rb"%PDF-",
    "icon": rb"\0\0[\1\2]\0[\1-\xff]\0",
    "SVG": rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml|<!--|<!DOCTYPE svg|<svg).{0,1000}?<svg|(?:\xef\xbb\xbf)?\s*<svg",
}
_SIGNATURES = {
    "JPEG": rb"\xff\xd8\xff",
    "PNG": rb"\x89PNG\r\n\x1a\n",
    "WEBP": rb"RIFF.{4}WEBP",
    "GIF": rb"GIF8[79]a",
} | _OTHERS
_COMPILED = {name: re.compile(pattern, re.DOTALL) for name, pattern in _SIGNATURES.items()}

_SCAN, _END = 0xDA, 0xD9
# A JPEG marker that a length follows, or the end; in compressed data only 0x00 or a restart marker follows a 0xFF.
_MARKER = re.compile(rb"\xff([\x02-\xcf\xd9-\xfe])")


def sniff(data: bytes) -> str | None:
    """Return the format that the signature in `data` announces ("JPEG", "SVG", ...), None if we know none such."""
    return next((name for name, pattern in _COMPILED.items() if pattern.match(data)), None)


def is_cut_short(data: bytes, kind: str) -> bool:
    """Say whether `data`, one of ALLOWED, lacks its end: only used to explain why it could not be decoded."""
    if kind == "WEBP":
        return len(data) < int.from_bytes(data[4:8], "little") + 8
    if kind == "GIF":
        return not data.rstrip(b"\0").endswith(b";")
    return {"JPEG": b"\xff\xd9", "PNG": b"IEND"}[kind] not in data


def jpeg_scans(data: bytes) -> int:
    """Count the scans of a JPEG. Each costs a pass over all pixels and may take no more than some tens of bytes."""
    scans, position = 0, 2
    while marker := _MARKER.search(data, position):
        kind = marker[1][0]
        if kind == _END:
            break
        scans += kind == _SCAN
        position = marker.end() + int.from_bytes(data[marker.end() : marker.end() + 2], "big")
    return scans
