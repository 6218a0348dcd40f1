import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runSpec } from '../../running/run-spec.ts'
import { specSchema, type Spec, type SpecInput } from '../../spec.ts'
import { buildDefinitions } from './build-definitions.ts'
import { cppLanguage } from './cpp-language.ts'

type Tree = Readonly<Record<string, string>>

let home = ''
let count = 0
beforeAll(async () => void (home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-oracle-tree-'))))
afterAll(() => rm(home, { recursive: true, force: true }))

async function written(tree: Tree): Promise<string> {
  const directory = path.join(home, String(count++))
  for (const [file, text] of Object.entries(tree)) {
    await mkdir(path.dirname(path.join(directory, file)), { recursive: true })
    await writeFile(path.join(directory, file), text)
  }
  return directory
}

async function inferred(tree: Tree, module: string, name: string): Promise<Spec> {
  const found = await cppLanguage.infer({ language: 'cpp', module, function: name, source: tree[module] ?? '', directory: await written(tree), tests: [] })
  return specSchema.parse({ version: 1, language: 'cpp', module, function: name, invalid: false, cases: 20, ...found } as SpecInput)
}

async function lines(spec: Spec, tree: Tree): Promise<readonly string[]> {
  const found: string[] = []
  for await (const line of runSpec(spec, { directory: await written(tree), seed: 3, environment: {}, signal: new AbortController().signal })) found.push(line)
  return found
}

const cLibrary: Tree = {
  'Makefile': 'CFLAGS = -O2 -std=c99 -Ilib/public -DSHIFT=3\nall: sum.o\n%.o: lib/%.c\n\tgcc $(CFLAGS) -c $< -o $@\n',
  'lib/public/sum.h': '#include <stddef.h>\n#include "pair.h"\npair_t sum(const int *restrict values, size_t count);\n',
  'lib/public/pair.h': 'typedef struct { int low; int high; } pair_t;\n',
  'lib/sum.c': '#include "sum.h"\npair_t sum(const int *restrict values, size_t count) { pair_t class = {0, SHIFT}; for (size_t i = 0; i < count; i++) class.low ^= values[i]; return class; }\n',
}
const headerOnly: Tree = { 'include/twice.hpp': '#pragma once\ninline int twice(int value) { return value < 100000 ? value + 1 : 0; }\n' }

const [hasCompiler, hasMake] = ['g++', 'make'].map((tool) => spawnSync(tool, ['--version']).status === 0)

describe.skipIf(hasCompiler !== true)('a spec for C or C++ in its tree (skipped without g++)', () => {
  it.skipIf(hasMake !== true)('builds a C library as its Makefile does (skipped without make)', async () => {
    const spec = await inferred(cLibrary, 'lib/public/sum.h', 'sum')
    expect(spec.native).toEqual({ signature: 'struct pair_t { int low; int high; }; pair_t sum(const int* values, size_t count)', include: ['lib/public'], flags: ['-DSHIFT=3'], sources: ['lib/sum.c'] })
    expect((await lines(spec, cLibrary)).filter((line) => /"result":\{"low":-?\d+,"high":3\}/.test(line)).length).toBeGreaterThan(10)
  })

  it('links the sources of included headers too, and nothing with a main', async () => {
    const tree = { 'include/a/a.hpp': 'int a(int x);', 'src/a/a.cpp': '#include "a/a.hpp"\n#include "a/b.hpp"\nint a(int x) { return b(x); }', 'include/a/b.hpp': 'int b(int x);', 'src/b.cpp': '#include "a/b.hpp"\nint b(int x) { return x ^ 1; }', 'src/a.cpp': 'int main() {}' }
    expect((await inferred(tree, 'include/a/a.hpp', 'a')).native?.sources).toEqual(['src/a/a.cpp', 'src/b.cpp'])
  })

  it('does not link a source that a candidate adds, which could stand in for what is really built', async () => {
    const spec = await inferred(headerOnly, 'include/twice.hpp', 'twice')
    expect(spec.native?.sources).toEqual([])
    const baseline = await lines(spec, headerOnly)
    const wrong = { 'include/twice.hpp': '#pragma once\n__attribute__((noinline)) inline int twice(int value) { return value; }\n', 'src/twice.cpp': 'int twice(int value) { return value < 100000 ? value + 1 : 0; }\n' }
    expect(await lines(spec, wrong)).not.toEqual(baseline)
  })

  it('says what stands against a function', async () => {
    const refusal = async (source: string): Promise<string> => await inferred({ 'f.hpp': source }, 'f.hpp', 'f').then(() => '', (error: unknown) => (error as Error).message)
    expect(await refusal('class Box { int x; };\nint f(const Box& box);')).toContain('`box` is a `const Box&`, of which the kit makes no values')
    expect(await refusal('class Box { int x; };\nBox f(int x);')).toContain('it returns a `Box`')
    expect(await refusal('int f(const int* cells, int rows, int columns);')).toContain('how many elements')
    expect(await refusal('void f(int x);')).toContain('it returns nothing')
    expect(await refusal('int g();')).toContain('no function of this name')
    expect(await refusal('int f(int x);')).toMatch(/cannot be built: g\+\+ ended with 1: undefined reference/)
  })

  it('shows that a build file turns on flags that the driver is not compiled with', async () => {
    const spec = await inferred(headerOnly, 'include/twice.hpp', 'twice')
    const [before, after] = [await lines(spec, headerOnly), await lines(spec, { ...headerOnly, 'CMakeLists.txt': 'add_compile_options(-O3 -ffast-math)\n' })]
    expect(before.slice(0, -1)).toEqual(after.slice(0, -1))
    expect([before.at(-1), after.at(-1)]).toEqual(['{"case":"build","class":"valid","options":[]}', '{"case":"build","class":"valid","options":["CMakeLists.txt -ffast-math"]}'])
  })
})

describe('options of build files', () => {
  it('are told with their number, wherever they stand', async () => {
    const tree = {
      'CMakeLists.txt': 'set(CMAKE_CXX_FLAGS "-O2 -Wall -Ofast")\ntarget_compile_definitions(a\n  PRIVATE FAST=1)\n',
      'cmake/more.cmake': 'add_compile_options(-ffast-math)\nadd_compile_options(-ffast-math)\n', 'sub/Makefile': 'CFLAGS = -g -fPIC -march=native -DNDEBUG -flto # -funsafe-math-optimizations\n', 'notes.txt': '-ffast-math',
    }
    expect(await buildDefinitions(await written(tree))).toEqual([
      'CMakeLists.txt -Ofast', 'CMakeLists.txt target_compile_definitions(a PRIVATE FAST=1)', 'cmake/more.cmake -ffast-math', 'cmake/more.cmake -ffast-math',
      'sub/Makefile -DNDEBUG', 'sub/Makefile -funsafe-math-optimizations', 'sub/Makefile -march=native',
    ])
  })

  it('do not change for faster code of the same meaning', async () => {
    expect(await buildDefinitions(await written({ 'CMakeLists.txt': 'add_compile_options(-O3 -Wall -funroll-loops -fno-plt -mtune=native)\n' }))).toEqual([])
  })
})
