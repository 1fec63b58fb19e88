#!/usr/bin/python3
"""Golden vectors: every kind of message as bytes, beside what they mean.

golden.py --check   golden/*.hex decode to golden/*.json and golden/*.json encode to golden/*.hex
golden.py --add     writes the .hex of every .json that has none; one that exists never changes

A .json has the kind, frame A and frame B: {"hex": "..."} or {"<message type>": {fields by their names in the .proto}}.
A .hex has three lines: the kind, frame A and frame B in hexadecimal ("-" = empty).
"""
import json
import os
import pathlib
import sys

from google.protobuf import json_format, symbol_database

sys.path.insert(0, os.environ.get("JIEDUI_PB", "."))
import envelope_pb2  # noqa: E402,F401
import ops_pb2  # noqa: E402,F401
import registry_pb2  # noqa: E402,F401

GOLDEN = pathlib.Path(__file__).parent / "golden"


def message_class(name):
    return symbol_database.Default().GetSymbol(f"jiedui.{name}")


def encode(part):
    (name, value), = part.items()
    if name == "hex":
        return bytes.fromhex(value)
    message = message_class(name)()
    json_format.ParseDict(value, message)
    return message.SerializeToString(deterministic=True)


def decode(part, data):
    (name, _), = part.items()
    if name == "hex":
        return {"hex": data.hex()}
    message = message_class(name).FromString(data)
    return {name: json_format.MessageToDict(message, preserving_proto_field_name=True)}


def lines(vector):
    return [vector["kind"], encode(vector["a"]).hex() or "-", encode(vector["b"]).hex() or "-"]


def check(name, vector):
    kind, a, b = (GOLDEN / f"{name}.hex").read_text().split()
    if [kind, a, b] != lines(vector):
        return f"{name}: encodes to\n" + "\n".join(lines(vector))
    for frame, data in (("a", a), ("b", b)):
        back = decode(vector[frame], b"" if data == "-" else bytes.fromhex(data))
        if back != vector[frame]:
            return f"{name}: frame {frame} decodes to {json.dumps(back)}"
    return None


def main():
    vectors = {path.stem: json.loads(path.read_text()) for path in sorted(GOLDEN.glob("*.json"))}
    if "--add" in sys.argv:
        for name, vector in vectors.items():
            path = GOLDEN / f"{name}.hex"
            if not path.exists():
                path.write_text("\n".join(lines(vector)) + "\n")
    faults = [fault for name, vector in vectors.items() if (fault := check(name, vector))]
    kinds = {vector["kind"] for vector in vectors.values()}
    faults += [f"no vector of kind {kind}" for kind in
               {"JD1C", "JD1Q", "JD1R", "JD1F", "JD1B", "JD1A", "JD1S", "JD1P"} - kinds]
    faults += [f"{path.name} has no .json" for path in GOLDEN.glob("*.hex") if path.stem not in vectors]
    print("\n".join(faults) or f"{len(vectors)} vectors")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
