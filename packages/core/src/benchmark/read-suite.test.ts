import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGitRepositories } from '../adapters/git-repositories/git-repositories.ts'
import { openSuiteFolder } from '../adapters/suite-folder/suite-folder.ts'
import { findPytest } from '../reporters/find-pytest.ts'
import type { FileChange } from '../proposal/proposal.ts'
import { applyTestPatch } from './apply-test-patch.ts'
import { BenchmarkError } from './benchmark-error.ts'
import type { BenchmarkTask, Suite, SuiteFiles, TaskRepositories } from './benchmark-task.ts'
import { judgeWork } from './judge-work.ts'
import { readSuite } from './read-suite.ts'
import { judgedFiles } from './task-tree.ts'
import { openTestBench, type TestBench } from './test-bench.ts'

const signal = AbortSignal.timeout(60_000)
const nowhere: TaskRepositories = { files: () => Promise.reject(new BenchmarkError('repository-missing', 'none')) }

function files(texts: Readonly<Record<string, string>>): SuiteFiles {
  return { entries: Object.keys(texts).map((name) => ({ path: name, mode: '100644' })), read: (paths) => Promise.resolve(paths.map((name) => Buffer.from(texts[name] ?? ''))) }
}
const read = (texts: Readonly<Record<string, string>>, repositories = nowhere): Promise<Suite> => readSuite(files(texts), repositories)
const told = (changes: readonly FileChange[]): Readonly<Record<string, string | null>> => Object.fromEntries(changes.map(({ path: name, content }) => [name, content === null ? null : Buffer.from(content).toString()]))

const folder = { 'tasks/a/task.yaml': 'statement: do a\nrun: node --test\nreport: node\n', 'tasks/a/repository/x.js': 'x', 'tasks/a/hidden/x.test.js': 'test' }

describe('a suite in our own format', () => {
  it('is read task by task, with what is hidden apart from what is given', async () => {
    const suite = await read({ ...folder, 'tasks/b/task.yaml': 'run: npm test\nreport: node\nheldOut: true\nmustPass: [one]\nvisible: { run: node --test, report: node }\nmayChange: [package.json]\n', 'tasks/b/statement.md': '# B', 'tasks/b/hidden/y.js': 'y', 'README.md': 'nothing' })
    expect(suite.tasks).toEqual([{ id: 'a', heldOut: false }, { id: 'b', heldOut: true }])
    const task = await suite.load('a', signal)
    expect([task.statement, told(task.files), told(task.tests.files), task.visible, task.timeoutMs]).toEqual(['do a', { 'x.js': 'x' }, { 'x.test.js': 'test' }, null, 120_000])
    expect(await suite.load('b', signal)).toMatchObject({ statement: '# B', tests: { mustPass: ['one'] }, visible: { run: 'node --test' }, mayChange: ['package.json'] })
    await expect(suite.load('c', signal)).rejects.toMatchObject({ code: 'unknown-task' })
  })

  it('is refused with the place of what is wrong: no tests, a report that can be forged by leaving, what is not known', async () => {
    for (const [yaml, why] of [['run: x\nreport: node', 'no statement'], ['statement: a\nrun: x\nreport: exit-code', 'report'], ['statement: a\nrun: x\nreport: node\nnew: 1', 'new'], ['{', 'tasks/a/task.yaml']] as const) {
      const suite = read({ ...folder, 'tasks/a/task.yaml': yaml }).then((found) => found.load('a', signal))
      await expect(suite).rejects.toThrow(why)
    }
    await expect(read({ 'tasks/a/task.yaml': folder['tasks/a/task.yaml'] }).then((suite) => suite.load('a', signal))).rejects.toThrow('no tests')
    await expect(read({ 'README.md': '' })).rejects.toMatchObject({ code: 'suite-invalid' })
    await expect(read({ ...folder, 'suite.yaml': 'format: other' })).rejects.toMatchObject({ code: 'suite-invalid' })
  })

  it('keeps back the same tasks whatever else is in it', async () => {
    const many = (count: number): Record<string, string> => Object.assign({ 'suite.yaml': 'format: folder\nheldOut: 30%' }, ...Array.from({ length: count }, (_, index) => ({ [`tasks/t${index}/task.yaml`]: folder['tasks/a/task.yaml'] })))
    const held = async (count: number): Promise<readonly string[]> => (await read(many(count))).tasks.filter(({ heldOut }) => heldOut).map(({ id }) => id)
    const [few, all] = [await held(40), await held(80)]
    expect(all.filter((id) => Number(id.slice(1)) < 40)).toEqual(few)
    expect(all.length).toBeGreaterThan(10)
    expect(all.length).toBeLessThan(40)
  })

  it('is read from a folder of this machine as well, without following a link', async () => {
    const home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-suite-'))
    try {
      await writeFile(path.join(home, 'x.jsonl'), `${JSON.stringify(pack('JavaScript'))}\n`)
      expect((await readSuite(await openSuiteFolder(path.join(home, 'x.jsonl')), nowhere)).tasks).toEqual([{ id: 'JavaScript/0', heldOut: false }])
      await symlink('/etc/passwd', path.join(home, 'link'))
      await expect(openSuiteFolder(home)).rejects.toMatchObject({ code: 'suite-invalid' })
    } finally {
      await rm(home, { recursive: true })
    }
  })
})

type Language = 'JavaScript' | 'Python' | 'CPP'

/** Samples of our own in the form of HumanEvalPack. */
function pack(language: Language): Readonly<Record<string, string>> {
  const own = {
    JavaScript: { declaration: '\nconst half = (x) => x / 2\nconst twice = (x) => {\n', wrong: '  return x * 3\n}\n', right: '  return x * 2\n}\n', test: 'const check = () => {\n  console.assert(twice(half(4)) === 4)\n  console.assert(twice(3) === 6)\n}\ncheck()\n' },
    Python: { declaration: 'def twice(x):\n', wrong: '    return x * 3\n', right: '    return x * 2\n', test: '\ndef check(twice):\n    assert twice(2) == 4\n    assert twice(3) == 6\n\ncheck(twice)' },
    CPP: { declaration: '#include <vector>\nusing namespace std;\nint twice(int x) {\n', wrong: '  return x * 3;\n}\n', right: '  return x * 2;\n}\n', test: '#undef NDEBUG\n#include<assert.h>\nint main(){\n  assert (twice(2) == 4);\n  assert (twice(3) == 6);\n}\n' },
  }[language]
  return { task_id: `${language}/0`, prompt: own.declaration, declaration: own.declaration, buggy_solution: own.wrong, canonical_solution: own.right, test: own.test, entry_point: 'twice', docstring: 'Twice x.', instruction: 'Write twice.' }
}

describe('HumanEvalPack', () => {
  let bench: TestBench
  const pytest = findPytest()
  beforeAll(async () => {
    bench = await openTestBench({ toolchains: pytest === null || !existsSync(pytest) ? [] : [pytest] })
  })
  afterAll(() => bench[Symbol.asyncDispose]())

  const load = async (language: Language): Promise<BenchmarkTask> => (await read({ 'x.jsonl': JSON.stringify(pack(language)) })).load(`${language}/0`, signal)
  const passes = async (task: BenchmarkTask, text: string): Promise<boolean> => (await judgeWork(bench.ports, { task, tests: task.tests, changes: [{ path: task.files[0]?.path ?? '', content: Buffer.from(text) }], label: 'x' }, signal)).passed

  it.each([['JavaScript', 'process.exit(0)'], ['Python', 'import os; os._exit(0)'], ['CPP', '#include <cstdlib>\nstatic int leave = (exit(0), 0);']] as const)('in %s is solved by the right function, and by nothing else', async (language, leaving) => {
    if (language === 'Python' && pytest === null) return
    const task = await load(language)
    const { declaration = '', canonical_solution: right = '', buggy_solution: wrong = '' } = pack(language)
    expect(Object.values(told(task.files))).toEqual([declaration + wrong])
    expect(task.statement + JSON.stringify(told(task.files))).not.toContain(right.trim())
    const outcomes = await Promise.all([declaration + right, declaration + wrong, `${leaving}\n${declaration}${wrong}`].map((text) => passes(task, text)))
    expect(outcomes).toEqual([true, false, false])
  })

  it('does not let a solution in JavaScript stand in for what judges it', async () => {
    const task = await load('JavaScript')
    const { declaration = '', buggy_solution: wrong = '' } = pack('JavaScript')
    expect(await passes(task, `${declaration}${wrong}\nvar console = { assert() {} }\nglobalThis.console.assert = () => {}\nvar check = () => {}\n`)).toBe(false)
  })

  it('is refused where a line is none of its tasks, or stands twice', async () => {
    await expect(read({ 'x.jsonl': `${JSON.stringify(pack('CPP'))}\n{` })).rejects.toThrow('line 2')
    await expect(read({ 'x.jsonl': `${JSON.stringify(pack('CPP'))}\n${JSON.stringify(pack('CPP'))}` })).rejects.toThrow('two tasks')
    await expect(read({ 'x.jsonl': JSON.stringify({ ...pack('CPP'), task_id: '../x' }) })).rejects.toThrow('line 1')
    await expect(read({ 'x.jsonl': `[${JSON.stringify(pack('CPP'))}, {}]` })).rejects.toThrow('record 2')
    await expect(read({ 'x.jsonl': '[{}' })).rejects.toThrow('is no JSON')
  })
})

describe('an Exercism track', () => {
  const track = {
    'suite.yaml': 'format: exercism\nlanguage: javascript\n',
    'exercises/practice/two/.meta/config.json': '{"files": {"solution": ["two.js"], "test": ["two.spec.js"], "example": [".meta/proof.ci.js"]}}',
    'exercises/practice/two/.meta/proof.ci.js': 'the answer',
    'exercises/practice/two/.docs/instructions.md': 'Return two.',
    'exercises/practice/two/two.js': 'export const two = () => 0\n',
    'exercises/practice/two/two.spec.js': "describe('two', () => {\n  test('is two', () => {})\n  xtest('is still two', () => {})\n})\n",
    'exercises/practice/two/package.json': '{}',
  }

  const cases = "describe('two', () => {\n  test('is two', () => {})\n  test('is still two', () => {})\n})\n"

  it('hides its tests and answers, and asks all of its tests at once', async () => {
    const task = await (await read(track)).load('two', signal)
    expect(Object.keys(told(task.files))).toEqual(['two.js', 'package.json'])
    expect(task.statement).toBe('Return two.\n\nWrite your solution into `two.js`.\n')
    expect(told(task.tests.files)).toEqual({ 'package.json': '{}', 'two.spec.js': cases })
    expect(task.tests).toMatchObject({ report: 'jest', least: 2 })
  })

  it('gives nothing of what a track says about solutions, neither to an agent nor to the judge, but what is to be written or read', async () => {
    const at = 'exercises/practice/two'
    const config = (solution: string, editor: string): string => JSON.stringify({ files: { solution: [solution], test: ['two.spec.js'], example: ['.meta/proof.ci.js'], editor: [editor] } })
    const more = { [`${at}/.approaches/recursion/content.md`]: 'the answer', [`${at}/.approaches/recursion/snippet.txt`]: 'the answer', [`${at}/.articles/speed/code/main.js`]: 'the answer', [`${at}/.npmrc`]: 'audit=false', [`${at}/.env.js`]: 'asked for', [`${at}/.two.js`]: 'stub', [`${at}/lib/.keep`]: '' }
    const all = await (await read({ ...track, ...more, [`${at}/.meta/config.json`]: config('.two.js', '.env.js') })).load('two', signal)
    expect(all.files.map(({ path: name }) => name)).toEqual(['two.js', 'package.json', '.env.js', '.two.js', 'lib/.keep'])
    expect(all.tests.files.map(({ path: name }) => name)).toEqual(['two.js', 'package.json', '.env.js', 'lib/.keep', 'two.spec.js'])
    expect(all.statement).toBe('Return two.\n\nWrite your solution into `.two.js`.\n')
    const evading = await (await read({ ...track, ...more, [`${at}/.meta/config.json`]: config('two.js', 'lib/data.js') })).load('two', signal)
    expect(evading.files.map(({ path: name }) => name)).toEqual(['two.js', 'package.json', 'lib/.keep'])
  })

  it('runs as its language does, or as the suite says', async () => {
    const python = await (await read({ ...track, 'suite.yaml': 'format: exercism\nlanguage: python\n' })).load('two', signal)
    const own = await (await read({ ...track, 'suite.yaml': 'format: exercism\nlanguage: cpp\nrun: make test\nreport: ctest\n' })).load('two', signal)
    expect([python.tests.report, own.tests.run, own.tests.report]).toEqual(['pytest', 'make test', 'ctest'])
    // What seals a report of programs in C++ does not seal what their tests ask.
    expect([python.tests.exposed, own.tests.exposed]).toEqual([undefined, true])
    await expect(read({ ...track, 'exercises/practice/two/.meta/config.json': '{"files": {"test": ["none.js"]}}' }).then((suite) => suite.load('two', signal))).rejects.toThrow('names no test')
  })

  it('lets an agent write the solution, whatever its name, and nothing else that the track brought', async () => {
    const files = { ...track, 'exercises/practice/two/.meta/config.json': '{"files": {"solution": ["test.js"], "test": ["two.spec.js"], "editor": ["data.js"]}}', 'exercises/practice/two/test.js': 'stub', 'exercises/practice/two/data.js': 'given' }
    const task = await (await read(files)).load('two', signal)
    const left = ['test.js', 'data.js', 'two.spec.js', 'package.json', 'two.js', 'conftest.py'].map((name) => ({ path: name, content: Buffer.from('mine') }))
    expect(told(judgedFiles(task, task.tests, left))).toEqual({ 'test.js': 'mine', 'data.js': 'given', 'two.spec.js': cases, 'package.json': '{}', 'two.js': 'export const two = () => 0\n' })
  })

  it('does not ask in Python what the track never asks, and knows the tests of C++ by their names', async () => {
    const config = (test: string): string => JSON.stringify({ files: { solution: ['two.cpp'], test: [test], example: [] } })
    const python = await (await read({ ...track, 'suite.yaml': 'format: exercism\nlanguage: python\n', 'exercises/practice/two/.meta/config.json': config('two_test.py'), 'exercises/practice/two/two_test.py': 'class T:\n    def test_a(self):\n        pass\n\n    @unittest.skip("extra-credit")\n    def test_b(self):\n        pass\n' })).load('two', signal)
    expect(python.tests.least).toBe(1)
    const text = '#include "test/catch.hpp"\nTEST_CASE("one", "[a]") {}\nTEST_CASE(\n    "say \\"two\\" "\n    "and three",\n    "[b]") {}\n#if defined(EXERCISM_RUN_ALL_TESTS)\nTEST_CASE("last") {}\n#endif\n'
    const cpp = { ...track, 'suite.yaml': 'format: exercism\nlanguage: cpp\n', 'exercises/practice/two/.meta/config.json': config('two_test.cpp'), 'exercises/practice/two/two_test.cpp': text, 'exercises/practice/two/CMakeLists.txt': 'theirs' }
    const native = await (await read(cpp)).load('two', signal)
    expect(native.tests).toMatchObject({ least: 3, mustPass: ['two > two.global > one', 'two > two.global > say "two" and three', 'two > two.global > last'] })
    expect(told(judgedFiles(native, native.tests, [{ path: 'CMakeLists.txt', content: Buffer.from('mine') }]))['CMakeLists.txt']).toBe('theirs')
    const sections = await (await read({ ...cpp, 'exercises/practice/two/two_test.cpp': 'TEST_CASE("one") {\n  SECTION("a") {}\n}\n' })).load('two', signal)
    expect(sections.tests).toMatchObject({ least: 1, mustPass: [] })
  })
})

describe('an exercise in C++, whose report is written by the program that holds the solution', () => {
  let bench: TestBench
  beforeAll(async () => {
    bench = await openTestBench()
  })
  afterAll(() => bench[Symbol.asyncDispose]())

  /** As little of a test framework as writes a report like that of Catch. */
  const framework = `#pragma once
#include <cstdio>
#include <cstring>
struct Case { const char *name; void (*run)(); };
inline Case cases[9]; inline int count = 0; inline bool failed = false;
inline bool add(const char *name, void (*run)()) { cases[count++] = {name, run}; return true; }
#define NAMED(name, fn) static void fn(); static bool fn##_added = add(name, fn); static void fn()
#define TEST_AT(name, line) NAMED(name, test_##line)
#define TEST_IN(name, line) TEST_AT(name, line)
#define TEST_CASE(name) TEST_IN(name, __LINE__)
#define REQUIRE(fact) do { if (!(fact)) failed = true; } while (false)
`
  const main = `#include "check.hpp"
int main() {
  int bad = 0;
  std::puts("<?xml version=\\"1.0\\"?><testsuites><testsuite name=\\"two\\">");
  for (int i = 0; i < count; i++) { failed = false; cases[i].run(); bad += failed; std::printf("<testcase classname=\\"two.global\\" name=\\"%s\\">%s</testcase>\\n", cases[i].name, failed ? "<failure message=\\"no\\"/>" : ""); }
  std::puts("</testsuite></testsuites>");
  return bad;
}
`
  const at = 'exercises/practice/two'
  const texts = {
    'suite.yaml': 'format: exercism\nlanguage: cpp\n',
    [`${at}/.meta/config.json`]: '{"files": {"solution": ["two.h"], "test": ["two_test.cpp"], "example": []}}',
    [`${at}/CMakeLists.txt`]: 'cmake_minimum_required(VERSION 3.5)\nproject(two CXX)\nset(CMAKE_CXX_STANDARD 17)\nadd_executable(two two_test.cpp test/main.cpp)\n',
    [`${at}/test/check.hpp`]: framework,
    [`${at}/test/main.cpp`]: main,
    [`${at}/two_test.cpp`]: '#include "two.h"\n#include "test/check.hpp"\nTEST_CASE("is two") { REQUIRE(two() == 2); }\nTEST_CASE("is still two") { REQUIRE(two() == 2); }\n',
    [`${at}/two.h`]: '#pragma once\n',
  }
  const two = (value: number): string => `#pragma once\n#include <cstdio>\n#include <cstring>\n#include <unistd.h>\ninline int two() { return ${value}; }\n`
  const early = (doing: string): string => `${two(3)}static int early = [] { ${doing} std::fflush(stdout); _exit(0); return 0; }();\n`
  const says = (name: string): string => `std::printf("<?xml version=\\"1.0\\"?><testsuites><testsuite name=\\"two\\">"); ${name} std::puts("</testsuite></testsuites>");`
  const testcase = String.raw`std::printf("<testcase classname=\"two.global\" name=\"%s\"/>", name);`
  const readsNames = says(`char line[200]; FILE *tests = std::fopen("/tmp/two/two_test.cpp", "r"); while (std::fgets(line, 200, tests)) if (char *name = std::strstr(line, "TEST_CASE(")) { name += 11; *std::strchr(name, 34) = 0; ${testcase} }`)

  it.skipIf(!existsSync('/usr/bin/cmake')).each<readonly [string, string, boolean]>([
    ['the right solution', two(2), true],
    ['a wrong one', two(3), false],
    ['one that leaves early', early(''), false],
    ['one that prints a report with names of its own', early(says(`const char *name = "all"; ${testcase} ${testcase}`)), false],
    // Not defended against: whatever passes here is therefore never called sealed.
    ['one whose header takes the place of what the tests ask with', `${two(3)}#include "test/check.hpp"\n#undef REQUIRE\n#define REQUIRE(fact) (void)(fact)\n`, true],
    ['one that reads the names of the tests, and prints them', early(readsNames), true],
  ])('is judged, and never sealed: %s', async (label, text, passed) => {
    const task = await (await read(texts)).load('two', signal)
    expect(await judgeWork(bench.ports, { task, tests: task.tests, changes: [{ path: 'two.h', content: Buffer.from(text) }], label }, signal)).toMatchObject({ passed, trust: 'reported' })
  })
})

describe('SWE-bench', () => {
  let root: string
  let commit: string
  beforeAll(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'ratchet-mirror-'))
    const clone = path.join(root, 'own', 'thing')
    const git = (...args: readonly string[]): string => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], { cwd: clone, encoding: 'utf8' }).trim()
    execFileSync('mkdir', ['-p', path.join(clone, 'tests')])
    git('init', '--quiet')
    await writeFile(path.join(clone, 'thing.py'), 'def f(): return 1\n')
    await writeFile(path.join(clone, 'tests/test_thing.py'), 'from thing import f\n\ndef test_old(): assert f()\n')
    git('add', '--all')
    git('commit', '--quiet', '--message', 'x')
    commit = git('rev-parse', 'HEAD')
  })
  afterAll(() => rm(root, { recursive: true }))

  const instance = (more: Readonly<Record<string, unknown>> = {}): string => JSON.stringify({
    instance_id: 'own__thing-1', repo: 'own/thing', base_commit: commit, problem_statement: 'f should return 2', patch: 'the answer', FAIL_TO_PASS: '["tests/test_thing.py::test_new"]', PASS_TO_PASS: ['tests/test_thing.py::test_old'],
    test_patch: 'diff --git a/tests/test_thing.py b/tests/test_thing.py\n--- a/tests/test_thing.py\n+++ b/tests/test_thing.py\n@@ -1,3 +1,5 @@\n from thing import f\n \n+def test_new(): assert f() == 2\n+\n def test_old(): assert f()\n', ...more,
  })
  const suiteOf = (line: string): Promise<Suite> => read({ 'suite.yaml': 'format: swe-bench\nfile: x.jsonl\n', 'x.jsonl': line }, createGitRepositories({ root, environment: process.env }))

  it('is a commit of a clone on this machine, judged by the tests of its patch', async () => {
    const task = await (await suiteOf(instance())).load('own__thing-1', signal)
    expect(told(task.files)).toEqual({ 'thing.py': 'def f(): return 1\n', 'tests/test_thing.py': 'from thing import f\n\ndef test_old(): assert f()\n' })
    expect(told(task.tests.files)).toEqual({ 'tests/test_thing.py': 'from thing import f\n\ndef test_new(): assert f() == 2\n\ndef test_old(): assert f()\n' })
    expect(task.tests).toMatchObject({ run: "python3 -m pytest -q 'tests/test_thing.py'", report: 'pytest', mustPass: ['tests/test_thing.py::test_new', 'tests/test_thing.py::test_old'] })
    expect(JSON.stringify(task)).not.toContain('the answer')
  })

  it('knows tests by names that its log cut off at a blank, or printed without a file; refuses what no report can have', async () => {
    const names = ['tests/test_thing.py::test_new', 'tests/test_thing.py::test_cut[a', 'tests/test_thing.py::test_whole[a b]', 'test_bare']
    const { tests } = await (await suiteOf(instance({ FAIL_TO_PASS: JSON.stringify(names), PASS_TO_PASS: '[]' }))).load('own__thing-1', signal)
    expect([tests.mustPass, tests.like]).toEqual([['tests/test_thing.py::test_new', 'tests/test_thing.py::test_whole[a b]'], [{ at: 'start', text: 'tests/test_thing.py::test_cut[a' }, { at: 'end', text: '::test_bare' }]])
    await expect((await suiteOf(instance({ PASS_TO_PASS: '["A page can be rendered (#2713)."]' }))).load('own__thing-1', signal)).rejects.toThrow('pytest reports no test by the name "A page')
    const other = { 'suite.yaml': 'format: swe-bench\nfile: x.json\ntests: { own/thing: { run: ./run.sh, report: junit } }\n', 'x.json': `[${instance({ PASS_TO_PASS: '["a page"]' })}]` }
    expect((await (await read(other, createGitRepositories({ root, environment: process.env }))).load('own__thing-1', signal)).tests).toMatchObject({ run: './run.sh', mustPass: ['tests/test_thing.py::test_new', 'a page'] })
  })

  it('lets an agent change what the reference solution changed, and no test that it did not', async () => {
    const diff = (name: string): string => `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n@@ -1 +1 @@\n-a\n+b\n`
    const task = await (await suiteOf(instance({ patch: diff('thing/test/client[1].py') + diff('tests/test_thing.py') }))).load('own__thing-1', signal)
    const left = ['thing/test/client[1].py', 'thing/test/client1.py', 'setup.cfg', 'tox.ini', 'tests/test_thing.py', 'tests/conftest.py'].map((name) => ({ path: name, content: Buffer.from('mine') }))
    const judged = told(judgedFiles(task, task.tests, left))
    expect(Object.keys(judged).filter((name) => judged[name] === 'mine')).toEqual(['thing/test/client[1].py'])
    expect(task.tests.exposed).toBeUndefined()
    expect(JSON.stringify([task.statement, told(task.files)])).not.toContain('client')
  })

  describe('where the reference solution changed settings of the runner', () => {
    const added = (name: string, text: string): string => `diff --git a/${name} b/${name}\nnew file mode 100644\n--- /dev/null\n+++ b/${name}\n@@ -0,0 +1 @@\n+${text}\n`
    const judgedOf = async (patch: string, left: readonly string[]): Promise<{ readonly task: BenchmarkTask; readonly judged: Readonly<Record<string, string | null>> }> => {
      const task = await (await suiteOf(instance({ patch }))).load('own__thing-1', signal)
      return { task, judged: told(judgedFiles(task, task.tests, left.map((name) => ({ path: name, content: Buffer.from('mine') })))) }
    }

    it('takes its own for the judge: neither the base nor an agent says how the tests end, and nobody is shown them', async () => {
      const { task, judged } = await judgedOf(`${added('setup.cfg', 'theirs')}${added('Lib/Conftest.py', 'theirs')}${added('thing/new.py', 'the answer')}`, ['setup.cfg', 'Lib/Conftest.py', 'lib/conftest.py', 'thing/new.py', 'tox.ini'])
      expect(judged).toMatchObject({ 'setup.cfg': 'theirs\n', 'Lib/Conftest.py': 'theirs\n', 'thing/new.py': 'mine' })
      expect(Object.keys(judged).filter((name) => judged[name] === 'mine')).toEqual(['thing/new.py'])
      expect([task.tests.run, task.tests.exposed]).toEqual(["python3 -m pytest -q 'tests/test_thing.py'", undefined])
      expect(JSON.stringify([task.statement, told(task.files)])).not.toContain('theirs')
      expect(JSON.stringify(told(task.tests.files))).not.toContain('the answer')
    })

    it.each([['a task is about a runner', added('src/_pytest/runner.py', 'the answer')], ['a task is about nothing else', added('setup.cfg', 'the answer')]])('believes no seal where %s: an agent has to write them, and may speak for the tests', async (_, patch) => {
      const { task, judged } = await judgedOf(patch, ['src/_pytest/runner.py', 'src/_pytest/other.py', 'setup.cfg'])
      expect([task.tests.exposed, Object.keys(judged).filter((name) => judged[name] === 'mine')]).toEqual([true, [patch.includes('setup.cfg') ? 'setup.cfg' : 'src/_pytest/runner.py']])
      expect(JSON.stringify(told(task.tests.files))).not.toContain('the answer')
    })

    it('is refused where they do not fit', async () => {
      const patch = `diff --git a/setup.cfg b/setup.cfg\n--- a/setup.cfg\n+++ b/setup.cfg\n@@ -1 +1 @@\n-a\n+b\n${added('thing/new.py', 'x')}`
      await expect(judgedOf(patch, [])).rejects.toThrow('its patch changes setup.cfg, which is not there')
    })
  })

  it('is refused where the clone, the commit or the place of the patch is not there', async () => {
    await expect((await suiteOf(instance({ repo: 'own/other' }))).load('own__thing-1', signal)).rejects.toMatchObject({ code: 'repository-missing' })
    await expect((await suiteOf(instance({ base_commit: 'a'.repeat(40) }))).load('own__thing-1', signal)).rejects.toMatchObject({ code: 'repository-missing' })
    await expect((await suiteOf(instance({ test_patch: 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n' }))).load('own__thing-1', signal)).rejects.toThrow('not there')
    await expect(suiteOf(instance({ repo: '../../etc' }))).rejects.toThrow('line 1')
  })
})

describe('a patch of tests', () => {
  const place = { id: 'x', field: 'test_patch' } as const
  const file = (name: string, text: string): FileChange => ({ path: name, content: Buffer.from(text) })

  it('makes exactly what git makes of it: changed, new, renamed and deleted files, with and without a last line end', () => {
    const patch = 'diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n one\n-two\n\\ No newline at end of file\n+three\ndiff --git a/gone b/gone\ndeleted file mode 100644\n--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\ndiff --git a/new b/new\nnew file mode 100644\n--- /dev/null\n+++ b/new\n@@ -0,0 +1,2 @@\n+n\n+m\ndiff --git a/old b/moved\nsimilarity index 100%\nrename from old\nrename to moved\n'
    expect(told(applyTestPatch([file('a', 'one\ntwo'), file('gone', 'x\n'), file('old', 'o\n')], patch, place))).toEqual({ a: 'one\nthree\n', gone: null, new: 'n\nm\n', old: null, moved: 'o\n' })
  })

  it('agrees with git on any two texts', async () => {
    const home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-patch-'))
    const text = fc.array(fc.constantFrom('a', 'b', '', 'c d', '- x', '+ y', '@@'), { maxLength: 12 }).map((lines) => (lines.length === 0 ? 'only\n' : `${lines.join('\n')}\n`))
    try {
      await fc.assert(fc.asyncProperty(text, text, async (before, after) => {
        if (before === after) return
        await writeFile(path.join(home, 'before'), before)
        await writeFile(path.join(home, 'after'), after)
        let patch = ''
        try {
          execFileSync('git', ['diff', '--no-index', '--no-color', 'before', 'after'], { cwd: home, stdio: ['ignore', 'pipe', 'ignore'] })
        } catch (error) {
          patch = String((error as { stdout: Buffer }).stdout)
        }
        expect(told(applyTestPatch([file('before', before)], patch, place))).toEqual({ before: null, after })
      }), { numRuns: 30 })
    } finally {
      await rm(home, { recursive: true })
    }
  })

  it('never leaves the repository, and never crashes', () => {
    expect(() => applyTestPatch([], 'diff --git a/../x b/../x\n--- /dev/null\n+++ b/../x\n@@ -0,0 +1 @@\n+x\n', place)).toThrow('leaves the repository')
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('diff --git a/a b/a\n', '--- a/a\n', '+++ b/a\n', '@@ -1 +1 @@\n', ' one\n', '-one\n', '+x\n', '\\ No\n', 'x') }), (patch) => {
      try {
        applyTestPatch([file('a', 'one\n')], patch, place)
      } catch (error) {
        expect(error).toBeInstanceOf(BenchmarkError)
      }
    }))
  })
})

it('what judges always comes from the task: whatever an agent leaves, hidden files and those it may not change are as they were', () => {
  const task: BenchmarkTask = { id: 'x', statement: '', files: [{ path: 'src/a.js', content: Buffer.from('a') }, { path: 'package.json', content: Buffer.from('{}') }], tests: { run: 'node check/run.js', report: 'tap', reportFile: null, mustPass: [], least: 1, files: [{ path: 'check/run.js', content: Buffer.from('run') }, { path: 'src/data.json', content: Buffer.from('1') }] }, visible: null, mayChange: [], timeoutMs: 1 }
  const names = fc.constantFrom('src/a.js', 'src', 'check', 'check/run.js', 'check/run.js/x', 'src/data.json', 'package.json', 'conftest.py', 'sitecustomize.py', 'node_modules/.bin/node', 'a.test.js', 'src/new.js', '.npmrc', 'PACKAGE.JSON')
  fc.assert(fc.property(fc.uniqueArray(fc.record({ path: names, content: fc.constantFrom(Buffer.from('evil'), null) }), { selector: (change) => change.path }), (changes) => {
    const judged = told(judgedFiles(task, task.tests, changes))
    expect(judged).toMatchObject({ 'check/run.js': 'run', 'src/data.json': '1', 'package.json': '{}' })
    const evil = Object.keys(judged).filter((name) => judged[name] === 'evil')
    expect(evil.every((name) => ['src/a.js', 'src/new.js'].includes(name))).toBe(true)
    // A tree: nothing is a file and a folder at once.
    for (const name of Object.keys(judged)) expect(Object.keys(judged).some((other) => other.startsWith(`${name}/`))).toBe(false)
  }))
})
