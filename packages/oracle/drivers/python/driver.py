"""Calls one Python function with cases from standard input and answers on descriptor 3, one line of tagged JSON a case.

The first line is {"spec": ...}, answered by {"ready":true} or {"ready":false,"error":text}; every further line is a case. Standard
output and error belong to the function under test; what it prints becomes a digest. Both sides of a comparison run this same file,
and the comparison happens elsewhere: a module that takes this process over can only print something else than its twin does.
"""
import asyncio
import dis
import hashlib
import importlib
import importlib.util
import json
import os
import sys
import threading
import traceback
import types

_here = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != _here]
sys.path.insert(0, _here)
import ratchet_arguments  # noqa: E402
import ratchet_canonical  # noqa: E402

sys.path.remove(_here)
for _name in ("ratchet_arguments", "ratchet_canonical"):
    del sys.modules[_name]

DRAIN_LIMIT = ratchet_canonical.ITEM_LIMIT
ANSWER_DESCRIPTOR = 3
RECURSION_LIMIT = 1000

_write, _read, _exit, _pread, _fstat, _ftruncate = os.write, os.read, os._exit, os.pread, os.fstat, os.ftruncate
_lseek, _loads, _sha256, _set_limit = os.lseek, json.loads, hashlib.sha256, sys.setrecursionlimit
_flush = (sys.stdout.flush, sys.stderr.flush)
_text, _name, _message = ratchet_canonical.text, ratchet_canonical.type_name, ratchet_canonical.message_of
_unreadable, _TooLarge = ratchet_canonical.unreadable, ratchet_canonical.TooLarge
_Arguments, _Encoder, _reverse = ratchet_arguments.Arguments, ratchet_canonical.Encoder, ratchet_arguments.reverse_lists
_Coroutine, _AsyncGenerator, _Generator = types.CoroutineType, types.AsyncGeneratorType, types.GeneratorType
_mro, _namespace = ratchet_canonical._mro, ratchet_canonical._namespace
_raise_opcode = dis.opmap["RAISE_VARARGS"]
_incidental = {"AttributeError": "TypeError"}


class Channel:
    """Lines in and out on descriptors of our own, so that the module's files 0, 1 and 2 lead nowhere that matters."""

    def __init__(self):
        self._input = os.dup(0)
        self._output = os.dup(ANSWER_DESCRIPTOR)
        os.close(ANSWER_DESCRIPTOR)
        self._captured = os.memfd_create("output") if hasattr(os, "memfd_create") else _temporary()
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(self._captured, 1)
        os.dup2(self._captured, 2)
        self._pending = b""

    def line(self):
        while True:
            end = self._pending.find(b"\n")
            if end >= 0:
                line, self._pending = self._pending[:end], self._pending[end + 1 :]
                return line
            chunk = _read(self._input, 1 << 16)
            if not chunk:
                line, self._pending = self._pending, b""
                return line or None
            self._pending += chunk

    def answer(self, line):
        data = line.encode("ascii") + b"\n"
        while data:
            data = data[_write(self._output, data) :]

    def captured(self):
        """Digest of what was printed since the last call; None for nothing. A closed or replaced stream prints nothing."""
        for flush in _flush:
            try:
                flush()
            except (ValueError, OSError):
                continue
        size = _fstat(self._captured).st_size
        if size == 0:
            return None
        digest, at = _sha256(), 0
        while at < size:
            chunk = _pread(self._captured, min(1 << 20, size - at), at)
            if not chunk:
                break
            digest.update(chunk)
            at += len(chunk)
        _ftruncate(self._captured, 0)
        _lseek(self._captured, 0, 0)
        return digest.hexdigest()[:32]


def _temporary():
    import tempfile

    handle, path = tempfile.mkstemp()
    os.unlink(path)
    return handle


class Subject:
    """The function under test, found by the spec."""

    def __init__(self, spec, tree):
        self._tree = os.path.realpath(tree)
        self._owner, self._attribute, self._raw = None, None, load(self._tree, spec["module"])
        for part in spec["function"].split("."):
            self._owner, self._attribute, self._raw = self._raw, part, getattr(self._raw, part)
        self._bound = type(self._owner) is type or isinstance(self._owner, type)
        if self._bound:
            self._bound = type(ratchet_canonical._static(self._owner, self._attribute)) is types.FunctionType
        if not callable(self._raw):
            raise TypeError(spec["function"] + " cannot be called")
        self._loop = asyncio.new_event_loop()
        self._run = self._loop.run_until_complete

    def instance(self, construct):
        return self._owner(*construct) if self._bound else None

    def keywords(self, names):
        """Which of the spec's parameters can only be given by name."""
        function = self._raw
        while hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        code = getattr(getattr(function, "__func__", function), "__code__", None)
        if type(code) is not types.CodeType:
            return {}
        only = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
        return {index: name for index, name in enumerate(names) if name in only}

    def call(self, instance, args, keywords):
        """The result, and whether it had to be awaited."""
        named = {keywords[index]: value for index, value in enumerate(args) if index in keywords}
        placed = [value for index, value in enumerate(args) if index not in keywords]
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


class Caller:
    """Makes the calls of one spec and writes what they did."""

    def __init__(self, spec, tree, channel):
        tolerance = spec.get("tolerance")
        digits = max(1, -_exponent(tolerance["relative"])) if tolerance else None
        self._encoder = _Encoder(digits, spec.get("keyOrder") == "ignored", spec.get("identity") != "ignored")
        self._plain = _Encoder(None, False, True)
        self._generators = [parameter["generator"] for parameter in spec["parameters"]]
        self._rest = spec.get("rest")
        self._construct = [parameter["generator"] for parameter in spec.get("construct") or []]
        self._errors = spec.get("errors", "name-and-message")
        self._channel = channel
        self._subject = Subject(spec, tree)
        self._keywords = self._subject.keywords([parameter["name"] for parameter in spec["parameters"]])

    def _built(self, case):
        arguments = _Arguments(self._plain)
        generators = self._generators + [self._rest] * max(0, len(case["args"]) - len(self._generators))
        return arguments, arguments.build(case["args"], generators), arguments.build(case.get("construct") or [], self._construct)

    def _spare(self, case):
        """A call that exists for its processor time."""
        _, args, construct = self._built(case)
        try:
            result, _ = self._subject.call(self._subject.instance(construct), args, self._keywords)
            if type(result) is _Generator:
                for _ in result:
                    continue
        except BaseException:
            return

    def case(self, case):
        parts = ['"case":' + _text(case["id"]), '"class":' + _text(case["class"])]
        try:
            for _ in range(case.get("times", 1) - 1):
                self._spare(case)
            arguments, args, construct = self._built(case)
        except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
            # Data that Python cannot hold (an object with itself as a key); no code of the module has run.
            return "{" + ",".join(parts + ['"skipped":' + _text(_name(type(error)))]) + "}"
        try:
            instance = self._subject.instance(construct)
        except BaseException as error:
            return "{" + ",".join(parts + [self._thrown(error), '"mutated":null']) + "}"
        parts += self._outcome(instance, args, arguments)
        if "repeat" in case:
            if case["repeat"] == "changed":
                _reverse(args)
            parts.append('"again":{' + ",".join(self._outcome(instance, args, arguments)) + "}")
        return "{" + ",".join(parts) + "}"

    def _outcome(self, instance, args, arguments):
        before = self._state(instance, args)
        awaited = False
        try:
            result, awaited = self._subject.call(instance, args, self._keywords)
            outcome = '"result":' + self._written(result, arguments.containers)
        except BaseException as error:
            outcome = self._thrown(error)
        _set_limit(RECURSION_LIMIT)
        after = self._state(instance, args)
        parts = [outcome, '"mutated":' + ("null" if before == after else after)]
        if awaited:
            parts.append('"async":true')
        digest = self._channel.captured()
        if digest is not None:
            parts.append('"output":"' + digest + '"')
        return parts

    def _written(self, value, known):
        try:
            return self._encoder.encode(value, known)
        except (_TooLarge, RecursionError, MemoryError, OverflowError):
            return _unreadable()

    def _state(self, instance, args):
        """The arguments, and the object a method was called on, as they are now."""
        return self._written(args if instance is None else [*args, instance], {})

    def _thrown(self, error):
        kind = type(error)
        if self._errors == "any":
            return '"thrown":{"name":"error","message":null}'
        name, explicit = _name(kind), _raised_by(error, self._subject.is_own)
        if not explicit:
            name = _incidental.get(name, name)
        keep = (explicit or kind is SystemExit) and self._errors == "name-and-message"
        return '"thrown":{"name":' + _text(name) + ',"message":' + (_text(_message(error, kind)) if keep else "null") + "}"


def _raised_by(error, is_own):
    """
    Whether code of the tree raised this itself. What the interpreter or a library says about a wrong operand is no promise of the
    function, and an honest rewrite words it differently: of such an error only the name counts.
    """
    trace = error.__traceback__
    if trace is None:
        return False
    while trace.tb_next is not None:
        trace = trace.tb_next
    code, at = trace.tb_frame.f_code, trace.tb_lasti
    if at < 0 or at >= len(code.co_code):
        return False
    return code.co_code[at] == _raise_opcode and is_own(code.co_filename)


def _exponent(relative):
    exponent = 0
    while relative < 1 and exponent > -15:
        relative *= 10
        exponent -= 1
    return exponent + 1 if relative > 1.0000001 else exponent


def main():
    channel = Channel()
    if sys.flags.hash_randomization:
        # Sets would iterate in another order in every process, and both sides would differ for no reason.
        channel.answer('{"ready":false,"error":"PYTHONHASHSEED must be 0"}')
        _exit(0)
    first = channel.line()
    if first is None:
        _exit(0)
    _set_limit(RECURSION_LIMIT)
    try:
        caller = Caller(_loads(first)["spec"], os.getcwd(), channel)
    except BaseException as error:
        channel.answer('{"ready":false,"error":' + _text(_name(type(error)) + ": " + _message(error, type(error))) + "}")
        _exit(0)
    channel.captured()
    channel.answer('{"ready":true}')
    while True:
        line = channel.line()
        if line is None:
            # Not sys.exit: neither threads, nor atexit handlers, nor finalisers of the module get a word after the last answer.
            _exit(0)
        channel.answer(caller.case(_loads(line)))


main()
