import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeTarget, shellTarget, startRatchet, type Target, type Verdict } from '../target.ts'

const good = shellTarget['ratchet.yaml'] as string
const minimal = 'target: { edit: ["src/**"] }\ntests: [{ run: "true" }]\nmetrics: { cost: { run: "echo 1", measure: reported } }\n'

/** Each is a way to get the configuration wrong; the message must name the line and the field, and offer a way out. */
const mistakes: readonly (readonly [name: string, text: string, expected: RegExp])[] = [
  ['an empty file', '', /ratchet\.yaml/],
  ['broken YAML', 'target: [unclosed', /ratchet\.yaml:\d+/],
  ['a tab for indentation', 'target:\n\tedit: [a]\n', /ratchet\.yaml:2/],
  ['a list at the top', '- a\n', /ratchet\.yaml:1/],
  ['a scalar at the top', 'hello\n', /ratchet\.yaml:1/],
  ['no target', minimal.replace(/^target.*\n/, ''), /target/],
  ['no tests', minimal.replace(/^tests.*\n/m, ''), /tests/],
  ['an empty list of tests', minimal.replace(/^tests.*$/m, 'tests: []'), /ratchet\.yaml:2.*tests/s],
  ['no metrics', minimal.replace(/^metrics.*\n/m, ''), /metrics/],
  ['only guards', minimal.replace('measure: reported', 'measure: reported, role: guard'), /objective/],
  ['nothing to edit', minimal.replace('["src/**"]', '[]'), /ratchet\.yaml:1.*edit/s],
  ['an absolute glob', minimal.replace('src/**', '/etc/**'), /target\.edit/],
  ['a glob that climbs out', minimal.replace('src/**', '../**'), /\.\./],
  ['a misspelt field', `${minimal}serch: { evaluations: 3 }\n`, /ratchet\.yaml:4.*search/s],
  ['a misspelt nested field', minimal.replace('run: "true"', 'rnu: "true"'), /run/],
  ['a duplicate key', `${minimal}tests: []\n`, /ratchet\.yaml:4/],
  ['a duration without unit', minimal.replace('run: "true"', 'run: "true", timeout: 20'), /timeout/],
  ['an unknown unit', minimal.replace('run: "true"', 'run: "true", timeout: 2 fortnights'), /2m/],
  ['a negative amount of memory', `${minimal}sandbox: { memory: -1GiB }\n`, /memory/],
  ['an unknown measure', minimal.replace('reported', 'velocity'), /cpu-time/],
  ['an unknown report format', minimal.replace('run: "true"', 'run: "true", report: xunit'), /junit/],
  ['an impossible false-accept rate', `${minimal}accept: { falseAcceptRate: 2 }\n`, /falseAcceptRate/],
  ['zero evaluations', `${minimal}search: { evaluations: 0 }\n`, /evaluations/],
  ['an unknown strategy', `${minimal}search: { strategy: magic }\n`, /greedy/],
  ['a file size without file', minimal.replace('reported', 'file-size'), /file/],
  ['an empty command', minimal.replace('"true"', '"  "'), /run/],
]

// Whatever is refused leaves nothing behind.
let shared: Target
beforeAll(async () => void (shared = await makeTarget(shellTarget)))
afterAll(() => shared[Symbol.asyncDispose]())

describe('a wrong configuration', () => {
  afterAll(async () => void (await shared.commit({ 'ratchet.yaml': good })))

  it.each(mistakes)('with %s is refused with place and remedy', async (_name, text, expected) => {
    const target = shared
    await target.commit({ 'ratchet.yaml': text })
    const { code, stderr, stdout } = await target.ratchet('run', '--once')
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(expected)
    expect(stderr).not.toContain('    at ')
  })

  it('that is missing is explained', async () => {
    await using target = await makeTarget({ 'src/cost': '1\n' })
    const { code, stderr } = await target.ratchet('run')
    expect([code, stderr]).toEqual([2, expect.stringContaining('ratchet init')])
  })

  it('is not fooled by a second configuration file', async () => {
    await using target = await makeTarget({ ...shellTarget, 'ratchet.yml': good })
    const { code, stderr } = await target.ratchet('run')
    expect([code, stderr]).toEqual([2, expect.stringContaining('ratchet.yml')])
  })
})

const hasCompiler = ['g++', 'make'].every((tool) => spawnSync(tool, ['--version']).status === 0)

/** The `condition` is where a wrong change goes wrong: on lists that the test does not have. */
const gaps = (condition: string): string =>
  `#include "gaps.hpp"\nint gaps::largest_gap(const std::vector<int>& values) {\n  unsigned most = 0;\n  for (std::size_t index = 1; index < values.size() ${condition}; ++index) {\n    const unsigned gap = static_cast<unsigned>(values[index]) - static_cast<unsigned>(values[index - 1]);\n    if (gap > most) most = gap;\n  }\n  return static_cast<int>(most);\n}\nvoid gaps::show(std::ostream& out, int value) { out << value; }\n`

const cppTarget = {
  'Makefile': 'all: gaps_test\ngaps_test: tests/gaps_test.cpp src/gaps.cpp\ngaps_bench: bench/gaps_bench.cpp src/gaps.cpp\ngaps_test gaps_bench:\n\tg++ -std=c++17 -O2 -Iinclude $^ -o $@\ntest: gaps_test\n\t./gaps_test\nbench: gaps_bench\n\t./gaps_bench\n',
  'include/gaps.hpp': '#pragma once\n#include <ostream>\n#include <vector>\nnamespace gaps {\nint largest_gap(const std::vector<int>& values);\nvoid show(std::ostream& out, int value);\nclass Meter {\n public:\n  void add(int value) { last_ = value; }\n private:\n  int last_ = 0;\n};\n}\n',
  'src/gaps.cpp': gaps(''),
  'tests/gaps_test.cpp': '#include <gaps.hpp>\nint main() { return gaps::largest_gap({1, 4, 6}) == 3 ? 0 : 1; }\n',
  'bench/gaps_bench.cpp': '#include <gaps.hpp>\n#include <iostream>\nint main() {\n  gaps::Meter meter;\n  meter.add(1);\n  gaps::show(std::cout, gaps::largest_gap(std::vector<int>(100000, 7)));\n}\n',
}

describe('ratchet init', () => {
  it('writes a configuration that works, and never over one that exists', async () => {
    await using target = await makeTarget({
      'package.json': JSON.stringify({ name: 'x', version: '1.0.0', main: 'index.js', scripts: { test: 'node --test' } }),
      'package-lock.json': JSON.stringify({ name: 'x', version: '1.0.0', lockfileVersion: 3, packages: { '': { name: 'x', version: '1.0.0' } } }),
      'index.js': "module.exports = (list) => list.filter((item, index) => list.indexOf(item) === index)\n",
      'test/index.test.js': "const { test } = require('node:test')\nconst assert = require('node:assert')\ntest('unique', () => assert.deepEqual(require('../index.js')([1, 1, 2]), [1, 2]))\n",
    })
    expect((await target.ratchet('init')).code).toBe(0)
    // What setup installed for the trial of an oracle lies in .ratchet, and must not be committed by the next `git add`.
    expect(await target.git('status', '--porcelain')).not.toContain('.ratchet')
    await target.commit({}, 'configure')
    expect([0, 4]).toContain((await target.ratchet('run', '--once', '--seed', '1')).code)
    expect((await target.ratchet('init')).code).toBe(2)
  }, 120_000)

  it.skipIf(!hasCompiler)('proposes an oracle for what a benchmark in C++ calls, which stops a wrong change (skipped without g++ and make)', async () => {
    await using target = await makeTarget(cppTarget)
    const { code, stdout, stderr } = await target.ratchet('init')
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('gaps::largest_gap') })
    expect(stdout).toContain('ratchet-oracle run oracle/largest_gap.json')
    expect(stdout).toMatch(/no oracle for gaps::show of include\/gaps\.hpp: .*`std::ostream&`/)
    expect(stdout).toMatch(/no oracle for class gaps\.Meter of include\/gaps\.hpp/)
    await target.commit({}, 'configure')
    await target.commit({ 'src/gaps.cpp': gaps('&& index < 40') }, 'stops early')
    const { document } = await target.json<Verdict>('evaluate', 'HEAD')
    expect([document.verdict, document.reasons.map((reason) => reason.code)]).toEqual(['rejected', ['oracle-mismatch']])
  }, 240_000)

  it('says what is missing where nothing is recognised', async () => {
    await using target = await makeTarget({ 'poem.txt': 'roses\n' })
    expect((await target.ratchet('init')).code).toBe(2)
  })
})

describe('the command line', () => {
  it.each([[['run', '--bogus']], [['show']], [['bogus']], [['status', 'extra']], [['show', '']], [['apply', 'abc']], [['run', '--resume', '']]])('answers %j with one JSON document when asked to', async (args) => {
    const { code, document } = await shared.json<{ readonly error: { readonly code: string; readonly message: string } }>(...args)
    expect(code).toBe(2)
    expect(document.error.code).toMatch(/^[a-z-]+$/)
    expect(document.error.message).not.toBe('')
  })

  it('says in a line, and by its exit status, that nobody reads what it says', async () => {
    const { child, outcome } = startRatchet(['--help'])
    child.stdout?.destroy()
    expect(await outcome).toMatchObject({ code: 1, stderr: expect.stringMatching(/^.*could not be written to stdout \(EPIPE\).*\n$/) as string })
  })

  it.each([[['frobnicate']], [['run', '--evaluations', 'many']], [['run', '--seed', '-1']], [['run', '--strategy', 'magic']], [['run', '--resume', 'nope']], [['show', 'nope']], [['evaluate']], [['run', '--mode', 'autonomous']]])(
    'refuses %j with exit code 2',
    async (args) => {
      const { code, stderr } = await shared.ratchet(...args)
      expect(code).toBe(2)
      expect(stderr).not.toContain('    at ')
    },
  )
})
