import { describe, expect, it } from 'vitest'
import type { InferredSignature } from '../language.ts'
import type { Undrivable } from './driver-source.ts'
import { normalType, parseSignature, printSignature } from './cpp-signature.ts'
import { inferCpp } from './infer-cpp.ts'

const answer = (source: string, name = 'f', tests: readonly string[] = []): InferredSignature | Undrivable =>
  inferCpp({ language: 'cpp', module: 'm.hpp', function: name, source, tests: tests.map((text) => ({ path: 't.cpp', text })) })
const infer = (...given: Parameters<typeof answer>): InferredSignature | null => {
  const found = answer(...given)
  return 'reason' in found ? null : found
}

describe('inferCpp', () => {
  it('reads numbers by their ranges', () => {
    expect(infer('double f(int a, unsigned char b, size_t c, int64_t d, float e, bool g);')?.parameters.map(({ generator }) => generator)).toEqual([
      { kind: 'integer', min: -2147483648, max: 2147483647 }, { kind: 'integer', min: 0, max: 255 }, { kind: 'integer', min: 0 }, { kind: 'integer' }, { kind: 'number' }, { kind: 'boolean' },
    ])
  })

  it('reads texts, containers, optionals and callbacks', () => {
    const source = 'int f(const std::string& a, std::string_view b, const char* c, const std::vector<std::vector<double>>& d, std::map<std::string, bool> e, std::unordered_map<bool, double> g, std::pair<bool, double> h, std::optional<bool> i, std::array<bool, 2> j, std::set<bool> k, std::function<bool(double, double)> l);'
    const [bool, number, text] = [{ kind: 'boolean' }, { kind: 'number' }, { kind: 'string' }]
    expect(infer(source)?.parameters.map(({ generator }) => generator)).toEqual([
      text, text, text, { kind: 'array', items: { kind: 'array', items: number } }, { kind: 'record', keys: text, values: bool }, { kind: 'map', keys: bool, values: number },
      { kind: 'tuple', items: [bool, number] }, { kind: 'oneOf', options: [bool, { kind: 'null' }] }, { kind: 'tuple', items: [bool, bool] }, { kind: 'set', items: bool },
      { kind: 'function', returns: bool, arity: 2 },
    ])
  })

  it('takes pointers and their length as one list each', () => {
    const found = infer('double dot(const double* a, const double* b, size_t n);', 'dot', ['void t() { double x[] = {1, 2.5}; dot(x, x, 2); }'])
    expect(found?.parameters.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(found?.examples).toEqual([[[1, 2.5], [1, 2.5]]])
  })

  it('looks behind header guards, namespaces, aliases, structures, enumerations and templates', () => {
    const source = `
#ifndef X
#define X
namespace a::b {
struct Point { double x, y; };
enum class Side { left, right = 5 };
using Path = std::vector<Point>;
template <typename T> T f(const T& seed, const Path& path, Side side) { return seed; }
}
#endif`
    const found = infer(source, 'f')
    expect(found?.native?.signature).toBe('struct a::b::Point { double x; double y; }; int a::b::f<int>(const int& seed, const std::vector<a::b::Point>& path, Side side)')
    expect(found?.parameters[1]?.generator).toEqual({ kind: 'array', items: { kind: 'object', properties: { x: { kind: 'number' }, y: { kind: 'number' } } } })
    expect(found?.parameters[2]?.generator).toEqual({ kind: 'oneOf', options: [{ kind: 'constant', value: 0 }, { kind: 'constant', value: 5 }] })
  })

  it('finds methods, static methods and constructors', () => {
    const source = 'class C { public: explicit C(int n, const std::string& s); static int s(int a); double m(double x) const; private: int n_; };'
    expect(infer(source, 'C.m')).toMatchObject({ construct: [{ name: 'n' }, { name: 's', generator: { kind: 'string' } }], native: { signature: 'double C::m(double x)' } })
    expect(infer(source, 'C::s')).not.toHaveProperty('construct')
  })

  it('takes calls in tests as examples, and texts of the source as pieces', () => {
    const found = infer(`int f(const std::string& s, char c, long n) { return s == "needle" ? 1 : s[0] == ';'; }`, 'f', ["f(\"a\\tb\", 'x', -3); std::vector<int> v; f(v); f(std::string(\"q\"), 'y', 1'000);"])
    expect(found?.examples).toEqual([['a\tb', 120, -3], ['q', 121, 1000]])
    expect(found?.parameters[0]?.generator).toEqual({ kind: 'string', pieces: ['needle', ';'] })
  })

  it('gives up on what a driver could not call or could not see', () => {
    for (const source of ['int f(void* p);', 'int f(std::ostream& o);', 'void f(int a);', 'int* f(int a);', 'template <int N> int f(int a);', 'int f(Unknown u);', 'int g(int a);', 'int f(int** p);']) expect(infer(source)).toBeNull()
  })
})

describe('a signature', () => {
  it('survives printing and reading', () => {
    const text = 'struct n::P { double x; std::vector<int> y; }; static std::map<int, std::vector<n::P>> n::C::f(const n::P& p, unsigned long long k, const char* s, std::function<int(int, int)> g)'
    const parsed = parseSignature(text)
    expect(parsed?.parameters.map(({ type }) => type)).toEqual(['const n::P&', 'unsigned long long', 'const char*', 'std::function<int(int,int)>'])
    expect(parsed?.isStatic).toBe(true)
    expect(parsed === null ? null : parseSignature(printSignature(parsed))).toEqual(parsed)
    expect(normalType('std::string const &')).toBe('const std::string&')
  })
})
