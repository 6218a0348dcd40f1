"""Runs when the interpreter starts, before the folder of the target is on sys.path: nothing of the target can stand in for a module imported here."""

import os
import sys

_OWN = os.path.dirname(os.path.abspath(__file__))
_LAUNCHERS = frozenset(("poetry", "pipenv", "pdm", "hatch", "tox", "nox"))
_CHANNEL = 3


def _without(value, separator, own):
    return separator.join(word for word in value.split(separator) if word not in ("", own))


def _forget_path():
    """What the tests start must not load this file again."""
    rest = _without(os.environ.get("PYTHONPATH", ""), os.pathsep, _OWN)
    if rest:
        os.environ["PYTHONPATH"] = rest
    else:
        os.environ.pop("PYTHONPATH", None)
    os.environ.pop("RATCHET_RUN", None)
    programs = os.path.join(os.path.dirname(_OWN), "bin-python")
    os.environ["PATH"] = _without(os.environ.get("PATH", ""), os.pathsep, programs)
    # Last instead of first: workers that copy this list must still find the plugin, and the target's own modules come before ours.
    if _OWN in sys.path:
        sys.path.remove(_OWN)
        sys.path.append(_OWN)


def _words():
    with open("/proc/self/cmdline", "rb") as file:
        return [word.decode("utf-8", "replace") for word in file.read().split(b"\0")[1:-1]]


def _has_channel():
    import stat

    try:
        return stat.S_ISSOCK(os.fstat(_CHANNEL).st_mode)
    except OSError:
        return False


def _start():
    given = _words()
    words = [os.path.basename(word) for word in given]
    is_launcher = any(word in _LAUNCHERS for word in words[:2])
    if is_launcher:
        return
    if not _has_channel():
        _forget_path()
        return
    if any(word in ("pytest", "py.test") for word in words):
        import ratchet_pytest

        ratchet_pytest.open_report(_CHANNEL, given)
        _forget_path()
    else:
        # Anything else of the target loses the channel at once: it could read it first. It says so, since it could also prepare the ground for the tests.
        os.write(_CHANNEL, b"~ other program\n")
        os.close(_CHANNEL)


def _run_hidden():
    """The installation's own sitecustomize, which ours hides."""
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    spec = PathFinder.find_spec("sitecustomize", [entry for entry in sys.path if os.path.abspath(entry or ".") != _OWN])
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(module_from_spec(spec))


_start()
_run_hidden()
