"""Calls one Python function with cases from standard input and answers on descriptor 3, one line of tagged JSON a case.

The first line is {"spec": ...}, answered by {"ready":true} or {"ready":false,"error":text}; every further line is a case. Standard
output and error belong to the function under test; what it prints becomes a digest. Both sides of a comparison run this same file,
and the comparison happens elsewhere: a module that takes this process over can only print something else than its twin does.
"""
import dis
import hashlib
import json
import os
import sys
import types

_here = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != _here]
sys.path.insert(0, _here)
import ratchet_arguments  # noqa: E402
import ratchet_canonical  # noqa: E402
import ratchet_limits  # noqa: E402
import ratchet_subject  # noqa: E402

sys.path.remove(_here)
for _name in ("ratchet_arguments", "ratchet_canonical", "ratchet_limits", "ratchet_subject", "ratchet_text", "ratchet_values"):
    del sys.modules[_name]

ANSWER_DESCRIPTOR = 3
RECURSION_LIMIT = 1000

_write, _read, _exit, _pread, _fstat, _ftruncate = os.write, os.read, os._exit, os.pread, os.fstat, os.ftruncate
_lseek, _loads, _sha256, _set_limit = os.lseek, json.loads, hashlib.sha256, sys.setrecursionlimit
_flush = (sys.stdout.flush, sys.stderr.flush)
_text, _name, _message = ratchet_canonical.text, ratchet_canonical.type_name, ratchet_canonical.message_of
_unreadable, _TooLarge = ratchet_canonical.unreadable, ratchet_canonical.TooLarge
_Arguments, _Encoder, _reverse = ratchet_arguments.Arguments, ratchet_canonical.Encoder, ratchet_arguments.reverse_lists
_Generator, _Subject, ABSENT = types.GeneratorType, ratchet_subject.Subject, ratchet_subject.ABSENT
_Limit, _Timeout = ratchet_limits.Limit, ratchet_limits.Timeout
_modules = sys.modules
TIMEOUT = '"thrown":{"name":"timeout","message":null}'
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


class Caller:
    """Makes the calls of one spec and writes what they did."""

    def __init__(self, spec, tree, channel):
        tolerance = spec.get("tolerance")
        digits = max(1, -_exponent(tolerance["relative"])) if tolerance else None
        sort_keys, identity = spec.get("keyOrder") == "ignored", spec.get("identity") != "ignored"
        self._encoder = _Encoder(digits, sort_keys, identity)
        self._states = _Encoder(digits, sort_keys, identity, drain=False)
        self._plain = _Encoder(drain=False)
        self._limit = _Limit()
        self._generators = [parameter["generator"] for parameter in spec["parameters"]]
        self._rest = spec.get("rest")
        self._construct = [parameter["generator"] for parameter in spec.get("construct") or []]
        self._errors = spec.get("errors", "name-and-message")
        self._channel = channel
        self._subject = _Subject(spec, tree)
        self._passing = self._subject.signature([parameter["name"] for parameter in spec["parameters"]])

    def _built(self, case):
        arguments = _Arguments(self._plain, "repeat" in case)
        values = case["args"]
        generators = self._generators + [self._rest] * max(0, len(values) - len(self._generators))
        args = arguments.build(values, generators)
        for index, how in enumerate(self._passing[: len(args)]):
            if how.has_default and type(values[index]) is dict and values[index].get("$") == "undefined":
                args[index] = ABSENT
        return arguments, args, arguments.build(case.get("construct") or [], self._construct)

    def _spare(self, case):
        """A call that exists for its processor time."""
        _, args, construct = self._built(case)
        try:
            self._limit.start()
            result, _ = self._subject.call(self._subject.instance(construct), args, self._passing)
            if type(result) is _Generator:
                for _ in result:
                    continue
        except BaseException:
            return
        finally:
            self._limit.stop()

    def case(self, case):
        parts = ['"case":' + _text(case["id"]), '"class":' + _text(case["class"])]
        try:
            self._limit.is_over = False
            for _ in range(case.get("times", 1) - 1):
                self._spare(case)
                if self._limit.is_over:
                    break
            arguments, args, construct = self._built(case)
        except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
            # Data that Python cannot hold (an object with itself as a key); no code of the module has run.
            return "{" + ",".join(parts + ['"skipped":' + _text(_name(type(error)))]) + "}"
        parts += self._calls(case, args, construct, arguments)
        return "{" + ",".join(parts) + "}"

    def _calls(self, case, args, construct, arguments):
        """What the call did, and the second one where there is one."""
        instance = None
        try:
            try:
                self._limit.start()
                instance = self._subject.instance(construct)
            finally:
                self._limit.stop()
        except BaseException as error:
            return [TIMEOUT if self._limit.is_over else self._thrown(error), '"mutated":null']
        parts = self._outcome(instance, args, arguments)
        if "repeat" in case and not self._limit.is_over:
            if case["repeat"] == "changed":
                _reverse(args)
            arguments.rewind()
            parts.append('"again":{' + ",".join(self._outcome(instance, args, arguments)) + "}")
        return parts

    def _outcome(self, instance, args, arguments):
        before = self._state(instance, args)
        outcome, awaited = self._called(instance, args, arguments)
        _set_limit(RECURSION_LIMIT)
        if self._limit.is_over:
            # How far a call came that did not end is chance.
            self._channel.captured()
            return [TIMEOUT, '"mutated":null']
        after = self._state(instance, args)
        parts = [outcome, '"mutated":' + ("null" if before == after else after)]
        if awaited:
            parts.append('"async":true')
        digest = self._channel.captured()
        if digest is not None:
            parts.append('"output":"' + digest + '"')
        return parts

    def _called(self, instance, args, arguments):
        """The outcome, written down within the limit too: a lazy result works while it is read."""
        outcome, awaited = None, False
        try:
            try:
                _seed_anew()
                self._limit.start()
                result, awaited = self._subject.call(instance, args, self._passing)
                outcome = '"result":' + _written(self._encoder, result, arguments.containers)
            except _Timeout:
                self._limit.stop()
            except BaseException as error:
                outcome = self._thrown(error)
            finally:
                self._limit.stop()
        except _Timeout:
            self._limit.stop()
        return outcome, awaited

    def _state(self, instance, args):
        """The arguments, and the object a method was called on, as they are now."""
        shown = [None if value is ABSENT else value for value in args]
        return _written(self._states, shown if instance is None else [*shown, instance], {})

    def _thrown(self, error):
        kind = type(error)
        if self._errors == "any":
            return '"thrown":{"name":"error","message":null}'
        name, explicit = _name(kind), _raised_by(error, self._subject.is_own)
        if not explicit:
            name = _incidental.get(name, name)
        keep = (explicit or kind is SystemExit) and self._errors == "name-and-message"
        return '"thrown":{"name":' + _text(name) + ',"message":' + (_text(_message(error, kind)) if keep else "null") + "}"


def _written(encoder, value, known):
    try:
        return encoder.encode(value, known)
    except (_TooLarge, RecursionError, MemoryError, OverflowError):
        return _unreadable()


def _seed_anew():
    """Randomness of the module's own making is the same before every call, on either side."""
    random = _modules.get("random")
    if random is not None:
        random.seed(0)
    numpy = _modules.get("numpy.random")
    if numpy is not None:
        numpy.seed(0)


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
