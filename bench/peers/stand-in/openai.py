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
    _stamps.write(f'{time.monotonic_ns()}\n')
    _stamps.flush()
    content = f'```javascript\n// {_asked}\n{_program}```'
    return SimpleNamespace(choices=[SimpleNamespace(message=SimpleNamespace(content=content))])


class OpenAI:
    def __init__(self, **_):
        self.chat = SimpleNamespace(completions=SimpleNamespace(create=_create))
