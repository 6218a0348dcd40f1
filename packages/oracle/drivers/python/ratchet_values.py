"""Arguments that plain JSON has no word for: one-shot iterators, callables, and values that few functions expect.

None of them tells its address: a function that formats its argument must give the same answer in two processes.
"""
import collections
import decimal
import enum
import fractions

ENDLESS_ITEMS = 300


class Function:
    """A callable argument whose text is the same in every process."""

    def __init__(self, call, label):
        self._call = call
        self._label = label
        self.__name__ = self.__qualname__ = "argument"

    def __call__(self, *args, **named):
        return self._call(*args, **named)

    def __repr__(self):
        return "<function argument>"


class Iterator:
    """A one-shot iterator. Between the two calls of a repeated case the harness rewinds it: how much a call took is no promise."""

    def __init__(self, items, endless=False):
        self._items = items
        self._endless = endless
        self._at = 0

    def __iter__(self):
        return self

    def __next__(self):
        if self._endless and self._items:
            if self._at >= ENDLESS_ITEMS:
                raise RuntimeError("an endless iterator was read to its end")
        elif self._at >= len(self._items):
            raise StopIteration
        self._at += 1
        return self._items[(self._at - 1) % len(self._items)]

    def __repr__(self):
        return "<iterator argument>"

    def _rewind(self):
        self._at = 0


class Iterable:
    """Can be iterated again and again, and nothing else: no length, no subscript."""

    def __init__(self, items):
        self._items = items

    def __iter__(self):
        return Iterator(self._items)

    def __repr__(self):
        return "<iterable argument>"


class Subscripted:
    """The old protocol of sequences: `iter` takes it, although it has no `__iter__`."""

    def __init__(self, items):
        self._items = items

    def __getitem__(self, index):
        return self._items[index]

    def __repr__(self):
        return "<subscripted argument>"


class LongList(list):
    """Says that it is longer than it is."""

    def __len__(self):
        return list.__len__(self) + 1


class List(list):
    pass


class Dict(dict):
    pass


class Missing(dict):
    def __missing__(self, key):
        return "missing"


class Text(str):
    pass


class Int(int):
    pass


class Float(float):
    pass


class Colour(enum.Enum):
    RED = 1


class Number(enum.IntEnum):
    TWO = 2


Pair = collections.namedtuple("Pair", ["left", "right"])


class Plain:
    """An object with nothing to it."""

    def __repr__(self):
        return "<object argument>"


class Undecided(Plain):
    """Has no truth value, as arrays of numbers have none."""

    def __bool__(self):
        raise ValueError("the truth value is ambiguous")


class Index(Plain):
    """A whole number for whoever asks by `__index__`."""

    def __index__(self):
        return 3


def _generated(items):
    for item in items:
        yield item


def iterator(items, form, endless, rewindable):
    if endless:
        return Iterator(items, True)
    if form == "iterable":
        return Iterable(items)
    if rewindable or form is None:
        return Iterator(items)
    if form == "generator":
        return _generated(items)
    return iter(items)


_types = {kind.__name__: kind for kind in (str, int, float, bool, list, dict, tuple, set, frozenset, bytes, object, type, range, complex)}
_functions = {function.__name__: function for function in (len, sum, min, max, sorted, abs, any, all, repr, ord, chr, hash, round, reversed, iter, callable)}
_makers = {
    "subscripted": lambda: Subscripted([3, 1, 2]),
    "subscripted-text": lambda: Subscripted(["b", "a", "b"]),
    "long-list": lambda: LongList([1, 2, 3]),
    "list-subclass": lambda: List([2, 1, 2]),
    "dict-subclass": lambda: Dict({"a": 1, "b": 2}),
    "missing": lambda: Missing({"a": 1}),
    "defaultdict": lambda: collections.defaultdict(list, {"a": [1]}),
    "ordered-dict": lambda: collections.OrderedDict([("b", 1), ("a", 2)]),
    "counter": lambda: collections.Counter("abca"),
    "deque": lambda: collections.deque([1, 2, 3]),
    "str-subclass": lambda: Text("Ab c"),
    "int-subclass": lambda: Int(7),
    "float-subclass": lambda: Float(2.5),
    "int-enum": lambda: Number.TWO,
    "enum": lambda: Colour.RED,
    "range": lambda: range(5),
    "range-empty": lambda: range(0),
    "range-down": lambda: range(9, 0, -4),
    "keys": lambda: {"b": 1, "a": 2}.keys(),
    "values": lambda: {"b": 1, "a": 2}.values(),
    "items": lambda: {"b": 1, "a": 2}.items(),
    "frozenset": lambda: frozenset([1, 2]),
    "tuple": lambda: (1, "a", None),
    "pair": lambda: Pair(1, 2),
    "bytearray": lambda: bytearray(b"ab"),
    "memoryview": lambda: memoryview(b"ab"),
    "bytes-text": lambda: b"abc",
    "complex": lambda: 1 + 2j,
    "ellipsis": lambda: Ellipsis,
    "object": Plain,
    "undecided": Undecided,
    "index": Index,
}


def named(name):
    """The value with that name; `decimal:1.5`, `fraction:1/3` and `method:str.lower` carry their own text."""
    kind, _, content = name.partition(":")
    if kind == "type":
        return _types[content]
    if kind == "function":
        return _functions[content]
    if kind == "method":
        owner, _, attribute = content.partition(".")
        return getattr(_types[owner], attribute)
    if kind == "decimal":
        return decimal.Decimal(content)
    if kind == "fraction":
        return fractions.Fraction(content)
    if kind == "range":
        return range(*[int(part) for part in content.split(",")])
    return _makers[name]()
