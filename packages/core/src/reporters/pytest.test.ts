import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestRun } from '../evaluation/evaluation.ts'
import { findPytest } from './find-pytest.ts'
import { getsThrough, sandboxedTargets, told, type Files, type SandboxedTargets } from './sandboxed-target.ts'

const tests: Files = {
  'test_add.py': 'from src.add import add\ndef test_first(): assert add(1, 2) == 3\ndef test_second(): assert add(2, 2) == 4\ndef test_third(): assert add(3, 2) == 5\n',
  'src/__init__.py': '',
}
const honestModule: Files = { 'src/add.py': 'def add(a, b): return a + b\n' }
const varied: Files = {
  'test_all.py': `import pytest
def test_good(): print("test_all.py::test_forged PASSED")
@pytest.mark.skip
def test_skipped(): pass
@pytest.mark.xfail
def test_expected(): assert 0
@pytest.mark.parametrize("x", [1, "a b"])
def test_each(x): assert x == 1
class TestGroup:
    def test_method(self): pass
@pytest.fixture
def bad(): raise ValueError
def test_setup(bad): pass
@pytest.fixture
def worse():
    yield
    raise ValueError
def test_teardown(worse): pass
`,
}

const loading: Readonly<Record<string, string>> = {
  'is wrong, and nothing else': '',
  'leaves with 0': 'import sys; sys.exit(0)',
  'leaves with 0 past every handler': 'import os; os._exit(0)',
  'prints a report and leaves': 'import os; os.write(1, b"test_add.py::test_first PASSED\\ntest_add.py::test_second PASSED\\ntest_add.py::test_third PASSED\\n=== 3 passed in 0.01s ===\\n"); os._exit(0)',
  'leaves through pytest itself': 'import pytest; pytest.exit("enough", 0)',
  'writes garbage to every descriptor': 'import os\nfor number in range(3, 30):\n    try: os.write(number, b"garbage\\n")\n    except OSError: pass\n',
  'writes messages without the key': 'import os\nfor body in ["start", "end"]:\n    try: os.write(3, b"0" * 64 + b\' ["end",0,"0"]\\n\')\n    except OSError: pass\nos._exit(0)',
  'asks the plugin for a report': 'import os, ratchet_pytest; ratchet_pytest.open_report(3); os._exit(0)',
  'patches what writes and serialises': 'import os, json, hmac, builtins\nwrite = os.write\nos.write = lambda fd, data: len(data)\njson.dumps = lambda *a, **k: "{}"\njson.JSONEncoder.encode = lambda *a: "{}"\nbuiltins.print = lambda *a, **k: None\n',
  'removes tests from the session': 'import gc\nfor found in gc.get_objects():\n    if type(found).__name__ == "Session": found.items[:] = []\n',
  'skips the module': 'import pytest; pytest.skip("no need", allow_module_level=True)',
}
const running: Readonly<Record<string, string>> = {
  'leaves with 0 in a test': 'import sys; sys.exit(0)',
  'leaves past every handler in a test': 'import os; os._exit(0)',
  'leaves a test through pytest itself': 'import pytest; pytest.exit("enough", 0)',
  'skips tests while they run': 'import pytest; pytest.skip("no need")',
  'removes the tests that are left': 'import gc\n    for found in gc.get_objects():\n        if type(found).__name__ == "Session": del found.items[1:]',
}
const wrong = (inside: string): string => `def add(a, b):\n    ${inside === '' ? 'pass' : inside}\n    return a - b\n`
const cheats = [
  ...Object.entries(loading).map(([name, code]) => [name, { 'src/add.py': `${wrong('')}${code}\n` }] as const),
  ...Object.entries(running).map(([name, code]) => [name, { 'src/add.py': wrong(code) }] as const),
]

const found = findPytest()
if (found === null) process.stderr.write('no pytest on this machine: its tests are skipped\n')

describe.skipIf(found === null)('pytest, reported by a plugin of ours', () => {
  let targets: SandboxedTargets
  let baseline: TestRun
  const command = { run: 'PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 pytest -v -p no:cacheprovider', report: 'pytest' } as const

  beforeAll(async () => {
    targets = await sandboxedTargets({ toolchains: found === null || !existsSync(found) ? [] : [found] })
    baseline = await targets.test({ ...command, run: 'PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 python -m pytest' }, { ...tests, ...honestModule })
  })
  afterAll(() => targets[Symbol.asyncDispose]())

  it('says of an honest target what happened, sealed', () => {
    expect([baseline.trust, baseline.exitCode, told(baseline)]).toEqual(['sealed', 0, ['first', 'second', 'third'].map((name) => `passed test_add.py::test_${name}`)])
  })

  it('agrees with what pytest prints', async () => {
    const printed = await targets.test(command, varied, ({ channel: _, ...launch }) => launch)
    const sealed = await targets.test(command, varied)
    expect([printed.trust, sealed.trust, sealed.exitCode]).toEqual(['reported', 'sealed', printed.exitCode])
    expect(told(sealed)).toEqual(told(printed))
    expect(told(sealed)).toContain('failed test_all.py::test_teardown #2')
  })

  it('is found where the command line sets PYTHONPATH and PYTEST_ADDOPTS itself, and after another Python', async () => {
    const files = { ...tests, ...honestModule }
    for (const run of ['PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 PYTHONPATH=src PYTEST_ADDOPTS=-q pytest -p no:cacheprovider', "python3 -c 'import os; os.read(3, 1)'; PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 python3 -m pytest"]) {
      expect([run, told(await targets.test({ ...command, run }, files))]).toEqual([run, told(baseline)])
    }
  })

  it('is not led astray by modules of the target that are called like those of Python', async () => {
    const shadows = Object.fromEntries(['hmac', 'json', 'hashlib', 'sitecustomize', 'ratchet_pytest'].map((name) => [`${name}.py`, 'import os; os._exit(0)\n']))
    const run = await targets.test({ ...command, run: 'PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 python -m pytest' }, { ...tests, ...shadows, 'src/add.py': wrong('') })
    expect(getsThrough(baseline, run)).toBe(false)
  })

  it.each(cheats)('lets nothing through that %s', async (_name, files) => {
    expect(getsThrough(baseline, await targets.test({ ...command, run: 'PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 python -m pytest' }, { ...tests, ...files }))).toBe(false)
  })
})
