"""Ends a call that does not end by itself, by the processor time it took: a busy machine changes no answer."""
import math
import resource
import signal
import time

CALL_SECONDS = 1.0
# Code in C that never comes back to the interpreter is ended by the kernel, and with it the process.
KILL_SECONDS = 4
WAIT_SECONDS = 10.0

_set_timer, _cpu, _set_limit, _ceil = signal.setitimer, time.process_time, resource.setrlimit, math.ceil
_signal, _used, _real, _processor = signal.signal, signal.ITIMER_PROF, signal.ITIMER_REAL, resource.RLIMIT_CPU
_profiled, _alarm, _default, _exceeded = signal.SIGPROF, signal.SIGALRM, signal.SIG_DFL, signal.SIGXCPU
_hard = resource.getrlimit(resource.RLIMIT_CPU)[1]


class Timeout(BaseException):
    """A call took too long."""


class Limit:
    """Armed around one call. The timer goes on ticking, for a function that catches everything."""

    def __init__(self):
        self.is_over = False
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))

    def start(self):
        self.is_over = False
        _signal(_profiled, self._end)
        _signal(_alarm, self._end)
        _signal(_exceeded, _default)
        until = _ceil(_cpu()) + KILL_SECONDS
        _set_limit(_processor, (until if _hard < 0 else min(until, _hard), _hard))
        _set_timer(_used, CALL_SECONDS, 0.05)
        _set_timer(_real, WAIT_SECONDS, 0.05)

    def stop(self):
        _set_timer(_used, 0)
        _set_timer(_real, 0)

    def _end(self, _number, _frame):
        self.is_over = True
        raise Timeout
