#!/usr/bin/python3
"""The protocol only grows: what was released stays readable.

compat.py OLD NEW      compares two descriptor sets (protoc --descriptor_set_out)
compat.py --selftest NEW  plants every kind of break in NEW and wants each reported
compat.py --update OLD NEW  takes NEW as released, if it breaks nothing

Rules: no message, field, enum, value or method disappears; a field keeps its number, name, type and cardinality, and
its place in or out of a oneof; a removed field is reserved by number and by name; a value keeps its number; a method
keeps its request and answer. And of NEW itself: proto3 without optional, map, Any, groups and recursion; enums begin
with ..._UNSPECIFIED = 0; packages are jiedui.<area>.v<n>.
"""
import copy
import re
import shutil
import sys

from google.protobuf import descriptor_pb2 as pb

F = pb.FieldDescriptorProto


def load(path):
    with open(path, "rb") as file:
        return pb.FileDescriptorSet.FromString(file.read())


def messages(files, prefix=""):
    for file in files.file:
        yield from nested(file.message_type, f".{file.package}")


def nested(types, prefix):
    for message in types:
        name = f"{prefix}.{message.name}"
        yield name, message
        yield from nested(message.nested_type, name)


def enums(files):
    for file in files.file:
        for enum in file.enum_type:
            yield f".{file.package}.{enum.name}", enum
    for name, message in messages(files):
        for enum in message.enum_type:
            yield f"{name}.{enum.name}", enum


def methods(files):
    for file in files.file:
        for service in file.service:
            for method in service.method:
                yield f".{file.package}.{service.name}.{method.name}", (method.input_type, method.output_type)


def is_reserved(message, field):
    by_number = any(r.start <= field.number < r.end for r in message.reserved_range)
    return by_number and field.name in message.reserved_name


def in_oneof(message, field):
    return message.oneof_decl[field.oneof_index].name if field.HasField("oneof_index") else None


def compare_fields(name, old, new):
    now = {field.number: field for field in new.field}
    for field in old.field:
        where = f"{name}.{field.name}"
        other = now.get(field.number)
        if other is None:
            if not is_reserved(new, field):
                yield f"{where} = {field.number} is gone; reserve its number and its name"
        elif other.name != field.name:
            yield f"{where} = {field.number} is now called {other.name}"
        elif (other.type, other.type_name) != (field.type, field.type_name):
            yield f"{where} has another type"
        elif other.label != field.label:
            yield f"{where} is repeated in one version only"
        elif in_oneof(new, other) != in_oneof(old, field):
            yield f"{where} moved into or out of a oneof"
    for field in new.field:
        if any(r.start <= field.number < r.end for r in old.reserved_range) or field.name in old.reserved_name:
            yield f"{name}.{field.name} = {field.number} takes a reserved number or name"
    for r in old.reserved_range:
        if r not in new.reserved_range:
            yield f"{name}: numbers {r.start} to {r.end - 1} are no longer reserved"


def compare(old, new):
    now = dict(messages(new))
    for name, message in messages(old):
        if name in now:
            yield from compare_fields(name, message, now[name])
        else:
            yield f"{name} is gone"
    now = dict(enums(new))
    for name, enum in enums(old):
        values = {value.name: value.number for value in now[name].value} if name in now else None
        if values is None:
            yield f"{name} is gone"
            continue
        for value in enum.value:
            if values.get(value.name) != value.number:
                yield f"{name}.{value.name} = {value.number} is gone or has another number"
    now = dict(methods(new))
    for name, types in methods(old):
        if name not in now:
            yield f"{name} is gone"
        elif now[name] != types:
            yield f"{name} takes or answers another type"


def lint(files):
    types = dict(messages(files))
    for file in files.file:
        if file.syntax != "proto3" or not re.fullmatch(r"jiedui\.[a-z]+\.v[0-9]+", file.package):
            yield f"{file.name}: proto3 and a package jiedui.<area>.v<n> are wanted"
        if any("google/protobuf" in name for name in file.dependency):
            yield f"{file.name}: no well-known types"
    for name, message in types.items():
        if message.options.map_entry:
            yield f"{name}: no maps"
        for field in message.field:
            if field.proto3_optional:
                yield f"{name}.{field.name}: no optional (protobuf-c 1.4.1 refuses it)"
            if field.type == F.TYPE_GROUP:
                yield f"{name}.{field.name}: no groups"
        if reaches(types, name, name, set()):
            yield f"{name} contains itself"
    for name, enum in enums(files):
        if enum.value[0].number != 0 or not enum.value[0].name.endswith("_UNSPECIFIED"):
            yield f"{name}: the first value is ..._UNSPECIFIED = 0"


def reaches(types, start, goal, seen):
    for field in types[start].field:
        if field.type != F.TYPE_MESSAGE or field.type_name in seen or field.type_name not in types:
            continue
        if field.type_name == goal or reaches(types, field.type_name, goal, seen | {field.type_name}):
            return True
    return False


# --- breaks to plant: each changes a copy of the set and must be reported with the word

def of_package(files, package):
    return next(file for file in files.file if file.package == package)


def message_of(files, name):
    return next(m for m in of_package(files, "jiedui.bus.v1").message_type if m.name == name)


def remove_field(files):
    del message_of(files, "Header").field[3]


def half_reserve(files):
    message = message_of(files, "Header")
    message.reserved_range.add(start=message.field[3].number, end=message.field[3].number + 1)
    del message.field[3]


def well_reserved(files):
    message = message_of(files, "Header")
    message.reserved_name.append(message.field[3].name)
    half_reserve(files)


def add_optional(files):
    message_of(files, "Header").field.add(name="extra", number=99, type=F.TYPE_STRING, proto3_optional=True)


def add_recursion(files):
    message_of(files, "Param").field.add(name="inner", number=9, type=F.TYPE_MESSAGE, type_name=".jiedui.bus.v1.Status")


def add_map(files):
    message_of(files, "Header").nested_type.add(name="XEntry").options.map_entry = True


def add_oneof(files):
    message = message_of(files, "Fetch")
    message.oneof_decl.add(name="choice")
    message.field[0].oneof_index = 0


def assign(path, attribute, value):
    def change(files):
        setattr(path(files), attribute, value)
    return change


def header_field(files):
    return message_of(files, "Header").field[1]


def first_enum(files):
    return of_package(files, "jiedui.bus.v1").enum_type[0]


def first_method(files):
    return of_package(files, "jiedui.ops.v1").service[0].method[0]


BREAKS = [
    ("a field removed", remove_field, "is gone; reserve"),
    ("its number reserved only", half_reserve, "is gone; reserve"),
    ("a field renumbered", assign(header_field, "number", 77), "is gone; reserve"),
    ("a field renamed", assign(header_field, "name", "kind"), "is now called kind"),
    ("a field retyped", assign(header_field, "type", F.TYPE_BYTES), "has another type"),
    ("a field repeated", assign(header_field, "label", F.LABEL_REPEATED), "repeated in one version"),
    ("a field into a oneof", add_oneof, "out of a oneof"),
    ("a message removed", lambda files: files.file.remove(of_package(files, "jiedui.ops.v1")), "is gone"),
    ("an enum removed", lambda files: of_package(files, "jiedui.bus.v1").enum_type.pop(0), ".Code is gone"),
    ("a value renumbered", assign(lambda files: first_enum(files).value[1], "number", 55), "has another number"),
    ("a value removed", lambda files: first_enum(files).value.pop(1), "has another number"),
    ("a method removed", lambda files: of_package(files, "jiedui.ops.v1").service[0].method.pop(0), "is gone"),
    ("a method's request", assign(first_method, "input_type", ".jiedui.ops.v1.Empty"), "another type"),
    ("a method's answer", assign(first_method, "output_type", ".jiedui.ops.v1.Drain"), "another type"),
    ("optional", add_optional, "no optional"),
    ("a map", add_map, "no maps"),
    ("recursion", add_recursion, "contains itself"),
    ("a well-known type", lambda files: of_package(files, "jiedui.bus.v1").dependency.append("google/protobuf/any.proto"),
     "no well-known types"),
    ("an enum without UNSPECIFIED", assign(lambda files: first_enum(files).value[0], "name", "CODE_NONE"), "_UNSPECIFIED"),
    ("another package", assign(lambda files: of_package(files, "jiedui.bus.v1"), "package", "bus"), "a package jiedui"),
]


def selftest(released):
    faults = []
    for what, change, word in BREAKS:
        broken = copy.deepcopy(released)
        change(broken)
        found = [*compare(released, broken), *lint(broken)]
        if not any(word in line for line in found):
            faults.append(f"not reported: {what} (found {found})")
    grown = copy.deepcopy(released)  # what is allowed
    well_reserved(grown)
    message_of(grown, "Pong").field.add(name="extra", number=99, type=F.TYPE_STRING, label=F.LABEL_OPTIONAL)
    first_enum(grown).value.add(name="CODE_NEW", number=99)
    of_package(grown, "jiedui.bus.v1").message_type.add(name="New")
    faults += [f"reported though allowed: {line}" for line in [*compare(released, grown), *lint(grown)]]
    taken = copy.deepcopy(grown)  # a reserved number given away
    del message_of(taken, "Header").reserved_range[:]
    message_of(taken, "Header").field.add(name="again", number=4, type=F.TYPE_STRING, label=F.LABEL_OPTIONAL)
    if sum("reserved" in line for line in compare(grown, taken)) != 2:
        faults.append("a reserved number was given away unnoticed")
    return faults


def main(words):
    if words[0] == "--selftest":
        faults = selftest(load(words[1]))
    else:
        old, new = words[-2:]
        faults = [*compare(load(old), load(new)), *lint(load(new))]
        if words[0] == "--update" and not faults:
            shutil.copyfile(new, old)
    print("\n".join(faults) or "compatible")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
