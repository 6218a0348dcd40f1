"""Writes any value as one line of tagged JSON.

The values come from code that nobody trusts, so nothing here asks a value how it compares, hashes or prints itself: exact types
decide, and subclasses are read through the methods of their built-in base. What a property or an iterator gives is the exception,
because reading it is the behaviour. Every name used after start is bound here: patching `json`, `builtins` or a module afterwards
changes nothing.
"""
import collections
import enum
import functools
import math
import os
import sys
import types

import ratchet_text
import ratchet_values

ITEM_LIMIT = 10_000
TEXT_LIMIT = 8 << 20
LONG_TEXT = 1 << 20

_isinstance, _type, _id, _len, _str, _repr, _iter, _next, _sorted, _list = isinstance, type, id, len, str, repr, iter, next, sorted, list
_getattr, _callable, _bool, _float, _int = getattr, callable, bool, float, int
_tuple, _dict, _set, _frozenset, _range = tuple, dict, set, frozenset, range
_bytes, _bytearray, _memoryview, _complex = bytes, bytearray, memoryview, complex
_Exception, _BaseException, _StopIteration, _property = Exception, BaseException, StopIteration, property
_isfinite, _isnan, _copysign, _urandom = math.isfinite, math.isnan, math.copysign, os.urandom
text, type_name, without_addresses = ratchet_text.text, ratchet_text.type_name, ratchet_text.without_addresses
_mro = type.__dict__["__mro__"].__get__
_namespace = type.__dict__["__dict__"].__get__
_read = object.__getattribute__
_Enum, _Member, _cached = enum.Enum, types.MemberDescriptorType, functools.cached_property
_deque = collections.deque
_functions = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.BuiltinMethodType, functools.partial)
_probed = (types.FunctionType, types.MethodType, functools.partial)
_iterators = tuple({type(x) for x in (iter([]), iter(()), iter({}), iter({}.values()), iter({}.items()), iter(""), iter(b""), iter(set()),
                                      iter(range(1)), reversed([]), map(str, ""), filter(None, ""), zip(), enumerate(""), (x for x in ""))})
_views = (type({}.keys()), type({}.values()), type({}.items()))
_standard = frozenset(getattr(sys, "stdlib_module_names", ())) | {"builtins"}
_argument_iterables = (ratchet_values.Iterator, ratchet_values.Iterable)


class TooLarge(Exception):
    """A value whose text has no end in sight."""


class Encoder:
    """
    How one spec wants values written; `known` maps the identity of argument containers to their number. Without `drain` an iterator
    is left as it is: what is looked at before a call must still be there in it.
    """

    def __init__(self, digits=None, sort_keys=False, identity=True, drain=True):
        self.digits = digits
        self.sort_keys = sort_keys
        self.identity = identity
        self.drain = drain

    def encode(self, value, known=None):
        """The text of `value`; a trampoline instead of recursion, so that depth has no limit."""
        walk = _Walk(self, {} if known is None else known)
        first = walk.visit(value)
        if _type(first) is _str:
            return first
        stack, result = [first], None
        while stack:
            try:
                following = stack[-1].send(result)
            except _StopIteration as done:
                stack.pop()
                result = done.value
                walk.written += _len(result)
                if walk.written > TEXT_LIMIT * 4 or _len(result) > TEXT_LIMIT:
                    raise TooLarge from None
                continue
            if _type(following) is _str:
                result = following
            else:
                stack.append(following)
                result = None
        return result

    def number(self, value):
        if _isnan(value):
            return '{"$":"nan"}'
        if not _isfinite(value):
            return '{"$":"inf"}' if value > 0 else '{"$":"-inf"}'
        if self.digits is not None and value != 0:
            value = _float("%.*e" % (self.digits - 1, value))
        if value == 0 and _copysign(1.0, value) < 0 and self.digits is None:
            return '{"$":"-0"}'
        return _float.__repr__(value)


class _Walk:
    """One value being written: which containers were seen, and which are open."""

    def __init__(self, encoder, known):
        self.encoder = encoder
        self.known = known
        self.seen = {}
        self.alive = []
        self.open = set()
        self.probing = False
        self.written = 0

    def visit(self, value):
        """Either the text itself, or a generator that asks for the text of its parts."""
        kind = _type(value)
        if value is None:
            return "null"
        if kind is _bool:
            return "true" if value else "false"
        if kind is _int:
            if -9007199254740991 <= value <= 9007199254740991:
                return _int.__repr__(value)
            return '{"$":"bigint","v":"' + (_int.__repr__(value) if value.bit_length() < 10_000 else hex(value)) + '"}'
        if kind is _float:
            return self.encoder.number(value)
        if kind is _str:
            return text(value) if _len(value) <= LONG_TEXT else ratchet_text.digest(value)
        if kind is _complex:
            return '{"$":"complex","v":[' + self.encoder.number(value.real) + "," + self.encoder.number(value.imag) + "]}"
        if kind is _bytes:
            return _byte_text("bytes", value)
        if kind is _range:
            return '{"$":"range","v":[%d,%d,%d]}' % (value.start, value.stop, value.step)
        if value is Ellipsis or value is NotImplemented:
            return '{"$":"constant","v":' + text(_repr(value)) + "}"
        return self.shared(value, kind)

    def shared(self, value, kind):
        """Marks what occurs twice and what is an argument; a cycle ends here."""
        identity = _id(value)
        if identity in self.open:
            return '{"$":"share","v":%d}' % self.seen[identity]
        mutable = kind is not _tuple and kind is not _frozenset
        observed = self.encoder.identity and mutable
        if observed and identity in self.seen:
            return '{"$":"share","v":%d}' % self.seen[identity]
        number = self.known.get(identity, _len(self.known) + _len(self.seen))
        self.seen[identity] = number
        self.alive.append(value)
        self.open.add(identity)
        return self.closing(identity, self.parts(value, kind), number if observed and identity in self.known else None)

    def closing(self, identity, parts, number):
        result = yield from parts
        self.open.discard(identity)
        return result if number is None else '{"$":"share","v":%d,"of":%s}' % (number, result)

    def parts(self, value, kind):
        if kind is _list:
            return self.items(value, "[", "]")
        if kind is _tuple:
            return self.items(value, '{"$":"tuple","v":[', "]}")
        if kind is _dict:
            return self.mapping(_list(_dict.items(value)))
        if kind is _set or kind is _frozenset:
            return self.members(value, "" if kind is _set else '"frozen":true,')
        if kind is _bytearray or kind is _memoryview:
            return _just(_byte_text("bytearray" if kind is _bytearray else "memoryview", _bytes(value)))
        if kind is ratchet_values.Function:
            return _just('{"$":"fn","argument":' + text(_read(value, "_label")) + "}")
        if kind is ratchet_values.Subscripted or (kind in _argument_iterables and not self.encoder.drain):
            return _just('{"$":"argument","v":' + text(type_name(kind)) + "}")
        if kind in _iterators or self.is_iterator(kind):
            return self.drained(value) if self.encoder.drain else _just('{"$":"iterator"}')
        if kind in _views:
            return self.items(_list(value), '{"$":"view","v":[', "]}")
        if _BaseException in _mro(kind):
            return _just('{"$":"error",' + thrown_parts(value, kind) + "}")
        if kind in _probed:
            return self.probes(value)
        if kind in _functions:
            return _just('{"$":"fn","name":' + text(_getattr(value, "__name__", "")) + "}")
        if _type in _mro(kind) or kind is _type:
            return _just('{"$":"class","v":' + text(type_name(value)) + "}")
        if kind is types.ModuleType:
            return _just('{"$":"module"}')
        return self.instance(value, kind)

    def is_iterator(self, kind):
        """Whatever the standard library iterates with; an iterator of the module's own is an object with attributes too."""
        return _static(kind, "__next__") is not None and (_module_of(kind) in _standard or kind is ratchet_values.Iterator)

    def items(self, values, before, after):
        parts = []
        for item in values:
            parts.append((yield self.visit(item)))
        return before + ",".join(parts) + after

    def mapping(self, entries):
        plain = True
        pairs = []
        for key, item in entries:
            plain = plain and _type(key) is _str
            key_text = yield self.visit(key)
            pairs.append((key_text, (yield self.visit(item))))
        if self.encoder.sort_keys:
            pairs.sort()
        if plain and not any(key in ('"$"', '"__proto__"') for key, _ in pairs):
            return "{" + ",".join([key + ":" + item for key, item in pairs]) + "}"
        tag = "object" if plain else "map"
        return '{"$":"' + tag + '","v":[' + ",".join(["[" + key + "," + item + "]" for key, item in pairs]) + "]}"

    def members(self, values, note):
        """Sorted by text: the order inside a set is no behaviour. Each member is written by itself, so that no number depends on that order."""
        parts = _sorted([self.encoder.encode(item) for item in (_set.__iter__(values) if _isinstance(values, _set) else _frozenset.__iter__(values))])
        return '{"$":"set",' + note + '"v":[' + ",".join(parts) + "]}"
        yield  # a generator like its neighbours

    def drained(self, iterator):
        """An iterator is what it gives, up to a limit, and how it ends."""
        parts, ending = [], ""
        try:
            while True:
                if _len(parts) >= ITEM_LIMIT:
                    ending = ',"more":true'
                    break
                try:
                    item = _next(iterator)
                except _StopIteration:
                    break
                parts.append((yield self.visit(item)))
        except _Exception as error:
            if _type(error) is TooLarge:
                raise
            ending = ',"thrown":{' + thrown_parts(error, _type(error)) + "}"
        return '{"$":"iterator","v":[' + ",".join(parts) + "]" + ending + "}"

    def probes(self, function):
        """A function as a result is what it answers to a few arguments; functions that it gives in turn are not asked again."""
        if self.probing:
            return '{"$":"fn"}'
        self.probing = True
        answers = []
        for args in _probes():
            try:
                answer = yield self.visit(function(*args))
            except _BaseException as error:
                if _type(error) is TooLarge:
                    raise
                answer = '{"$":"thrown","name":' + text(type_name(_type(error))) + "}"
            answers.append(answer)
        self.probing = False
        return '{"$":"fn","answers":[' + ",".join(answers) + "]}"

    def instance(self, value, kind):
        """A subclass of a built-in, an enum member, or an object by its attributes."""
        name = '{"$":"instance","class":' + text(type_name(kind))
        if _Enum in _mro(kind):
            return name + ',"member":' + text(_read(value, "_name_") or "") + ',"v":' + (yield self.visit(_read(value, "_value_"))) + "}"
        content = []
        for base, form, read in _bases:
            if base in _mro(kind):
                content.append('"' + form + '":' + (yield self.parts_or_text(read(value))))
                break
        attributes = yield from self.attributes(value, kind)
        if attributes is not None:
            content.append('"v":' + attributes)
        if not content:
            content.append((yield from self.reduced(value, kind)))
        return name + "," + ",".join(content) + "}"

    def parts_or_text(self, plain):
        """A base value read out of a subclass; it is new, so its identity means nothing."""
        kind = _type(plain)
        if kind in (_list, _tuple, _dict, _set, _frozenset):
            self.alive.append(plain)
            return self.parts(plain, kind)
        return self.visit(plain)

    def attributes(self, value, kind):
        """Public attributes and properties by name; the private ones too where there is nothing else to tell two objects apart."""
        if _module_of(kind) in _standard:
            return None
        found = {}
        for cls in reversed(_mro(kind)):
            for key, member in _namespace(cls).items():
                if _type(key) is _str and (_type(member) in (_Member, _property, _cached)):
                    found[key] = _type(member)
        own = _own_attributes(value)
        names = [name for name in {**found, **own} if not name.startswith("_")]
        iterable = _callable(_static(kind, "__iter__")) and not any(base in _mro(kind) for base, _, _ in _bases)
        if not names:
            names = [name for name in {**found, **own} if not name.startswith("__")]
        pairs = []
        for name in _sorted(names):
            pairs.append(text(name) + ":" + (yield from self.attribute(value, name, own, found)))
        if iterable and (self.encoder.drain or _static(kind, "__next__") is None):
            pairs.append('"[]":' + (yield from self.iterated(value)))
        return "{" + ",".join(pairs) + "}" if pairs else None

    def attribute(self, value, name, own, found):
        if name in own and found.get(name) not in (_property,):
            return (yield self.visit(own[name]))
        try:
            item = _read(value, name)
        except _Exception as error:
            return '{"$":"unset"}' if found.get(name) is _Member else '{"$":"thrown",' + thrown_parts(error, _type(error)) + "}"
        return (yield self.visit(item))

    def iterated(self, value):
        try:
            iterator = _iter(value)
        except _Exception as error:
            return '{"$":"thrown",' + thrown_parts(error, _type(error)) + "}"
        return (yield from self.drained(iterator))

    def reduced(self, value, kind):
        """Types of the standard library and of extensions: what they would be pickled as; what cannot be pickled prints itself."""
        try:
            reduced = value.__reduce_ex__(2)
        except _Exception:
            return '"repr":' + text(without_addresses(_str.__str__(_repr(value))))
        if _type(reduced) is not _tuple:
            return '"reduced":' + (yield self.visit(reduced))
        parts = []
        for part in reduced[1:]:
            parts.append((yield self.visit(part)))
        return '"reduced":[' + ",".join(parts) + "]"


def _probes():
    """Fresh arguments every time: a function may keep or change them."""
    return ((), (0,), (1,), (-2.5,), ("ab",), ([3, 1, 2],), (1, 2), ("b", "a"), (2, 3, 4))


def _just(result):
    return result
    yield  # a generator like its neighbours


def _byte_text(kind, value):
    return '{"$":"bytes","type":"' + kind + '","v":[' + ",".join([_int.__repr__(byte) for byte in value]) + "]}"


def _static(kind, name):
    for cls in _mro(kind):
        if name in _namespace(cls):
            return _namespace(cls)[name]
    return None


def _module_of(kind):
    module = _namespace(kind).get("__module__")
    return module.partition(".")[0] if _type(module) is _str else ("builtins" if module is None else "")


def _own_attributes(value):
    try:
        own = _read(value, "__dict__")
    except _Exception:
        return {}
    if _dict not in _mro(_type(own)):
        return {}
    return {key: item for key, item in _dict.items(own) if _type(key) is _str}


def _exact_int(value):
    return _int.__add__(value, 0)


_bases = (
    (_int, "int", _exact_int),
    (_float, "float", lambda value: _float.__mul__(value, 1.0)),
    (_str, "str", _str.__str__),
    (_bytes, "bytes", lambda value: _bytes.__getitem__(value, slice(None))),
    (_bytearray, "bytearray", lambda value: _bytes(_bytearray.__getitem__(value, slice(None)))),
    (_list, "list", lambda value: _list(_list.__iter__(value))),
    (_tuple, "tuple", lambda value: _tuple(_tuple.__iter__(value))),
    (_dict, "dict", lambda value: {key: item for key, item in _dict.items(value)}),
    (_set, "set", lambda value: _set(_set.__iter__(value))),
    (_frozenset, "frozenset", lambda value: _frozenset(_frozenset.__iter__(value))),
    (_deque, "deque", lambda value: _list(_deque.__iter__(value))),
)


def message_of(error, kind):
    """What `str` gives; a custom exception may compute it, and may fail at that."""
    try:
        message = _str(error)
        return without_addresses(_str.__str__(message))
    except _Exception as failure:
        return "unprintable: " + type_name(_type(failure))


def thrown_parts(error, kind):
    return '"name":' + text(type_name(kind)) + ',"message":' + text(message_of(error, kind))


def unreadable():
    """Never equal to anything: what cannot be written must not pass as agreement."""
    return '{"$":"unreadable","v":"' + _urandom(8).hex() + '"}'
