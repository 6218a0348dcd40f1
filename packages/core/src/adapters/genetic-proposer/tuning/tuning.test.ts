import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyEdits } from '../../../proposal/apply-edits.ts'
import { editsDigest } from '../../../proposal/edits-digest.ts'
import { seededRandom } from '../../../randomness/seeded-random.ts'
import { createGeneticProposer } from '../genetic-proposer.ts'
import { allOperators, operatorsFor } from '../operator-sets.ts'
import { parseSource } from '../parse-source.ts'
import { numberSteps } from './number-steps.ts'

/** The texts that tuning makes of a file. */
function tuned(path: string, text: string): readonly string[] {
  const source = parseSource({ path, text })
  if (source === null) return []
  return operatorsFor(allOperators, source).filter(({ kind }) => kind === 'tuning').flatMap((operator) => operator.sites()).map((site) => applyEdits(text, site.edits()))
}

describe('steps of a number', () => {
  it.each([
    ['64', ['128', '32', '256', '16', '104', '40', '1024', '4', '65', '63']],
    ['1', ['2', '4', '16']],
    ['0', ['1']],
    ['8u', ['16u', '4u', '32u', '2u', '13u', '5u', '128u', '1u', '9u', '7u']],
    ['0x40', []],
    ['010', []],
    ['1_000', ['2000', '500', '4000', '250', '1618', '618', '16000', '63', '1001', '999']],
  ])('%s', (text, expected) => expect(numberSteps(text).map((step) => step.text)).toEqual(expected))

  it('keep fractions fractions, signs signs, and every one of them new', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: -1e6, max: 1e6 }).map(String), fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value.toFixed(3))), (text) => {
        const steps = numberSteps(text).map((step) => step.text)
        expect(new Set(steps).size).toBe(steps.length)
        for (const step of steps) {
          expect([Number.isFinite(Number(step)), Math.sign(Number(step)), Number(step) === Number(text)]).toEqual([true, Number(text) === 0 ? 1 : Math.sign(Number(text)), false])
          expect(/[.e]/.test(step)).toBe(text.includes('.'))
        }
      }),
    )
  })
})

describe('tuning of code', () => {
  it.each([
    ['a.py', 'CHUNK = 64\n', 'CHUNK = 128\n'],
    ['a.py', 'class A:\n    _LIMIT = 2.5\n', 'class A:\n    _LIMIT = 5.0\n'],
    ['a.py', 'def f(a, depth: int = 3):\n    pass\n', 'def f(a, depth: int = 6):\n    pass\n'],
    ['a.py', 'FAST = True\n', 'FAST = False\n'],
    ['a.py', "MODE = 'a'\ndef f():\n    if MODE == 'a':\n        return 1\n    elif MODE == 'b':\n        return 2\n", "MODE = 'b'\ndef f():\n    if MODE == 'a':\n        return 1\n    elif MODE == 'b':\n        return 2\n"],
    ['a.py', "KINDS = ('x', 'y')\nKIND = 'x'\n", "KINDS = ('x', 'y')\nKIND = 'y'\n"],
    ['a.cpp', 'constexpr int block = 32;\n', 'constexpr int block = 64;\n'],
    ['a.h', '#define BLOCK 32\n', '#define BLOCK 64\n'],
    ['a.c', 'static const unsigned cutoff = 16u;\n', 'static const unsigned cutoff = 8u;\n'],
    ['a.hpp', 'void f(int width = 4);\n', 'void f(int width = 8);\n'],
    ['a.cpp', 'enum class Way { quick, plain };\nconstexpr Way way = Way::plain;\n', 'enum class Way { quick, plain };\nconstexpr Way way = Way::quick;\n'],
  ])('%s: %s', (path, text, wanted) => expect(tuned(path, text)).toContain(wanted))

  it.each([
    ['a.py', 'VERSION = 3\nSEED = 7\nlower = 8\nMASK = 0xff\ndef f():\n    LIMIT = 3\n'],
    ['a.cpp', 'int block = 32;\nint f() { int depth = 3; return depth; }\n#define GUARD_H\n#define PI 3\n'],
    ['a.js', 'const LIMIT = 8\n'],
  ])('leaves %s: %s', (path, text) => expect(tuned(path, text)).toEqual([]))
})

describe('tuning of settings', () => {
  it.each([
    ['app.toml', 'cache_size = 100 # entries\n', 'cache_size = 200 # entries\n'],
    ['app.ini', '[pool]\r\nworkers=4\r\n', '[pool]\r\nworkers=8\r\n'],
    ['config/tuning.yaml', 'pool:\n  batch: 8\n', 'pool:\n  batch: 4\n'],
    ['settings.json', '{\n  "depth": 4,\n  "lazy": true\n}\n', '{\n  "depth": 4,\n  "lazy": false\n}\n'],
    ['app.conf', 'way = quick ; quick | exact | small\n', 'way = exact ; quick | exact | small\n'],
    ['app.conf', '# one of: quick, exact\nway = quick\n', '# one of: quick, exact\nway = exact\n'],
    ['Makefile', 'CFLAGS = -O1 -Wall # why\n', 'CFLAGS = -O3 -Wall # why\n'],
    ['Makefile', 'CXXFLAGS += -O2\n', 'CXXFLAGS += -O2 -flto\n'],
    ['CMakeLists.txt', 'set(CMAKE_CXX_FLAGS "-Wall")\n', 'set(CMAKE_CXX_FLAGS "-Wall -O2")\n'],
    ['CMakeLists.txt', 'set(CMAKE_BUILD_TYPE MinSizeRel)\n', 'set(CMAKE_BUILD_TYPE Release)\n'],
    ['tsconfig.json', '{ "compilerOptions": { "target": "ES5" } }\n', '{ "compilerOptions": { "target": "ES2020" } }\n'],
    ['package.json', '{ "scripts": { "build": "esbuild a.js --target=es2017" } }\n', '{ "scripts": { "build": "esbuild a.js --target=es2022" } }\n'],
  ])('%s: %s', (path, text, wanted) => expect(tuned(path, text)).toContain(wanted))

  it.each([
    ['data.json', '{\n  "depth": 4\n}\n'],
    ['app.toml', 'version = 3\nname = "x"\nport = 80\n'],
    ['package.json', '{ "name": "x", "version": "1.0.0" }\n'],
    ['CMakeLists.txt', 'set(CMAKE_BUILD_TYPE Debug)\n'],
    ['Makefile', 'LIBS = -lm\nall:\n\tcc -O1 a.c\n'],
  ])('leaves %s: %s', (path, text) => expect(tuned(path, text)).toEqual([]))

  it('never asks for what changes the meaning of code, takes assertions away, or holds on this machine only', () => {
    const files = [['Makefile', 'CFLAGS = -Ofast\nCXXFLAGS = -O0 -Wall\nOPTFLAGS =\nCPPFLAGS ?= -DX\n'], ['CMakeLists.txt', 'set(CMAKE_C_FLAGS "-O0")\nadd_compile_options(-O1 -g)\nset(CMAKE_BUILD_TYPE Release)\nset(CMAKE_CXX_FLAGS_RELEASE "-O1")\n']] as const
    for (const [path, text] of files) {
      const made = tuned(path, text)
      expect(made.length).toBeGreaterThan(10)
      for (const after of made) expect([...after.matchAll(/-Ofast|-ffast-math|NDEBUG|-march/g)].length).toBeLessThanOrEqual([...text.matchAll(/-Ofast/g)].length)
    }
  })
})

describe('the genetic proposer', () => {
  const signal = new AbortController().signal
  const request = { parent: 'p', opportunities: [] }

  it('draws the same values for the same request, new ones for what was tried, and comes to an end', async () => {
    const sources = [{ path: 'app.toml', text: 'cache_size = 100\n' }]
    const tried = new Set<string>()
    for (let step = 0; ; step++) {
      const drafts = await Promise.all([1, 2].map(() => createGeneticProposer().propose({ ...request, sources, tried, random: seededRandom(step) }, signal)))
      expect(drafts[0]).toEqual(drafts[1])
      const [draft] = drafts
      if (draft === null || draft === undefined) break
      expect(tried.has(editsDigest('p', draft.edits))).toBe(false)
      tried.add(editsDigest('p', draft.edits))
    }
    expect(tried.size).toBe(numberSteps('100').length)
  })

  it('draws for scripts as if a file of settings that cannot be tuned were not there', async () => {
    const sources = [{ path: 'a.js', text: 'function f(a) {\n  let b = a + 1\n  return b\n}\n' }]
    for (let seed = 0; seed < 30; seed++) {
      const propose = (extra: readonly { readonly path: string; readonly text: string }[]): ReturnType<ReturnType<typeof createGeneticProposer>['propose']> => createGeneticProposer().propose({ ...request, sources: [...sources, ...extra], tried: new Set(), random: seededRandom(seed) }, signal)
      expect(await propose([{ path: 'package.json', text: '{ "name": "x" }\n' }])).toEqual(await propose([]))
    }
  })
})
