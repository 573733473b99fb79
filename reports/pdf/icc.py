"""The colour space of every report: sRGB as an ICC profile of our own, some 500 bytes.

The numbers are those of IEC 61966-2-1, with the primaries brought to the white of ICC
profiles (D50) as its specification asks; the tone curve is the standard's formula
itself, so no table is needed.
"""

from collections.abc import Sequence
from struct import pack

_WHITE = (0.9642, 1.0, 0.8249)
_PRIMARIES = {
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
}
_FROM_D65 = (
    *(1.04788, 0.02292, -0.05020),
    *(0.02959, 0.99048, -0.01706),
    *(-0.00923, 0.01508, 0.75168),
)
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_NAME, _RIGHTS = "sRGB", "No rights reserved"
_HEAD_LENGTH, _ENTRY_LENGTH = 128, 12


def srgb() -> bytes:
    """Return the profile: version 4.2, for a display, the same bytes each time."""
    curve = b"para" + bytes(4) + pack(">HH", 3, 0) + _fixed(_CURVE)
    tags = {
        b"desc": _words(_NAME),
        b"cprt": _words(_RIGHTS),
        b"wtpt": b"XYZ " + bytes(4) + _fixed(_WHITE),
        b"chad": b"sf32" + bytes(4) + _fixed(_FROM_D65),
        **{name: b"XYZ " + bytes(4) + _fixed(one) for name, one in _PRIMARIES.items()},
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    return _profile(tags)


def _profile(tags: dict[bytes, bytes]) -> bytes:
    start = _HEAD_LENGTH + 4 + _ENTRY_LENGTH * len(tags)
    table, data = pack(">I", len(tags)), b""
    for name, body in tags.items():
        table += name + pack(">II", start + len(data), len(body))
        data += body + bytes(-len(body) % 4)
    head = pack(">I4sI4s4s4s", start + len(data), b"", 0x04200000, *_KIND)
    head += pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + _fixed(_WHITE)
    return head.ljust(_HEAD_LENGTH, b"\0") + table + data


_KIND = (b"mntr", b"RGB ", b"XYZ ")


def _fixed(numbers: Sequence[float]) -> bytes:
    """Return *numbers* as the 16.16 fixed points of ICC."""
    return b"".join(pack(">i", round(number * 65536)) for number in numbers)


def _words(text: str) -> bytes:
    said = text.encode("utf-16-be")
    return (
        b"mluc"
        + bytes(4)
        + pack(">II2s2sII", 1, 12, b"en", b"US", len(said), 28)
        + said
    )
