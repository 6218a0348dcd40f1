"""Builds fresh arguments out of tagged JSON, anew for every call."""
import datetime
import re

import ratchet_values

_UTC = datetime.timezone.utc
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=_UTC)


class Symbol:
    """Stands for a JavaScript symbol: equal to nothing but itself."""

    def __init__(self, name):
        self.name = name


class Trap(dict):
    """A dictionary that throws when one key is read."""

    def __init__(self, key):
        super().__init__({key: None})
        self._key = key

    def __getitem__(self, key):
        if key == self._key:
            raise RuntimeError("trap")
        return super().__getitem__(key)

    def get(self, key, default=None):
        return self[key] if key in self else default


class Arguments:
    """Arguments of one call; `containers` maps the identity of everything mutable that was built to its number."""

    def __init__(self, encoder, rewindable=False):
        self._encoder = encoder
        self._rewindable = rewindable
        self._iterators = []
        self._shared = {}
        self._expected = None
        self._alive = []
        self.containers = {}

    def build(self, values, generators):
        return [self.value(value, generators[index] if index < len(generators) else None) for index, value in enumerate(values)]

    def rewind(self):
        for iterator in self._iterators:
            if type(iterator) is ratchet_values.Iterator:
                iterator._rewind()

    def value(self, value, generator):
        while generator is not None and generator["kind"] == "defaulted":
            generator = generator["of"]
        kind = generator["kind"] if generator else None
        if kind == "oneOf":
            generator = _option(value, generator["options"])
            kind = generator["kind"] if generator else None
        if type(value) is int and kind == "number":
            return _float(value)
        if type(value) is float and kind == "integer" and value.is_integer():
            return int(value)
        if type(value) is list:
            return self._list(value, generator, kind)
        if type(value) is dict:
            return self._tagged(value, generator) if "$" in value else self._dict(list(value.items()), generator)
        return value

    def _keep(self, container):
        if self._expected is not None:
            # Known before its content is built: a shared object may hold itself.
            self._shared[self._expected] = container
            self._expected = None
        self.containers[id(container)] = len(self.containers)
        self._alive.append(container)
        return container

    def _list(self, values, generator, kind):
        if kind == "tuple":
            items = generator["items"]
            return tuple(self.value(value, items[index] if index < len(items) else None) for index, value in enumerate(values))
        inner = generator["items"] if kind in ("array", "set") else None
        if kind == "set":
            return self._keep({_hashable(self.value(value, inner)) for value in values})
        result = self._keep([])
        result.extend([self.value(value, inner) for value in values])
        return result

    def _dict(self, entries, generator):
        kind = generator["kind"] if generator else None
        result = self._keep({})
        for key, value in entries:
            if kind == "object":
                inner_key, inner = None, generator["properties"].get(key)
            elif kind in ("record", "map"):
                inner_key, inner = generator["keys"], generator["values"]
            else:
                inner_key = inner = None
            result[_hashable(self.value(key, inner_key))] = self.value(value, inner)
        return result

    def _tagged(self, value, generator):
        tag, content = value["$"], value.get("v")
        if tag == "-0" and generator is not None and generator["kind"] == "integer":
            return 0
        build = _simple.get(tag)
        if build is not None:
            return build(value)
        if tag in ("map", "object", "accessor"):
            return self._dict(content, generator)
        if tag == "set":
            inner = generator["items"] if generator and generator["kind"] == "set" else None
            return self._keep({_hashable(self.value(item, inner)) for item in content})
        if tag == "tuple":
            return tuple(self.value(item, None) for item in content)
        if tag == "fn":
            return ratchet_values.Function(self._function(content), content["kind"])
        if tag == "iterator":
            return self._iterator(value, generator)
        if tag == "share":
            return self._share(value, generator)
        raise ValueError("unknown tag " + str(tag))

    def _iterator(self, value, generator):
        inner = generator["items"] if generator and generator["kind"] == "iterator" else None
        items = [self.value(item, inner) for item in value["v"]]
        result = ratchet_values.iterator(items, value.get("form"), value.get("endless") is True, self._rewindable)
        self._iterators.append(result)
        return result

    def _share(self, value, generator):
        number = value["v"]
        if number not in self._shared:
            content = value["of"]
            tuple_wanted = generator is not None and generator["kind"] in ("tuple", "set", "oneOf")
            plain = type(content) is list or (type(content) is dict and content.get("$", "object") in ("object", "map", "accessor"))
            self._expected = number if plain and not tuple_wanted else None
            self._shared[number] = self.value(content, generator)
        return self._shared[number]

    def _function(self, table):
        kind, encode = table["kind"], self._encoder.encode
        if kind == "first":
            return lambda *args: args[0]
        if kind == "throw":
            message = table["message"]

            def throw(*_args):
                raise RuntimeError(message)

            return throw
        if kind == "compare":
            sign, modulo = table["sign"], table["modulo"]
            return lambda a, b, *_rest: sign * _order(_key(a, modulo, encode), _key(b, modulo, encode))
        salt, arity, pool = table["salt"], table["arity"], table["pool"]

        def pick(*args):
            text = "%s:[%s]" % (salt, ",".join([encode(arg) for arg in args[:arity]]))
            return Arguments(self._encoder).value(pool[_fnv1a(text) % len(pool)], None)

        return pick


def reverse_lists(args):
    """What the harness does between the two calls of a case that repeats with changed arguments."""
    for value in args:
        if type(value) is list:
            value.reverse()


def _float(value):
    try:
        return float(value)
    except OverflowError:
        return value


def _date(value):
    milliseconds = value["v"]
    if milliseconds is None:
        return None
    try:
        return _EPOCH + datetime.timedelta(milliseconds=milliseconds)
    except OverflowError:
        return datetime.datetime.max.replace(tzinfo=_UTC)


def _bytes(value):
    content = value["v"]
    if type(content) is str:
        return bytes.fromhex(content)
    return bytes(int(item) & 0xFF if type(item) in (int, float) else 0 for item in content)


def _pattern(value):
    try:
        return re.compile(value["v"])
    except (re.error, OverflowError):
        return re.compile(re.escape(value["v"]))


_simple = {
    "undefined": lambda value: None,
    "hole": lambda value: None,
    "nan": lambda value: float("nan"),
    "-0": lambda value: -0.0,
    "inf": lambda value: float("inf"),
    "-inf": lambda value: float("-inf"),
    "bigint": lambda value: int(value["v"]),
    "symbol": lambda value: Symbol(value.get("v")),
    "date": _date,
    "regexp": _pattern,
    "bytes": _bytes,
    "error": lambda value: Exception(value.get("message", "")),
    "python": lambda value: ratchet_values.named(value["v"]),
    "trap": lambda value: Trap(value["v"]),
}

_fits = {
    "integer": lambda value: type(value) is int or value == {"$": "-0"},
    "number": lambda value: type(value) in (int, float) or (type(value) is dict and value.get("$") in ("nan", "-0", "inf", "-inf")),
    "string": lambda value: type(value) is str,
    "boolean": lambda value: type(value) is bool,
    "null": lambda value: value is None,
    "iterator": lambda value: type(value) is dict and value.get("$") == "iterator",
    "array": lambda value: type(value) is list,
    "tuple": lambda value: type(value) is list,
    "object": lambda value: type(value) is dict,
    "record": lambda value: type(value) is dict,
    "map": lambda value: type(value) is dict and value.get("$") == "map",
    "set": lambda value: type(value) is dict and value.get("$") == "set",
}


def _option(value, options):
    """The first option that this value can come from. Where whole numbers may be of either kind, most are integers and some floats."""
    fitting = [option for option in _flat(options) if option["kind"] in _fits and _fits[option["kind"]](value)]
    if type(value) is int and value % 5 != 3:
        for option in fitting:
            if option["kind"] == "integer":
                return option
    return fitting[0] if fitting else None


def _flat(options):
    for option in options:
        while option["kind"] == "defaulted":
            option = option["of"]
        if option["kind"] == "oneOf":
            yield from _flat(option["options"])
        else:
            yield option


def _hashable(value):
    """Keys and members of generated data may be lists; Python wants tuples."""
    if type(value) is list:
        return tuple(_hashable(item) for item in value)
    if type(value) is dict:
        return tuple((key, _hashable(item)) for key, item in value.items())
    if type(value) is set:
        return frozenset(value)
    return value


def _key(value, modulo, encode):
    if type(value) in (int, float, bool):
        return (0, value % modulo if modulo and value == value and abs(value) != float("inf") else value)
    if type(value) is str:
        return (1, value)
    return (2, encode(value))


def _order(a, b):
    return (a > b) - (a < b)


def _fnv1a(text):
    value = 0x811C9DC5
    data = text.encode("utf-16-le", "surrogatepass")
    for byte in data:
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value
