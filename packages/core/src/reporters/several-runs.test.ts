import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestRun } from '../evaluation/evaluation.ts'
import { findPytest } from './find-pytest.ts'
import { getsThrough, sandboxedTargets, told, type Files, type SandboxedTargets, type TargetCommand } from './sandboxed-target.ts'

/** A target with two folders of tests, `a` for `add` and `b` for `mul`. Tests of both have the same names. */
interface Kind {
  readonly format: TargetCommand['report']
  /** Runs the tests of the folder it is started in. */
  readonly runner: string
  readonly tests: Files
  readonly module: (name: 'add' | 'mul', operator: string, before: string) => Files
  readonly names: readonly string[]
  /** What `add` does when the tests of `a` load it, so that those of `b` seem to pass. */
  readonly cheats: Readonly<Record<string, string>>
  readonly endsItself: string
  /** Where the runner takes more than a second, less is tried. */
  readonly isSlow?: boolean
}

const script = (test: string, name: string, imports: string): string => `${imports}; const assert = require('node:assert'); const { ${name} } = require('../src/${name}.cjs')
${test}('first', () => assert.equal(${name}(3, 2), ${name === 'add' ? 5 : 6})); ${test}('second', () => assert.equal(${name}(2, 2), 4))`
const forge = (report: string): string => `for (const fd of Array.from({ length: 30 }, (_, index) => index + 3)) try { require('node:fs').writeSync(fd, ${report}) } catch {}`

const javascriptCheats = ({ file, tests, runner, preload }: Readonly<Record<'file' | 'tests' | 'runner' | 'preload', string>>): Readonly<Record<string, string>> => ({
  'leaves programs and settings behind': `const fs = require('node:fs'); for (const folder of ['/work/b', '/work', process.env.HOME, '/tmp']) try {
      fs.mkdirSync(folder + '/node_modules/.bin', { recursive: true })
      for (const name of ['node', 'vitest', 'jest', 'mocha']) fs.writeFileSync(folder + '/node_modules/.bin/' + name, '#!/bin/sh\\nexit 0\\n', { mode: 0o755 })
    } catch {}
    for (const folder of ['/work/b', '/work', process.env.HOME]) for (const [name, text] of [['.npmrc', 'script-shell=/bin/true\\nnode-options=--require=/work/evil.cjs\\n'], ['.mocharc.cjs', 'process.exit(0)'], ['jest.config.js', 'process.exit(0)'], ['vitest.config.mjs', 'process.exit(0)']]) try { fs.writeFileSync(folder + '/' + name, text) } catch {}
    fs.writeFileSync('/work/evil.cjs', 'process.exit(0)'); fs.writeFileSync('/work/src/mul.cjs', 'module.exports.mul = (a, b) => a * b')`,
  'starts a runner of its own with tests that pass': `if (process.env.INNER === undefined) { const fs = require('node:fs'); fs.mkdirSync('/tmp/own/b', { recursive: true }); fs.symlinkSync('/work/node_modules', '/tmp/own/node_modules')
    fs.writeFileSync('/tmp/own/b/${file}', ${JSON.stringify(tests)}); const preload = '/opt/ratchet/reporters/${preload}'
    require('node:child_process').spawnSync('sh', ['-c', ${JSON.stringify(runner)}], { cwd: '/tmp/own/b', env: { ...process.env, INNER: '1', NODE_OPTIONS: '--require=' + preload, RATCHET_PRELOAD: preload, RATCHET_CHANNEL: '3' }, stdio: ['ignore', 'ignore', 'ignore', 3] }) }`,
  'says that more runs wait': forge("'~ waiting ' + 'ab'.repeat(32) + '\\n'"),
  'says that other runners ran': forge("'~ other jest\\n'"),
  'writes half a message': forge("'0'.repeat(64) + ' [\"end\",2'"),
  'ends what would start the next run': 'for (let pid = process.ppid; pid > 1; pid = Number(require("node:fs").readFileSync("/proc/" + pid + "/stat", "utf8").split(") ")[1].split(" ")[1])) try { process.kill(pid, "SIGTERM") } catch {}',
})

function javascript(format: 'node' | 'vitest' | 'jest' | 'mocha'): Kind {
  const file = format === 'vitest' ? 'x.test.mjs' : 'x.test.js'
  const test = format === 'mocha' ? 'it' : 'test'
  const imports = { node: "const { test } = require('node:test')", vitest: "import { test } from 'vitest'; import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)", jest: '', mocha: '' }[format]
  const runner = { node: 'node --test', vitest: '../node_modules/.bin/vitest run --configLoader=runner', jest: '../node_modules/.bin/jest --ci --rootDir=.', mocha: '../node_modules/.bin/mocha "*.test.js"' }[format]
  const inA = format === 'mocha' ? '' : `a/${file} > `
  return {
    format, runner, names: [`${inA}first`, `${inA}second`],
    tests: { [`a/${file}`]: script(test, 'add', imports), [`b/${file}`]: script(test, 'mul', imports), 'a/package.json': '{}', 'b/package.json': '{}' },
    module: (name, operator, before) => ({ [`src/${name}.cjs`]: `${before}\nmodule.exports.${name} = (a, b) => a ${operator} b\n` }),
    cheats: javascriptCheats({ file, runner, tests: script(test, 'add', imports).replace("require('../src/add.cjs')", '{ add: (a, b) => a + b }'), preload: format === 'node' ? 'node-test.cjs' : `${format}.cjs` }),
    endsItself: 'process.kill(process.pid, "SIGKILL")',
    isSlow: format === 'vitest' || format === 'jest',
  }
}

const pytest: Kind = {
  format: 'pytest', runner: 'PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 python -m pytest -p no:cacheprovider', names: ['test_x.py::test_first', 'test_x.py::test_second'],
  tests: Object.fromEntries([['a', 'add', 5], ['b', 'mul', 6]].map(([folder, name, sum]) => [`${folder}/test_x.py`, `import sys\nsys.path.insert(0, "/work/src")\nfrom ${name} import ${name}\ndef test_first(): assert ${name}(3, 2) == ${sum}\ndef test_second(): assert ${name}(2, 2) == 4\n`])),
  module: (name, operator, before) => ({ [`src/${name}.py`]: `${before}\ndef ${name}(a, b): return a ${operator} b\n` }),
  cheats: {
    'leaves modules and settings behind': `import os
for folder in ("/work/b", "/work", os.environ["HOME"]):
    for name in ("conftest.py", "sitecustomize.py", "usercustomize.py", "pytest.py"):
        open(os.path.join(folder, name), "w").write("import os; os._exit(0)")
open("/work/b/pytest.ini", "w").write("[pytest]\\naddopts = --collect-only\\n")
open("/work/src/mul.py", "w").write("def mul(a, b): return a * b")`,
    'starts a runner of its own with tests that pass': `import os, subprocess
if "INNER" not in os.environ:
    os.makedirs("/tmp/own/b"); open("/tmp/own/b/test_x.py", "w").write("def test_first(): pass\\ndef test_second(): pass\\n")
    subprocess.run(["python", "-m", "pytest"], cwd="/tmp/own/b", env={**os.environ, "INNER": "1", "PYTHONPATH": "/opt/ratchet/reporters/python", "PYTEST_ADDOPTS": "-p ratchet_pytest"}, pass_fds=[3])`,
    'says that more runs wait': 'import os\nos.write(3, b"~ waiting " + b"ab" * 32 + b"\\n")',
    'writes half a message': 'import os\nos.write(3, b"0" * 64 + b\' ["end",2\')',
    'ends what would start the next run': 'import os, signal\nos.kill(os.getppid(), signal.SIGTERM)',
  },
  endsItself: 'import os; os.kill(os.getpid(), 9)',
}

const ctest: Kind = {
  format: 'ctest', runner: 'ctest', names: ['first', 'second'],
  tests: Object.fromEntries([['a', 'add'], ['b', 'mul']].map(([folder, name]) => [`${folder}/CTestTestfile.cmake`, `add_test(first "/work/src/${name}" 3 2)\nadd_test(second "/work/src/${name}" 2 2)\n`])),
  module: (name, operator, before) => ({ [`src/${name}`]: `#!/bin/sh\n${before}\n[ $(($1 ${operator} $2)) = $(($1 ${name === 'add' ? '+' : '*'} $2)) ]\n` }),
  cheats: {
    'leaves programs behind': 'printf "#!/bin/sh\\nexit 0\\n" > /work/src/mul; echo > /work/b/CTestCustom.cmake "set(CTEST_CUSTOM_TESTS_IGNORE first second)"',
    'starts a runner of its own with tests that pass': 'mkdir -p /tmp/own/b; cd /tmp/own/b && printf "add_test(first /bin/true)\\nadd_test(second /bin/true)\\n" > CTestTestfile.cmake && PATH=/opt/ratchet/reporters/bin-ctest:$PATH ctest > /dev/null; cd /work',
    'ends what would start the next run': 'kill $PPID',
  },
  endsItself: 'kill -9 $$',
}

const pythons = findPytest()
const hasCTest = ((): boolean => {
  try {
    execFileSync('ctest', ['--version'], { stdio: 'ignore' })
    return true
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  }
})()
const kinds: readonly Kind[] = [...(['node', 'mocha', 'vitest', 'jest'] as const).map(javascript), ...(pythons === null ? [] : [pytest]), ...(hasCTest ? [ctest] : [])]
if (pythons === null || !hasCTest) process.stderr.write('no pytest or no ctest on this machine: their tests are skipped\n')

/** What `npm-run-all -p` does. */
const parallel = `const { spawn } = require('node:child_process'); const ends = process.argv.slice(2).map((name) => new Promise((resolve) => spawn('npm', ['run', '--silent', name], { stdio: 'inherit' }).on('close', resolve)))
Promise.all(ends).then((codes) => process.exit(codes.every((code) => code === 0) ? 0 : 1))`

describe.each(kinds)('$format, started more than once by one command', ({ format, runner, tests, module, names, cheats, endsItself, isSlow = false }) => {
  let targets: SandboxedTargets
  let baseline: TestRun
  const command = { run: `cd a && ${runner}; cd ../b && ${runner}`, report: format }
  const good = module('mul', '*', '')
  const wrong = module('mul', '-', '')
  const target = (...modules: readonly Files[]): Files => Object.assign({}, tests, module('add', '+', ''), good, ...modules) as Files
  const test = (files: Files, run = command.run): Promise<TestRun> => targets.test({ ...command, run }, files)
  /** `outcome folder name`, whatever else the name of a run says. */
  const short = (run: TestRun): readonly string[] | string => {
    const said = told(run)
    return typeof said === 'string' ? said : said.map((line) => line.replace(/\[(\.|\w+) .*?\] > /, '$1 ')).toSorted()
  }
  let failed: Promise<TestRun> | null = null
  /** With the tests of `b` failing, and nothing else; run once. */
  const failing = (): Promise<TestRun> => (failed ??= test(target(wrong)))
  const outcomes = (a: string, b: string): readonly string[] => [...names.map((name) => `${a} a ${name}`), ...names.map((name) => `${b} b ${name.replace(/^a\//, 'b/')}`)]

  beforeAll(async () => {
    targets = await sandboxedTargets({ packages: true, toolchains: pythons === null || !existsSync(pythons) ? [] : [pythons] })
    baseline = await test(target())
  })
  afterAll(() => targets[Symbol.asyncDispose]())

  it('reports every run, sealed, with names that tell the runs apart', async () => {
    expect([baseline.problem, baseline.trust, baseline.exitCode, short(baseline)]).toEqual([undefined, 'sealed', 0, outcomes('passed', 'passed')])
    const again = await test(target())
    expect([told(again), getsThrough(baseline, again)]).toEqual([told(baseline), true])
  })

  it('does the same behind npm, make and beside each other', async () => {
    const files = target({
      'package.json': JSON.stringify({ workspaces: ['a', 'b'], scripts: { 'test:a': `cd a && ${runner}`, 'test:b': `cd b && ${runner}`, test: 'npm run -s test:a && npm run -s test:b' } }),
      ...Object.fromEntries(['a', 'b'].map((name) => [`${name}/package.json`, JSON.stringify({ name, version: '1.0.0', scripts: { test: runner } })])),
      'Makefile': `check:\n\tcd a && ${runner}\n\tcd b && ${runner}\n`,
      'tools/node_modules/both/cli.js': parallel,
    })
    const together = 'node tools/node_modules/both/cli.js test:a test:b'
    // Programs started by Node have a channel only where Node is preloaded.
    const runs = format === 'pytest' || format === 'ctest' ? ['make -s check'] : isSlow ? [together] : ['npm test -ws --silent', 'npm test --silent', 'make -s check', together]
    for (const run of runs) {
      const found = await test(files, run)
      expect([run, found.problem, found.exitCode, found.trust, short(found)]).toEqual([run, undefined, 0, 'sealed', outcomes('passed', 'passed')])
    }
  })

  it('tells a failing test from one of the same name that passes in another run', async () => {
    const later = await failing()
    const earlier = await test(target(module('add', '-', '')))
    // 2 - 2 is not 4, and 3 - 2 is neither 5 nor 6.
    expect(short(later)).toEqual([...outcomes('failed', 'failed').slice(2), ...outcomes('passed', 'passed').slice(0, 2)])
    expect(short(earlier)).toEqual([...outcomes('failed', 'failed').slice(0, 2), ...outcomes('passed', 'passed').slice(2)])
    expect([getsThrough(baseline, later), getsThrough(baseline, earlier)]).toEqual([false, false])
  })

  it('misses the tests of a runner that is not started any more, and of one that is stopped in the middle', async () => {
    const alone = await test(target(), `cd a && ${runner}`)
    expect([told(alone), getsThrough(baseline, alone)]).toEqual([names.map((name) => `passed ${name}`), false])
    const stopped = await test(target(module('mul', '*', endsItself)))
    expect(getsThrough(baseline, stopped)).toBe(false)
  })

  it.each(Object.entries(cheats).slice(0, isSlow ? 2 : undefined))('lets nothing through where the code of the first run %s', async (name, cheat) => {
    const run = await test(target(module('add', '+', cheat), wrong))
    expect(getsThrough(baseline, run)).toBe(false)
    // The second run does not even see what the first one left.
    if (name.startsWith('leaves')) expect(short(run)).toEqual(short(await failing()))
  })
})

describe('a first run that keeps the second from being started', () => {
  const tests = (name: string, sum: number): string => `const { test } = require('node:test'); const assert = require('node:assert'); const { ${name} } = require('../src/${name}.cjs'); test('first', () => assert.equal(${name}(3, 2), ${sum}))`
  const workspace = (name: string): string => JSON.stringify({ name, version: '1.0.0', scripts: { test: 'node --test' } })
  const files: Files = {
    'package.json': '{ "workspaces": ["a", "b"] }', 'a/package.json': workspace('a'), 'b/package.json': workspace('b'), 'a/x.test.cjs': tests('add', 5), 'b/x.test.cjs': tests('mul', 6),
    'src/add.cjs': 'module.exports.add = (a, b) => a + b', 'src/mul.cjs': 'module.exports.mul = (a, b) => a * b',
  }
  // npm looks there first. What stands there gets the channel, and says what the real runner would, as far as it can.
  const program = String.raw`#!/bin/sh
echo here >> /work/shadowed
dd bs=64 count=1 <&"$RATCHET_CHANNEL" > /tmp/key 2> /dev/null
printf '~ waiting %064d\n' 7 >&"$RATCHET_CHANNEL"
exit 0
`

  it('has its tests missed, and no key for what stands in for them', async () => {
    await using targets = await sandboxedTargets()
    const command = { run: 'npm test -ws --silent', report: 'node' } as const
    const baseline = await targets.test(command, files)
    const place = (text: string): string => `const fs = require('node:fs'); fs.mkdirSync('/work/b/node_modules/.bin', { recursive: true }); fs.writeFileSync('/work/b/node_modules/.bin/node', ${JSON.stringify(text)}, { mode: 0o755 });`
    const silent = await targets.test(command, { ...files, 'src/add.cjs': `${place('#!/bin/sh\nexit 0\n')} ${files['src/add.cjs']}`, 'src/mul.cjs': 'module.exports.mul = () => 0' })
    expect([silent.exitCode, told(silent), getsThrough(baseline, silent)]).toEqual([0, ['passed a/x.test.cjs > first'], false])
    const talking = await targets.test(command, { ...files, 'src/add.cjs': `${place(program)} ${files['src/add.cjs']}`, 'src/mul.cjs': 'module.exports.mul = () => 0' })
    expect([talking.exitCode, told(talking), getsThrough(baseline, talking)]).toEqual([0, 'malformed', false])
  })
})
