import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPathScope } from '../../target/path-scope.ts'
import { loadConfig } from '../config-file/load-config.ts'
import { explainSurvey, renderConfig } from './render-config.ts'
import { surveyRepository } from './survey-repository.ts'
import type { RecognisedSurvey, Survey } from './survey.ts'

type Tree = Readonly<Record<string, string>>

function survey(tree: Tree): Promise<Survey> {
  return surveyRepository({ paths: Object.keys(tree), read: (path) => Promise.resolve(Object.hasOwn(tree, path) ? (tree[path] ?? null) : null) })
}

async function recognised(tree: Tree): Promise<RecognisedSurvey> {
  const found = await survey(tree)
  if (found.kind !== 'recognised') throw new Error(`not recognised: ${found.missing.join('; ')}`)
  return found
}

const manifest = (fields: object): string => JSON.stringify({ name: 'thing', ...fields })
const nodeTest = "import test from 'node:test'"

interface Expected {
  readonly name: string
  readonly tree: Tree
  readonly test: string
  readonly report: string
  readonly edit: readonly string[]
  readonly setup?: string
  readonly build?: string
  readonly metric?: string
}

const repositories: readonly Expected[] = [
  {
    name: 'node:test with a lockfile and a benchmark', test: "node --test 'test/**/*.{js,cjs,mjs}'", report: 'node', edit: ['src/**'], setup: 'npm ci --ignore-scripts', metric: 'node bench/compare.js',
    tree: { 'package.json': manifest({ scripts: { test: 'node --test test/' }, devDependencies: { a: '1' } }), 'package-lock.json': '{}', 'src/a.js': '', 'test/a.js': nodeTest, 'bench/compare.js': '' },
  },
  {
    name: 'folders with names of their own', test: 'node --test', report: 'node', edit: ['index.js', 'classes/**', 'internal/**'],
    tree: { 'package.json': manifest({ scripts: { test: 'node --test' } }), 'index.js': "module.exports = require('./classes/range.js')", 'classes/range.js': "require('../internal/re')\nrequire('../test/x.js')", 'internal/re.js': "require('../index.js')", 'unused/other.js': '', 'test/x.js': nodeTest },
  },
  { name: 'Python beside its benchmark', test: 'python3 -B -m pytest -p no:cacheprovider -v', report: 'pytest', edit: ['maths/**'], metric: 'python3 -B bench.py', tree: { 'maths/primes.py': '', 'tests/test_primes.py': 'import pytest', 'bench.py': '' } },
  { name: 'node:test without any manifest', test: 'node --test', report: 'node', edit: ['index.js'], tree: { 'index.js': '', 'index.test.js': nodeTest } },
  {
    name: 'vitest behind other steps', report: 'vitest', edit: ['src/**'], setup: 'pnpm install --frozen-lockfile --ignore-scripts',
    test: './node_modules/.bin/vitest run --configLoader=runner --reporter=json --outputFile=.ratchet-report.json --project unit',
    tree: { 'package.json': manifest({ scripts: { test: 'eslint . && npm run unit', unit: 'vitest --coverage --project unit' }, devDependencies: { vitest: '^5.0.0' } }), 'pnpm-lock.yaml': '', 'src/a.ts': '' },
  },
  {
    name: 'an old vitest', report: 'vitest', edit: ['lib/**'], setup: 'yarn install --frozen-lockfile --ignore-scripts', test: './node_modules/.bin/vitest run --reporter=json --outputFile=.ratchet-report.json',
    tree: { 'package.json': manifest({ scripts: { test: 'vitest run' }, devDependencies: { vitest: '^1.2.0' } }), 'yarn.lock': '', 'lib/a.ts': '' },
  },
  {
    name: 'jest under yarn berry', report: 'jest', edit: ['packages/*/src/**'], setup: 'yarn install --immutable --mode=skip-build', test: './node_modules/.bin/jest --ci --json --outputFile=.ratchet-report.json -i',
    tree: { 'package.json': manifest({ scripts: { test: 'cross-env CI=1 yarn jest --coverage -i' }, devDependencies: { jest: '29' } }), 'yarn.lock': '', '.yarnrc.yml': '', 'packages/a/src/a.js': '' },
  },
  {
    name: 'mocha with a quoted glob', report: 'mocha', edit: ['lib/**', 'index.js'], setup: 'npm ci --ignore-scripts',
    test: "./node_modules/.bin/mocha --reporter json --reporter-option output=.ratchet-report.json 'test/**/*.spec.js'",
    tree: { 'package.json': manifest({ main: './index', scripts: { test: 'nyc mocha -R dot "test/**/*.spec.js"' }, devDependencies: { mocha: '11' } }), 'npm-shrinkwrap.json': '', 'lib/a.js': '', 'index.js': '', 'test/a.spec.js': '' },
  },
  {
    name: 'a mocha that knows no report file', report: 'mocha', edit: ['index.js'], setup: 'npm ci --ignore-scripts', test: './node_modules/.bin/mocha --reporter json spec/a.js',
    tree: { 'package.json': manifest({ scripts: { test: 'mocha spec/a.js -R spec' }, devDependencies: { mocha: '^3.4.2' } }), 'package-lock.json': '{}', 'index.js': '', 'spec/a.js': '' },
  },
  {
    name: 'ava after linting, no lockfile', report: 'tap', edit: ['index.js'], test: './node_modules/.bin/ava --tap', setup: 'npm install --ignore-scripts --no-save --no-package-lock --no-audit --no-fund',
    tree: { 'package.json': manifest({ exports: './index.js', scripts: { test: 'xo && ava && tsd' }, devDependencies: { ava: '6' } }), 'index.js': '', 'index.d.ts': '', 'test.js': '' },
  },
  { name: 'a plain test program', report: 'exit-code', edit: ['index.js'], test: 'node test.js', tree: { 'package.json': manifest({ scripts: { test: 'node test.js' } }), 'index.js': '', 'test.js': '' } },
  {
    name: 'an unknown runner and a build', report: 'exit-code', edit: ['src/**'], test: 'npm test --silent', build: 'npm run build --silent',
    tree: { 'package.json': manifest({ scripts: { build: 'tsc', test: 'npm run build && weird-runner' } }), 'src/a.ts': '' },
  },
  {
    name: 'a bench script with arguments', report: 'node', edit: ['index.js'], test: 'node --test', metric: 'node --expose-gc perf/run.js --size 10',
    tree: { 'package.json': manifest({ scripts: { test: 'node --test', 'bench:big': 'NODE_ENV=production node --expose-gc ./perf/run.js --size 10' } }).replace('./perf', 'perf'), 'index.js': '', 'perf/run.js': '', 'bench.js': '' },
  },
  {
    name: 'pytest with requirements', report: 'pytest', edit: ['thing/**'], setup: 'python3 -m venv .venv && .venv/bin/python -m pip install --quiet -r requirements-dev.txt -r requirements.txt pytest',
    test: '.venv/bin/python -B -m pytest -p no:cacheprovider -v', metric: '.venv/bin/python -B bench/run.py',
    tree: { 'requirements.txt': 'numpy', 'requirements-dev.txt': 'pytest', 'thing/__init__.py': '', 'thing/a.py': '', 'tests/test_a.py': 'def test_a(): pass', 'bench/run.py': '' },
  },
  {
    name: 'pytest with a src layout', report: 'pytest', edit: ['src/**'], test: 'PYTHONPATH=src python3 -B -m pytest -p no:cacheprovider -v', metric: 'PYTHONPATH=src python3 -B bench/speed.py',
    tree: { 'bench/speed.py': '', 'pyproject.toml': '[tool.pytest.ini_options]', 'src/thing/__init__.py': '', 'tests/test_a.py': 'def test_a(): pass' },
  },
  { name: 'one file of tests for pytest', report: 'pytest', edit: ['thing/**'], test: 'python3 -B -m pytest -p no:cacheprovider -v test.py', tree: { 'thing/__init__.py': '', 'setup.py': '', 'tox.ini': 'deps = pytest', 'test.py': 'import unittest' } },
  { name: 'one file of tests for unittest', report: 'exit-code', edit: ['thing/**'], test: 'python3 -B -m unittest discover', tree: { 'thing/__init__.py': '', 'tests.py': 'import unittest' } },
  { name: 'unittest', report: 'exit-code', edit: ['thing.py'], test: 'python3 -B -m unittest discover -s tests -t .', tree: { 'thing.py': '', 'setup.py': '', 'tests/test_a.py': 'import unittest' } },
  {
    name: 'CMake with CTest', report: 'ctest', edit: ['src/**', 'include/**'], test: 'ctest --test-dir ratchet-build',
    build: 'cmake -S . -B ratchet-build -DCMAKE_BUILD_TYPE=Release && cmake --build ratchet-build',
    tree: { 'CMakeLists.txt': 'project(x)\nenable_testing()', 'src/a.cpp': '', 'include/a.hpp': '', 'tests/test_a.cpp': '' },
  },
  {
    name: 'CMake with a benchmark in a folder of its own', report: 'ctest', edit: ['src/**'], test: 'ctest --test-dir ratchet-build', metric: 'ratchet-build/bench/run_bench',
    build: 'cmake -S . -B ratchet-build -DCMAKE_BUILD_TYPE=Release && cmake --build ratchet-build',
    tree: {
      'CMakeLists.txt': 'project(x)\nenable_testing()\noption(X_BENCH "benchmarks" ON)\n# add_executable(old_bench bench/old.cpp)\nif(X_BENCH)\n  add_subdirectory(bench)\nendif()\n',
      'bench/CMakeLists.txt': 'add_executable(run_bench\n  run.cpp) # fast\n', 'bench/run.cpp': '', 'bench/old.cpp': '', 'src/a.cpp': '',
    },
  },
  {
    name: 'make with a benchmark', report: 'exit-code', edit: ['src/**'], test: 'make test', build: 'make all bench/run', metric: 'bench/run --size 10',
    tree: { Makefile: 'BENCH := bench/run\nall: a.o\n\tcc\ntest: all\n\t./a\nbench: $(BENCH)\n\t@./$(BENCH) --size 10\n$(BENCH): bench/run.c\n\tcc -o $@ $<\n', 'src/a.c': '', 'bench/run.c': '' },
  },
  { name: 'make', report: 'exit-code', edit: ['src/**'], test: 'make check', build: 'make all', tree: { Makefile: '.PHONY: all\nall: a.o\n\tcc\ncheck : all\n\t./a\nx := test\n', 'src/a.c': '' } },
]

describe('a repository with', () => {
  test.each(repositories.map((expected) => [expected.name, expected] as const))('%s gets a config that validates and opens something', async (_, expected) => {
    const found = await recognised(expected.tree)
    const { config } = await loadConfig({ text: renderConfig(found), path: 'ratchet.yaml' })
    expect(config.tests[0]).toMatchObject({ run: expected.test, report: expected.report })
    expect(config.target.edit).toEqual(expected.edit)
    expect(config.setup?.run).toBe(expected.setup)
    expect(config.build).toBe(expected.build)
    expect(config.metrics).toMatchObject({ speed: { run: expected.metric ?? expected.test, measure: 'cpu-time', role: 'objective' } })
    const paths = Object.keys(expected.tree)
    const scope = createPathScope(config, paths)
    expect(paths.some((path) => scope.isEditable(path))).toBe(true)
    expect(paths.filter((path) => /test|bench|perf|lock|package\.json/.test(path)).every((path) => scope.isProtected(path) || path.includes('src/'))).toBe(true)
    expect(explainSurvey(found).every((sentence) => /^\S.*\.$/s.test(sentence))).toBe(true)
  })

  test.each<[string, Tree]>([
    ['nothing', {}],
    ['only a README', { 'README.md': '' }],
    ['sources but no tests', { 'src/a.js': '', 'package.json': manifest({ scripts: { test: 'echo "Error: no test specified" && exit 1' } }) }],
    ['tests but no sources', { 'package.json': manifest({ scripts: { test: 'node --test' } }), 'test/a.js': nodeTest }],
    ['CMake without tests', { 'CMakeLists.txt': '# enable_testing()', 'src/a.c': '' }],
    ['a manifest that is no JSON', { 'package.json': '{"scripts": {"test": "node --test"', 'src/a.js': '' }],
    ['a manifest that is a list', { 'package.json': '[]', 'src/a.js': '' }],
    ['only the test program itself', { 'package.json': manifest({ main: 'test.js', scripts: { test: 'node test.js' } }), 'test.js': '' }],
  ])('%s is refused with what is missing', async (_, tree) => {
    const found = await survey(tree)
    expect(found.kind).toBe('unrecognised')
    expect(found.kind === 'unrecognised' && found.missing.length > 0).toBe(true)
  })
})

test('a benchmark that runs for a fixed time is not measured, and the reader is told', async () => {
  const found = await recognised({
    'package.json': manifest({ scripts: { test: 'node --test', bench: 'node bench.mjs' }, devDependencies: { tinybench: '6' } }), 'index.js': '', 'bench.mjs': "import { Bench } from 'tinybench'",
  })
  expect(found.benchmark).toBeNull()
  expect(explainSurvey(found).join('\n')).toContain('bench.mjs was left out')
})

test.each<[string, Tree]>([
  ['its library runs for a fixed time', { 'CMakeLists.txt': 'enable_testing()\nadd_executable(a_bench bench/a.cpp)', 'src/a.cpp': '', 'bench/a.cpp': '#include <benchmark/benchmark.h>' }],
  ['it is built only where its CMake condition holds', { 'CMakeLists.txt': 'enable_testing()\noption(B "x" OFF)\nif(B)\nadd_executable(a_bench bench/a.cpp)\nendif()', 'src/a.cpp': '', 'bench/a.cpp': '' }],
  ['it is not certain where CMake puts it', { 'CMakeLists.txt': 'enable_testing()\nset(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)\nadd_executable(a_bench bench/a.cpp)', 'src/a.cpp': '', 'bench/a.cpp': '' }],
  ['not one plain command', { Makefile: 'test:\n\t./t\nbench: b\n\tfor i in 1 2; do ./b; done\nb:\n\tcc\n', 'src/a.c': '' }],
])('a benchmark in C++ is left out because %s, and the reader is told', async (why, tree) => {
  const found = await recognised(tree)
  expect(found.benchmark).toBeNull()
  expect(found.notes.join('\n')).toContain(why)
})

test('the variables by which this machine reaches the network are handed to setup by name, and no others', async () => {
  const tree: Tree = { 'package.json': manifest({ scripts: { test: 'node --test' } }), 'package-lock.json': '{}', 'src/a.js': '', 'a.test.js': nodeTest }
  const files = { paths: Object.keys(tree), read: (path: string) => Promise.resolve(tree[path] ?? null) }
  const found = await surveyRepository(files, { NODE_EXTRA_CA_CERTS: '/own.pem', HTTPS_PROXY: 'http://u:secret@proxy:3128', NO_PROXY: '', NPM_TOKEN: 'secret', LD_PRELOAD: '/x.so' })
  if (found.kind !== 'recognised') throw new Error('not recognised')
  const text = renderConfig(found)
  expect((await loadConfig({ text, path: 'ratchet.yaml' })).config.setup).toEqual({ run: 'npm ci --ignore-scripts', network: true, environment: ['NODE_EXTRA_CA_CERTS', 'HTTPS_PROXY'] })
  expect(text + explainSurvey(found).join('\n')).not.toContain('secret')
  expect(explainSurvey(found).join('\n')).toContain('Setup is given NODE_EXTRA_CA_CERTS, HTTPS_PROXY')
})

test('a schema path becomes the modeline of the YAML language server', async () => {
  const found = await recognised({ 'index.js': '', 'index.test.js': nodeTest })
  expect(renderConfig(found, { schema: './schema/ratchet.schema.json' })).toMatch(/^# yaml-language-server: \$schema=\.\/schema\/ratchet\.schema\.json\n/)
  expect(renderConfig(found)).toContain('yaml-language-server')
})

describe('a hostile repository', () => {
  test.each([
    'node --test "a: b" # not a comment', "node --test 'it''s'", 'node --test "x\ny"', 'node --test $(touch evil)', 'node --test `touch evil`', 'node --test \u2028x', 'mocha --grep "a: {b} [c] & *d !e | > %"',
    'node --test \u0000', "jest -t '\"quoted\"'", 'node --test \u202egpj.js', 'node --test "\\"; rm -rf / #"',
  ])('with the test script %j still gets a valid config that says nothing else', async (script) => {
    const found = await recognised({ 'package.json': manifest({ name: 'x\n# y', scripts: { test: script, 'bench\n': 'node bench.js' } }), 'src/a.js': '', 'bench.js': '' })
    const text = renderConfig(found)
    const { config } = await loadConfig({ text, path: 'ratchet.yaml' })
    expect(config.tests.map((each) => each.run)).toEqual(found.tests.map((each) => each.run))
    expect(Object.keys(config.metrics)).toEqual(['speed'])
    expect(text).not.toMatch(/[^\n\u0020-\u007e]/)
    expect(config.tests[0]?.run).not.toMatch(/\$\(|`/)
  })

  test('with strange file names keeps them apart from globs and comments', async () => {
    const tree = { 'package.json': manifest({ main: '[id]*.js', scripts: { test: 'node --test' }, exports: ['./(a).js', './!b.js', './\n# c.js', './..//d.js'] }), '[id]*.js': '', '(a).js': '', '!b.js': '', '\n# c.js': '', 'i.js': '' }
    const { config } = await loadConfig({ text: renderConfig(await recognised(tree)), path: 'ratchet.yaml' })
    const scope = createPathScope(config, Object.keys(tree))
    expect(Object.keys(tree).filter((path) => scope.isEditable(path))).toEqual(['[id]*.js', '(a).js', '!b.js'])
  })

  test.each<[string, object]>([
    ['numbers', { scripts: 3, dependencies: [], main: 7, exports: 1, bin: null, packageManager: {} }],
    ['wrong scripts', { scripts: { test: ['node', '--test'], bench: {} } }],
    ['prototypes', JSON.parse('{"__proto__": {"scripts": {"test": "x"}}, "scripts": {"__proto__": "y", "constructor": "z"}}') as object],
    ['scripts that call each other', { scripts: { test: 'npm run a', a: 'npm run b', b: 'npm run a && npm test' } }],
  ])('with a manifest of %s is judged by the rest', async (_, fields) => {
    const found = await survey({ 'package.json': manifest(fields), 'src/a.js': '', 'a.test.js': nodeTest })
    expect(found.kind).toBe('recognised')
  })

  test('of any shape is either refused or gets a config that validates', async () => {
    const names = fc.constantFrom('package.json', 'src/a.js', 'index.js', 'test/a.test.js', 'Makefile', 'CMakeLists.txt', 'requirements.txt', 'tests/test_a.py', 'a/__init__.py', 'bench.js', 'yarn.lock')
    const words = fc.constantFrom('node', '--test', 'vitest', 'jest', '"', "'", ' ', '\n', '#', ': ', '&&', 'npm run bench', '\\', '$x', '{', '*', '\u2028', 'mocha')
    const script = fc.array(words, { maxLength: 8 }).map((parts) => parts.join(' '))
    const content = fc.oneof(
      fc.string(),
      fc.record({ scripts: fc.record({ test: script, bench: script }, { requiredKeys: [] }), main: fc.string() }).map((value) => JSON.stringify(value)),
      fc.constantFrom(nodeTest, 'test:\n\ttrue\n', 'enable_testing()', 'import unittest'),
    )
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.oneof({ weight: 4, arbitrary: names }, { weight: 1, arbitrary: fc.string({ minLength: 1 }) }), content, { maxKeys: 8 }), async (tree) => {
        const found = await survey(tree)
        if (found.kind === 'unrecognised') return
        const { config } = await loadConfig({ text: renderConfig(found), path: 'ratchet.yaml' })
        expect(config.target.edit).toEqual(found.edit)
        expect(config.tests.map((each) => each.run)).toEqual(found.tests.map((each) => each.run))
        expect(config.build).toBe(found.build?.run)
      }),
      { numRuns: 300 },
    )
  })
})
