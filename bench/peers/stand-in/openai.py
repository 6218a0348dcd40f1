"""Stands in for the openai package: a model that costs nothing. It answers with the program it is given in the environment, numbered, and notes when it was asked."""
import os
import time
from types import SimpleNamespace

_program = open(os.environ['BENCH_PROGRAM']).read()
_stamps = open(os.environ['BENCH_STAMPS'], 'a')
_asked = 0


def _create(**_):
    global _asked
    _asked += 1
    # The number of the parent's clock as the kernel has it: this is the one worker, and the rest of the work is done there.
    cpu = time.process_time_ns() + time.clock_gettime_ns((~os.getppid() << 3) | 2)
    _stamps.write(f'{time.monotonic_ns()} {cpu}\n')
    _stamps.flush()
    content = f'```javascript\n// {_asked}\n{_program}```'
    return SimpleNamespace(choices=[SimpleNamespace(message=SimpleNamespace(content=content))])


class OpenAI:
    def __init__(self, **_):
        self.chat = SimpleNamespace(completions=SimpleNamespace(create=_create))
