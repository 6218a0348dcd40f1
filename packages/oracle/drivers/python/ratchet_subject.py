"""Finds the function under test and calls it the way its own callers do."""
import asyncio
import importlib
import importlib.util
import os
import sys
import types

import ratchet_canonical

DRAIN_LIMIT = ratchet_canonical.ITEM_LIMIT
# An argument that is left out.
ABSENT = object()

_Coroutine, _AsyncGenerator = types.CoroutineType, types.AsyncGeneratorType


class _Passing:
    """One parameter of the spec: its name if it can go by name, whether it only can, and its default."""

    def __init__(self, name, only, has_default, default):
        self.name, self.only, self.has_default, self.default = name, only, has_default, default


class Subject:
    """The function under test, found by the spec."""

    def __init__(self, spec, tree):
        self._tree = os.path.realpath(tree)
        self._owner, self._attribute, self._raw = None, None, load(self._tree, spec["module"])
        for part in spec["function"].split("."):
            self._owner, self._attribute, self._raw = self._raw, part, getattr(self._raw, part)
        self._bound = isinstance(self._owner, type) and type(ratchet_canonical._static(self._owner, self._attribute)) is types.FunctionType
        if not callable(self._raw):
            raise TypeError(spec["function"] + " cannot be called")
        self._loop = asyncio.new_event_loop()
        self._run = self._loop.run_until_complete

    def instance(self, construct):
        return self._owner(*construct) if self._bound else None

    def signature(self, names):
        """How each of the spec's parameters is passed where it is given, and what stands for it where it is not."""
        function = self._raw
        while hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        function = getattr(function, "__func__", function)
        code = getattr(function, "__code__", None)
        if type(code) is not types.CodeType:
            return [_Passing(None, False, False, None) for _ in names]
        placed = code.co_varnames[: code.co_argcount]
        only = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
        defaults = function.__defaults__ or ()
        given = dict(zip(placed[len(placed) - len(defaults) :], defaults))
        named = function.__kwdefaults__ or {}
        by_name = frozenset(placed[code.co_posonlyargcount :] + only)
        return [_Passing(name if name in by_name else None, name in only, name in given or name in named, given.get(name, named.get(name))) for name in names]

    def call(self, instance, args, passing):
        """The result, and whether it had to be awaited. What is left out in the middle makes what follows go by name."""
        named, placed, by_name = {}, [], False
        for index, value in enumerate(args):
            how = passing[index] if index < len(passing) else None
            if value is ABSENT:
                if how.name is None:
                    placed.append(how.default)
                else:
                    by_name = by_name or not how.only
            elif how is not None and how.name is not None and (how.only or by_name):
                named[how.name] = value
            else:
                placed.append(value)
        result = self._raw(instance, *placed, **named) if self._bound else self._raw(*placed, **named)
        kind = type(result)
        if kind is _Coroutine:
            return self._run(result), True
        if kind is _AsyncGenerator or (ratchet_canonical._static(kind, "__anext__") and ratchet_canonical._static(kind, "__aiter__")):
            return self._run(_drained(result)), True
        if ratchet_canonical._static(kind, "__await__") is not None:
            return self._run(_awaited(result)), True
        return result, False

    def is_own(self, frame_file):
        return os.path.realpath(frame_file).startswith(self._tree + os.sep)


async def _awaited(value):
    return await value


async def _drained(values):
    result = []
    async for value in values:
        if len(result) >= DRAIN_LIMIT:
            break
        result.append(value)
    return iter(result)


def load(tree, module):
    """Imports the module the way its own repository does: by its package, with the tree and the package's parent on the path."""
    path = os.path.realpath(os.path.join(tree, module))
    if not path.startswith(tree + os.sep) or not os.path.isfile(path):
        raise FileNotFoundError("no module " + module)
    stem = os.path.splitext(os.path.basename(path))[0]
    parts, parent = ([] if stem == "__init__" else [stem]), os.path.dirname(path)
    while os.path.isfile(os.path.join(parent, "__init__.py")) and parent.startswith(tree + os.sep):
        parts.insert(0, os.path.basename(parent))
        parent = os.path.dirname(parent)
    for entry in (parent, tree):
        if entry not in sys.path:
            sys.path.insert(0, entry)
    name = ".".join(parts)
    if parts[0] not in sys.modules:
        found = importlib.import_module(name)
        if os.path.realpath(getattr(found, "__file__", "") or "") == path:
            return found
    # The name belongs to another module, of the standard library for example: load the file itself under a name of its own.
    spec = importlib.util.spec_from_file_location("_target_" + "_".join(parts), path)
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found
    spec.loader.exec_module(found)
    return found
