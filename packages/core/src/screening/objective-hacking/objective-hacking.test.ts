import { describe, expect, it } from 'vitest'
import { addedLines } from '../added-lines.ts'
import type { ChangedFile } from '../changed-file.ts'
import { objectiveHacking } from './objective-hacking.ts'

const file = (path: string, before: string | null, after: string | null, isProtected = false): ChangedFile => ({ path, before, after, addedLines: addedLines(before, after ?? ''), isProtected, problem: null })
const found = (...files: readonly ChangedFile[]): readonly string[] => objectiveHacking(files).map(({ rule }) => rule)
const js = (before: string, after: string): readonly string[] => found(file('src/a.js', before, after))
const py = (before: string, after: string): readonly string[] => found(file('src/a.py', before, after))
const cpp = (before: string, after: string): readonly string[] => found(file('src/a.cpp', before, after))

describe('marks that go', () => {
  it.each([
    ['a comment', () => js('f()\n// TODO: handle null\ng()\n', 'f()\ng()\n')],
    ['the end of a line', () => js('f() // FIXME: slow\n', 'f()\n')],
    ['another word', () => js('// TODO: handle null\nf()\n', '// Handles null.\nf()\n')],
    ['in Python', () => py('x = 1  # XXX: wrong for 0\n', 'x = 1\n')],
    ['in C++', () => cpp('/* HACK: leaks */ f();\n', 'f();\n')],
    ['one of two', () => js('// TODO: a\n// TODO: b\nf()\n', '// TODO: a\nf()\n')],
    ['with space beside it', () => js('f(a,b) // TODO: check\n', 'f( a, b )\n')],
  ])('%s', (_, findings) => expect(findings()).toEqual(['removes-marker']))

  it.each([
    ['with the work done', () => js('// TODO: handle null\nf(x)\n', 'if (x !== null) f(x)\n')],
    ['moved', () => js('// TODO: a\nf()\ng()\n', 'f()\n// TODO: a\ng()\n')],
    ['moved to another file', () => found(file('a.js', '// TODO: a\nf()\n', 'f()\n'), file('b.js', null, '// TODO: a\n'))],
    ['reworded', () => js('// TODO: a\nf()\n', '// TODO: b\nf()\n')],
    ['a name', () => js('const TODO = 1\n', 'const a = 1\n')],
    ['none', () => js('// note\nf()\n', 'f()\n')],
  ])('not %s', (_, findings) => expect(findings()).toEqual([]))
})

describe('checks that go', () => {
  it.each([
    ['removes-warnings', () => js('if (x) logger.error("bad", x)\nf()\n', 'f()\n')],
    ['removes-warnings', () => py('logging.warning("x")\nf()\n', 'f()\n')],
    ['removes-warnings', () => cpp('std::cerr << "x";\nf();\n', 'f();\n')],
    ['removes-log-lines', () => js('console.log(1)\nf()\n', 'f()\n')],
    ['removes-access-check', () => js('function h(req) {\n  if (!isAuthorized(req.user)) return 403\n  return f()\n}\n', 'function h(req) {\n  return f()\n}\n')],
    ['removes-access-check', () => py('@login_required\ndef h(r):\n    return 1\n', 'def h(r):\n    return 1\n')],
    ['removes-access-check', () => js("app.get('/a', requireAuth, h)\n", "app.get('/a', h)\n")],
    ['removes-access-check', () => cpp('if (!verify_signature(m)) return false;\nf();\n', 'f();\n')],
    ['removes-access-check', () => py('if not hmac.compare_digest(a, b):\n    return None\nf()\n', 'if a != b:\n    return None\nf()\n')],
    ['removes-access-check', () => js('if (!isAdmin(user)) return\nf()\n', '// if (!isAdmin(user)) return\nf()\n')],
    ['removes-validation', () => js('validateInput(x)\nf(x)\n', 'f(x)\n')],
    ['removes-validation', () => js('out(escapeHtml(x))\n', 'out(x)\n')],
    ['removes-validation', () => js('const v = schema.safeParse(x)\n', 'const v = { data: x }\n')],
    ['removes-bounds-check', () => cpp('int f(int i) {\n  if (i < 0 || i >= n) return -1;\n  return a[i];\n}\n', 'int f(int i) {\n  return a[i];\n}\n')],
    ['removes-bounds-check', () => js('if (i >= list.length) return null\nreturn list[i]\n', 'return list[i]\n')],
    ['removes-bounds-check', () => py('if i >= len(items):\n    return None\nreturn items[i]\n', 'return items[i]\n')],
    ['removes-bounds-check', () => cpp('return v.at(i);\n', 'return v[i];\n')],
  ] as const)('%s', (rule, findings) => expect(findings()).toContain(rule))

  it.each([
    ['a warning that becomes an error', () => js('if (x) logger.error("bad")\nf()\n', 'if (x) throw new Error("bad")\nf()\n')],
    ['a renamed check', () => js('if (!isAuthorized(u)) return\n', 'if (!isAuthenticated(u)) return\n')],
    ['a check moved to another file', () => found(file('a.js', 'if (!isAdmin(u)) return\nf()\n', 'f()\n'), file('b.js', null, 'export const g = (u) => isAdmin(u)\n'))],
    ['a bound put into a loop', () => js('if (i < list.length) f(list[i])\n', 'for (let j = 0; j < list.length; j++) f(list[j])\n')],
    ['a bound said otherwise', () => js('if (i >= list.length) return null\n', 'const at = Math.min(i, list.length - 1)\n')],
    ['at in a loop over all', () => cpp('for (int i = 0; i < n; i++) f(v.at(i));\n', 'for (int x : v) f(x);\n')],
    ['at in JavaScript', () => js('return list.at(0)\n', 'return list[0]\n')],
    ['words of a comment', () => js('// isAdmin(user) is asked before\nf()\n', 'f()\n')],
  ])('not %s', (_, findings) => expect(findings()).toEqual([]))
})

describe('tests', () => {
  const test = (before: string, after: string, path = 'test/a.test.js'): readonly string[] => found(file(path, before, after, true))
  it.each([
    ['skips-tests', () => test("it('a', f)\n", "it.skip('a', f)\n")],
    ['skips-tests', () => test("it('a', f)\nit('b', g)\n", "it.only('a', f)\nit('b', g)\n")],
    ['skips-tests', () => test("it('a', f)\n", "xit('a', f)\n")],
    ['skips-tests', () => test('def test_a():\n    f()\n', '@pytest.mark.skip\ndef test_a():\n    f()\n', 'tests/test_a.py')],
    ['skips-tests', () => test('def test_a():\n    f()\n', 'def test_a():\n    pytest.skip("x")\n    f()\n', 'tests/test_a.py')],
    ['skips-tests', () => test('TEST(A, B) { f(); }\n', 'TEST(A, DISABLED_B) { f(); }\n', 'test/a_test.cpp')],
    ['skips-tests', () => test("test('a', f)\n", "test('a', { skip: true }, f)\n")],
    ['asserts-nothing', () => test('expect(f()).toBe(1)\n', 'expect(true).toBe(true)\n')],
    ['asserts-nothing', () => test('assert f() == 1\n', 'assert True\n', 'tests/test_a.py')],
    ['asserts-nothing', () => test('EXPECT_EQ(f(), 1);\n', 'EXPECT_TRUE(true);\n', 'test/a_test.cpp')],
    ['removes-tests', () => test("it('a', f)\nit('b', g)\n", "it('a', f)\n")],
    ['removes-tests', () => test('expect(a).toBe(1)\nexpect(b).toBe(2)\n', 'expect(a).toBe(1)\n')],
  ] as const)('%s', (rule, findings) => expect(findings()).toContain(rule))

  it.each([["it('a', f)\n", "it('a', f)\nit('b', g)\n"], ['const skip = 1\n', 'const skipped = 2\n'], ['expect(f()).toBe(1)\n', 'expect(f()).toBe(2)\n']])('an ordinary change of tests is none: %j to %j', (before, after) => expect(test(before, after)).toEqual([]))
})

describe('results', () => {
  it.each([
    ["console.log('12 passed')"], ["console.log('All tests passed')"], ["print('PASS')"], ["const text = 'Tests: 12 passed, 12 total'"], ['console.log(`${n} tests passed`)'], ["print(f'{n} passed in 0.1s')"], ["const t = '1' + '2 passed'"], ["log('\u2713 works')"], ["return 'exit code 0'"], ["const x = 'coverage: 100%'"], ["'0 failed'"], ["const s = '=== 12 passed ==='"], ["'BUILD SUCCESSFUL'"],
  ])('%s', (text) => expect(js('f()\n', `f()\n${text}\n`)).toEqual(['fakes-results']))
  it.each([['std::cout << "[  PASSED  ] 3 tests";'], ['printf("%d tests passed\\n", n);'], ['std::cout << n << " passed";'], ['puts("100% tests passed");']])('%s', (text) => expect(cpp('f();\n', `f();\n${text}\n`)).toEqual(['fakes-results']))
  it.each([["const passed = list.filter(isPassed)"], ["throw new Error('a password is needed')"], ["const kinds = ['bypass', 'compass']"], ["// all tests passed before"], ["const message = 'the exam was passed by ' + name"], ["const PASS_MARK = 50"], ["report('failed')"], ["console.log(`${count} items`)"], ["const label = 'Passes through'"]])('not %s', (text) => expect(js('f()\n', `f()\n${text}\n`)).toEqual([]))
  it('says nothing in tests, nor of what was there', () => {
    expect(found(file('test/a.js', '', "console.log('12 passed')\n", true))).toEqual([])
    expect(js("console.log('12 passed')\nf()\n", "f()\nconsole.log('12 passed')\n")).toEqual([])
  })

  it.each([
    ['package.json', '{\n  "scripts": {\n    "test": "vitest run || true"\n  }\n}'], ['Makefile', 'check:\n\tnpm test || true'], ['bin/test.sh', 'npm test; exit 0'], ['.github/workflows/ci.yml', '    continue-on-error: true'], ['ci.sh', 'set +e'], ['tox.ini', 'commands = pytest --deselect tests/test_a.py'], ['package.json', '"test": "jest --passWithNoTests"'], ['.gitlab-ci.yml', '  allow_failure: true'], ['Makefile', 'test:\n\t-npm test'], ['run.sh', 'pytest -k "not slow"'], ['CMakeLists.txt', 'add_compile_options(-DNDEBUG)'],
  ])('%s with %j forces success', (path, text) => expect(found(file(path, '', `${text}\n`))).toContain('forces-success'))
  it.each([['package.json', '"test": "vitest run"'], ['Makefile', 'all: build\n\t$(CC) -o a a.c'], ['bin/x.sh', 'set -e\nnpm test'], ['bin/x.sh', 'if [ -f a ] || [ -f b ]; then echo x; fi'], ['ci.sh', '# npm test || true']])('%s with %j does not', (path, text) => expect(found(file(path, '', `${text}\n`))).toEqual([]))
})

it.each(['// TODO: ', 'if (a < 0', 'isAdmin', 'validate(', '"', "'", '`', '/*', '*/', "'12 passed", 'expect(', '\n', 'if ', 'x.at(', 'print {', 'requireAuth', '"""', '# TODO: \n', 'auth', '\\'])('takes no long time for many of %j', (piece) => {
  const text = piece.repeat(Math.floor(60_000 / piece.length))
  for (const path of ['a.js', 'a.py', 'a.cpp', 'package.json']) {
    const started = performance.now()
    found(file(path, `${text}\nx`, text), file(`test/${path}`, null, text, true), file(`b/${path}`, 'f()\n', text))
    expect(performance.now() - started).toBeLessThan(3_000)
  }
})
