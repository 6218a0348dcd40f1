"""Reports what pytest ran over a channel of the parent, each message authenticated with a nonce that can be read once. PYTEST_DONT_REWRITE

Tests run in this process: code that searches its memory or replaces pytest's own functions can still lie. What only prints, writes files, leaves
early or finds the descriptor cannot.
"""

import hmac
import json
import os
from hashlib import sha256

_NONCE_LENGTH = 32


def _describe_run(words):
    """What tells the runs of one command apart, and is the same in every launch."""
    folder, script = os.getcwd(), os.environ.get("npm_lifecycle_event", "")
    parts = ["pytest", script, folder, *words]
    identity = sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()
    shown = " ".join(([f"{script}:"] if script else []) + list(words))[:200]
    return identity, *(text.encode("utf-8", "replace").decode("utf-8") for text in (folder, shown))


def _read_nonce(channel):
    """The next key that waits; none where none is left, or where what waits says that the turn is a later one's."""
    nonce = b""
    while len(nonce) < _NONCE_LENGTH:
        part = os.read(channel, _NONCE_LENGTH - len(nonce))
        if not part:
            break
        nonce += part
    if nonce in (b"", bytes(_NONCE_LENGTH)):
        return None
    if len(nonce) != _NONCE_LENGTH:
        raise RuntimeError("ratchet: the report channel was disturbed")
    return nonce


def _sender(channel, nonce):
    """A function of one message. What it needs is bound here, before any test is loaded."""
    write, dumps, length = os.write, json.JSONEncoder(ensure_ascii=True).encode, len
    os.set_inheritable(channel, False)
    base = hmac.new(nonce, digestmod=sha256)
    copy, update, hexdigest = hmac.HMAC.copy, hmac.HMAC.update, hmac.HMAC.hexdigest
    sequence = 0
    owner, getpid = os.getpid(), os.getpid

    def send(message):
        nonlocal sequence
        # A process forked by a test has the same memory; it must not speak for this one.
        if getpid() != owner:
            return
        body = dumps(message)
        mac = copy(base)
        update(mac, f"{sequence}\n{body}".encode("ascii"))
        sequence += 1
        rest = f"{hexdigest(mac)} {body}\n".encode("ascii")
        while rest:
            rest = rest[write(channel, rest):]

    return send


class _Report:
    __slots__ = ("_send", "_cases", "_planned", "_ended", "_is_over")

    def __init__(self, send, start):
        self._send, self._cases, self._planned, self._ended, self._is_over = send, 0, (), set(), False
        send(start)

    def _case(self, outcome, *names):
        if not self._is_over:
            self._cases += 1
            self._send(["case", outcome, list(names)])

    def pytest_runtest_logreport(self, report):
        if report.when == "teardown":
            self._ended.add(report.nodeid)
        if report.failed:
            self._case("failed", report.nodeid)
        elif report.skipped:
            self._case("skipped", report.nodeid)
        elif report.when == "call":
            # One that was expected to fail and passed counts as passed, as pytest's own exit status has it.
            self._case("passed", report.nodeid)

    def pytest_collectreport(self, report):
        if report.failed:
            self._case("failed", report.nodeid, "(error while collecting)")
        elif report.skipped:
            self._case("skipped", report.nodeid, "(skipped while collecting)")

    def pytest_collection_finish(self, session):
        self._planned = tuple(item.nodeid for item in session.items)

    def pytest_sessionfinish(self, session, exitstatus):
        if hasattr(session.config, "workerinput"):
            return
        for name in self._planned:
            if name not in self._ended and not session.config.option.collectonly:
                self._case("failed", name, "(did not come to its end)")
        if not self._is_over:
            self._is_over = True
            self._send(["end", self._cases, str(int(exitstatus))])


_waiting = None


def open_report(channel, words):
    """Opens the report where it is the turn of this run. Of all runners that a command starts, one runs in each launch; the others end here, with 0."""
    global _waiting
    if _waiting is not None:
        return
    identity, folder, shown = _describe_run(words)
    nonce = _read_nonce(channel) if os.environ.get("RATCHET_RUN", "") in ("", identity) else None
    if nonce is None:
        os.write(channel, f"~ waiting {identity}\n".encode("ascii"))
        os._exit(0)
    os.environ.pop("RATCHET_RUN", None)
    _waiting = _Report(_sender(channel, nonce), ["start", "pytest", "runner", identity, folder, shown])


def pytest_configure(config):
    """Hands the report to pytest and keeps nothing of it here."""
    global _waiting
    os.environ.pop("PYTEST_ADDOPTS", None)
    if _waiting is not None:
        report, _waiting = _waiting, None
        config.pluginmanager.register(report, "ratchet-report")
