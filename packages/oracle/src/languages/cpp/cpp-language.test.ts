import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { specSchema, type Spec, type SpecInput } from '../../spec.ts'
import type { Case, TaggedJson } from '../../tagged.ts'
import { generateCases } from '../../values.ts'
import { drivenLines } from '../python/driven-lines.ts'
import { cppFunctions, type CppFixture } from './cpp-functions.fixture.ts'
import { cppLanguage } from './cpp-language.ts'

const file = 'include/subject.hpp'

async function inferredSpec(fixture: CppFixture): Promise<Spec> {
  const inferred = await cppLanguage.infer({ language: 'cpp', module: file, function: fixture.function, source: fixture.baseline, tests: [{ path: 'test.cpp', text: `int main() { ${fixture.tests} }` }] })
  if (inferred === null) throw new Error(`nothing inferred for ${fixture.name}`)
  return specSchema.parse({ version: 1, language: 'cpp', module: file, function: fixture.function, invalid: false, cases: 300, ...inferred } as SpecInput)
}

async function linesOf(spec: Spec, source: string): Promise<readonly string[]> {
  const cases = generateCases(spec, 11).slice(0, 300)
  // A driver that breaks the protocol answers nothing more: that is a mismatch, and its text says which.
  return await drivenLines(cppLanguage, spec, { files: { [file]: source }, cases }).catch((error: unknown) => [String(error)])
}

async function answers(source: string, signature: string, request: { readonly args: readonly (readonly TaggedJson[])[]; readonly spec?: Partial<SpecInput>; readonly more?: Partial<Case>; readonly file?: string }): Promise<readonly unknown[]> {
  const module = request.file ?? 'm.hpp'
  const spec = specSchema.parse({ version: 1, language: 'cpp', module, function: 'f', parameters: [], native: { signature, ...request.spec?.native }, ...(request.spec?.construct && { construct: request.spec.construct }) } as SpecInput)
  const cases = request.args.map((args, index): Case => ({ id: String(index), class: 'valid', args, ...request.more }))
  const lines = await drivenLines(cppLanguage, spec, { files: { [module]: source }, cases })
  return lines.map((line) => {
    const { case: _case, class: _class, ...outcome } = JSON.parse(line) as Record<string, unknown>
    return outcome
  })
}

/** Nothing can be driven without a compiler; what is skipped says so. */
const hasCompiler = spawnSync('g++', ['--version']).status === 0

describe.skipIf(!hasCompiler).each(cppFunctions)('the C++ driver on $name (skipped without g++)', (fixture) => {
  it('agrees with honest rewrites, and finds every wrong variant', async () => {
    const spec = await inferredSpec(fixture)
    const baseline = await linesOf(spec, fixture.baseline)
    expect(baseline.length).toBe(300)
    expect(baseline.filter((line) => line.includes('"result"')).length).toBeGreaterThan(20)
    for (const [name, source] of Object.entries(fixture.honest)) {
      const found = await linesOf(spec, source)
      const differing = baseline.flatMap((line, index) => (line === found[index] ? [] : [[line, found[index]]]))
      expect({ name, differing: differing.slice(0, 3) }).toEqual({ name, differing: [] })
    }
    for (const [name, source] of Object.entries(fixture.wrong)) {
      const found = await linesOf(spec, source)
      expect({ name, isFound: found.some((line, index) => line !== baseline[index]) }).toEqual({ name, isFound: true })
    }
  })
})

describe.skipIf(!hasCompiler)('what the C++ driver sees (skipped without g++)', () => {
  it('goes on after a crash, an abort and an end of the process', async () => {
    const source = '#include <cstdlib>\n#include <csignal>\ninline int f(int k) { if (k == 1) { volatile int* p = nullptr; *p = 1; } if (k == 2) std::abort(); if (k == 3) std::exit(3); if (k == 4) std::raise(SIGFPE); return k; }'
    expect(await answers(source, 'int f(int k)', { args: [[0], [1], [2], [3], [4], [5]] })).toEqual([
      { result: 0, mutated: null },
      { thrown: { name: 'crash: SIGSEGV', message: null }, mutated: null },
      { thrown: { name: 'crash: SIGABRT', message: null }, mutated: null },
      { thrown: { name: 'crash: exit 3', message: null }, mutated: null },
      { thrown: { name: 'crash: SIGFPE', message: null }, mutated: null },
      { result: 5, mutated: null },
    ])
  })

  it('skips what a type cannot hold, and says so', async () => {
    const found = await answers('inline int f(unsigned char a) { return a; }', 'int f(unsigned char a)', { args: [[255], [256], [-1], [1.5], ['ab'], [null], [1, 2], []] })
    expect(found.map((each) => Object.keys(each as object)[0])).toEqual(['result', ...Array.from({ length: 7 }, () => 'skipped')])
  })

  it('shows changes of references, output, exceptions and every digit', async () => {
    const source = '#include <cstdio>\n#include <stdexcept>\n#include <vector>\ninline double f(std::vector<double>& v) { if (v.empty()) throw std::out_of_range("empty"); std::puts("called"); v.push_back(1); return v[0] + 0.2; }'
    const [first, second] = await answers(source, 'double f(std::vector<double>& v)', { args: [[[0.1]], [[]]] })
    expect(first).toMatchObject({ result: 0.30000000000000004, mutated: [[0.1, 1]], output: expect.stringMatching(/-7$/) })
    expect(second).toEqual({ thrown: { name: 'std::out_of_range', message: 'empty' }, mutated: null })
  })

  it('finds with a sanitizer what nothing else shows', async () => {
    const source = '#include <vector>\ninline int f(const std::vector<int>& v, int k) { volatile int beyond = v.data()[v.size()]; return k + beyond * 0; }'
    const [found] = await answers(source, 'int f(const std::vector<int>& v, int k)', { args: [[[1, 2, 3], 1]], spec: { native: { flags: ['-fsanitize=address,undefined'] } } })
    expect(found).toEqual({ thrown: { name: 'crash: AddressSanitizer heap-buffer-overflow', message: null }, mutated: null })
  })

  it('passes structures, maps, optionals, pairs of lengths, callbacks and buffers that are written', async () => {
    const source = `
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
namespace geo { struct Point { double x; int y; };
inline std::map<std::string, Point> f(const std::map<std::string, Point>& points, std::optional<int> add, const std::function<bool(int)>& keep, const int* a, int* b, size_t n) {
  std::map<std::string, Point> out;
  for (auto [name, point] : points) if (keep(point.y)) { point.y += add.value_or(100); out[name] = point; }
  for (size_t i = 0; i < n; ++i) b[i] += a[i];
  return out;
} }`
    const signature = 'struct geo::Point { double x; int y; }; std::map<std::string, geo::Point> geo::f(const std::map<std::string, Point>& points, std::optional<int> add, const std::function<bool(int)>& keep, const int* a, int* b, size_t n)'
    const always = { $: 'fn', v: { kind: 'pick', salt: 1, arity: 1, pool: [true] } }
    const [found] = await answers(source, signature, { args: [[{ p: { x: 0.5, y: 1 } }, null, always, [1, 2], [10, 20, 30]]] })
    expect(found).toMatchObject({ result: { $: 'map', v: [['p', { x: 0.5, y: 101 }]] }, mutated: [{}, null, { $: 'fn' }, [1, 2], [11, 22, 30]] })
  })

  it('makes an object for a method, and drives C', async () => {
    const counter = 'class Counter { int n; public: explicit Counter(int start) : n(start) {} int add(int x) { return n += x; } };'
    const construct = [{ name: 'start', generator: { kind: 'integer' } }] as SpecInput['construct']
    expect(await answers(counter, 'int Counter::add(int x)', { args: [[2]], spec: { construct }, more: { construct: [1], repeat: 'same' } })).toMatchObject([{ result: 3, again: { result: 5 } }])
    const c = '#include <stdlib.h>\nint f(const char* text) { int* sum = malloc(sizeof *sum); *sum = 0; while (*text) *sum += *text++; int result = *sum; free(sum); return result; }'
    expect(await answers(c, 'int f(const char* text)', { args: [['ab']], file: 'm.c' })).toEqual([{ result: 195, mutated: null }])
  })

  it('says why a driver cannot be built', async () => {
    await expect(answers('int g();', 'int f(int k)', { args: [[1]] })).rejects.toMatchObject({ code: 'driver-not-ready' })
    await expect(answers('int f(void*);', 'int f(void* p)', { args: [[1]] })).rejects.toMatchObject({ code: 'function-not-found' })
  })
})
