#!/usr/bin/python3
"""Writes corpus/: messages that once hurt somebody, by name. Run again after adding one."""
import os

FRAMES, BODY = b"\x00", b"\x01"
HEADER, STATUS, EVENT, FETCH, BATCH = range(5)  # numbers of types.c
ACK, SNAP, PAGE, PONG = range(5, 9)


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def number(field_number, value):
    return varint(field_number << 3) + varint(value)


def frames(*parts):
    return FRAMES + b"".join(len(p).to_bytes(2, "big") + p for p in parts)


def body(kind, data):
    return BODY + kind.to_bytes(2, "big") + data


def nested(depth):
    """Batch.events.basis..., wrapped until no type fits any more."""
    data = b""
    for _ in range(depth):
        data = field(3, data)
    return data


header = field(1, bytes(range(16))) + field(2, b"registry.v1.DraftAgreement") + field(4, b"key")
id16 = bytes(16)
corpus = {
    "command": frames(b"\0abcd", b"JD1C", header, b""),
    "query": frames(b"\0abcd", b"JD1Q", header, b""),
    "req-socket": frames(b"\0abcd", b"", b"JD1C", header, b""),
    "four-addresses": frames(b"\0abcd", b"a", b"b", b"", b"JD1P", id16, b""),
    "five-addresses": frames(b"\0abcd", b"a", b"b", b"c", b"", b"JD1P", id16, b""),
    "fetch": frames(b"\0abcd", b"JD1F", id16, number(1, 7) + number(2, 99) + field(6, b"registry.v1.PersonAmended")),
    "ack": frames(b"\0abcd", b"JD1A", id16, field(1, b"portal") + number(3, 5)),
    "snapshot": frames(b"\0abcd", b"JD1S", id16, field(1, b"cursor")),
    "ping": frames(b"\0abcd", b"JD1P", b"x", b""),
    "reply-from-client": frames(b"\0abcd", b"JD1R", id16, number(1, 1)),
    "wrong-kind": frames(b"\0abcd", b"JD2C", header, b""),
    "no-header": frames(b"\0abcd", b"JD1C", b"", b""),
    "one-frame": frames(b"\0abcd"),
    "two-frames": frames(b"\0abcd", b"JD1C"),
    "twelve-frames": frames(*[b"x"] * 12),
    "long-header": frames(b"\0abcd", b"JD1C", b"x" * 4097, b""),
    "bad-utf8": body(HEADER, b"\x12\x02\xf0\x80"),
    "overlong-utf8": body(HEADER, field(2, b"\xc0\xaf")),
    "surrogate-utf8": body(HEADER, field(2, b"\xed\xa0\x80")),
    "nul-in-text": body(HEADER, field(2, b"a\0b")),
    "enum-99": body(STATUS, number(1, 99)),
    "enum-negative": body(STATUS, number(1, 2**64 - 1)),
    "wrong-wire-type": body(STATUS, field(1, b"OK")),
    "truncated-varint": body(FETCH, b"\x10\xff\xff\xff"),
    "overlong-varint": body(FETCH, b"\x10" + b"\xff" * 10 + b"\x01"),
    "length-past-end": body(BATCH, b"\x1a\x7f\x00"),
    "length-2^63": body(BATCH, b"\x1a" + varint(2**63)),
    "field-zero": body(HEADER, b"\x02\x00"),
    "group": body(HEADER, b"\x0b\x0c"),
    "empty-events": body(BATCH, b"\x1a\x00" * 20000),
    "merge-bomb": body(BATCH, field(1, field(3, field(1, b"n"))) * 8000),
    "unknown-fields": body(HEADER, b"".join(number(1000 + i, i) for i in range(400))),
    "nested": body(BATCH, nested(2000)),
    "pong": body(PONG, field(1, b"registry") + field(8, b"snapshot")),
    "page": body(PAGE, field(4, field(1, b"institution") + field(2, b"\x0a\x00"))),
    "event": body(EVENT, number(1, 1) + field(3, b"registry.v1.PersonAmended") + field(14, number(3, 7))),
}
folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus")
os.makedirs(folder, exist_ok=True)
for name, data in corpus.items():
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)
