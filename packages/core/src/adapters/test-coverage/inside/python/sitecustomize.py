"""Notes which lines of files under /work a Python process runs, for whoever looks for a fault. A hint only: the traced code could write anything here."""
import atexit
import json
import os
import sys

_directory = os.environ.get("RATCHET_COVERAGE")
_lines = {}


def _local(frame, event, _argument):
    if event == "line":
        _lines[frame.f_code.co_filename].add(frame.f_lineno)
    return _local


def _call(frame, _event, _argument):
    name = frame.f_code.co_filename
    if not name.startswith("/work/"):
        return None
    _lines.setdefault(name, set()).add(frame.f_lineno)
    return _local


def _write():
    sys.settrace(None)
    try:
        os.makedirs(_directory, exist_ok=True)
        with open(os.path.join(_directory, "python-%d.json" % os.getpid()), "w") as file:
            json.dump({"lines": {name: sorted(lines) for name, lines in _lines.items()}}, file)
    except OSError as error:
        sys.stderr.write("no coverage: %s\n" % error)


if _directory:
    sys.settrace(_call)
    atexit.register(_write)
