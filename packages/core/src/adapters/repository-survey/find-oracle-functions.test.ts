import { describe, expect, it } from 'vitest'
import { findOracleFunctions } from './find-oracle-functions.ts'
import type { RecognisedSurvey } from './survey.ts'

const survey = (benchmark: string | null, sources: readonly string[] = []): RecognisedSurvey => ({
  kind: 'recognised', edit: ['src/**'], protect: [], setup: null, build: null, tests: [{ run: 'node --test', report: 'node', reason: 'x' }], benchmark: benchmark === null ? null : { run: benchmark, reason: 'x', ...(sources.length > 0 && { sources }) }, notes: [],
})
const find = async (benchmark: string | null, tree: Readonly<Record<string, string>>, sources: readonly string[] = []): Promise<readonly string[]> =>
  (await findOracleFunctions(survey(benchmark, sources), { paths: Object.keys(tree), read: async (file) => tree[file] ?? null })).map((found) => `${found.module} ${found.function}`)

describe('functions worth an oracle', () => {
  it.each([
    ['ES modules', { 'bench/run.js': "import { chunk } from '../src/list.js'\nchunk([1], 2)", 'src/list.js': 'export function chunk(list, size) {}\nexport const other = (x) => x\n' }, ['src/list.js chunk']],
    ['CommonJS', { 'bench/run.js': "const { chunk } = require('../src/list')\nchunk([1], 2)", 'src/list.js': 'exports.chunk = (list) => list\nexports.other = 1\n' }, ['src/list.js chunk']],
    ['a list of exports', { 'bench/run.js': "const list = require('../src')\nlist.chunk()", 'src/index.js': 'module.exports = { chunk, other: thing }\n' }, ['src/index.js chunk']],
    ['a default', { 'bench/run.js': "import differ from '../index.js'\ndiffer()", 'index.js': 'export default function differ(a, b) {}\n' }, ['index.js default']],
    ['a function for a module', { 'bench/run.js': "const differ = require('..')\ndiffer()", 'index.js': 'module.exports = differ\n' }, ['index.js default']],
    ['a folder by its dot', { 'bench.js': "const differ = require('./')\ndiffer()", 'index.js': 'module.exports = differ\n' }, ['index.js default']],
    ['what a module hands on', { 'bench/run.js': "import { bin, cut, all } from '../src/index.js'\nbin(); cut(); all()", 'src/index.js': "export { default as bin } from './bin.js'\nexport { cut, type Cut } from './cut.js'\nexport * from './all.js'\n", 'src/all.js': 'export function all() {}\nexport function unused() {}\n', 'src/bin.js': '' }, ['src/index.js bin', 'src/index.js cut', 'src/index.js all']],
    ['modules that hand on each other', { 'bench/run.js': "import { a } from '../a.js'\na()", 'a.js': "export * from './b.js'\n", 'b.js': "export * from './a.js'\nexport function a() {}\n" }, ['a.js a']],
    ['a package that is another file', { 'bench/run.js': "const { parse } = require('..')\nparse()", 'index.js': "module.exports = require('./lib/parser')\n", 'lib/parser.js': 'exports.parse = (text) => text\n' }, ['index.js parse']],
    ['TypeScript that names its output', { 'bench/run.ts': "import { chunk } from '../src/list.js'\nchunk()", 'src/list.ts': 'export function chunk() {}\n' }, ['src/list.ts chunk']],
    ['TypeScript', { 'bench/run.ts': "import { chunk } from '../src/list.ts'\nchunk()", 'src/list.ts': 'export const chunk = (list: number[]): number[] => list\n' }, ['src/list.ts chunk']],
    ['what it calls itself so, and not what is exported so', { 'bench/run.js': "import { chunk } from '../src/list.js'\nfunction run() {}\n// other(1) is slower\nchunk(); run()", 'src/list.js': 'export function run() {}\nexport function chunk() {}\nexport const other = (x) => x\n' }, ['src/list.js chunk']],
    ['what it imports and does not use', { 'bench/run.js': "import { chunk, other } from '../src/list.js'\nchunk(); const x = { y: list.other }", 'src/list.js': 'export function chunk() {}\nexport function other() {}\n' }, ['src/list.js chunk']],
    ['by other names', { 'bench/run.js': "import { chunk as cut, other as chunk } from '../src/list.js'\nmeasure(cut)", 'src/list.js': 'export function chunk() {}\nexport function other() {}\n' }, ['src/list.js chunk']],
    ['a module as a whole', { 'bench/run.mjs': "import * as list from '../src/list.js'\nlist.chunk(); own.other()", 'src/list.js': 'export function chunk() {}\nexport function other() {}\n' }, ['src/list.js chunk']],
    ['parts of a module as a whole', { 'bench/run.js': "const list = require('../src/list')\nconst { chunk: cut } = list\ncut()", 'src/list.js': 'exports.chunk = () => 1\nexports.other = () => 2\n' }, ['src/list.js chunk']],
    ['what is imported while it runs', { 'bench/run.mjs': "const { chunk } = await import('../src/list.js')\nchunk()\nconst cut = (await import('../src/list.js')).cut\ncut()\nrequire('../src/list.js').last()", 'src/list.js': 'export function chunk() {}\nexport function cut() {}\nexport function last() {}\nexport function other() {}\n' }, ['src/list.js chunk', 'src/list.js cut', 'src/list.js last']],
    ['properties of a default', { 'bench/run.mjs': "import list from '../src/list.js'\nlist.chunk()", 'src/list.js': 'module.exports = { chunk, other }\n' }, ['src/list.js chunk']],
    ['not the default of a module whose parts it imports', { 'bench/run.mjs': "import { chunk } from '../src/list.js'\nchunk()", 'src/list.js': 'export default function all() {}\nexport function chunk() {}\n' }, ['src/list.js chunk']],
    ...(
      [
        ['a list of what it gives', "const { chunk } = require('../src/list.js')\nconst all = [...chunk(1)]"],
        ['a glob before a comment', "const { chunk } = require('../src/list.js')\nconst files = glob('data/*.json')\nchunk(files)\n/* slow */ // */"],
        ['slashes in a text', "const { chunk } = require('../src/list.js')\nconst u = 'a //b'; chunk(u)"],
        ['a second declarator', "const fs = require('fs'),\n  lib = require('../src/list.js')\nlib.chunk()"],
        ['an assignment', "let chunk\n;({ chunk } = require('../src/list.js'))\nchunk()"],
        ['a promise', "import('../src/list.js').then(({ chunk }) => chunk())"],
        ['a promise of the whole', "import('../src/list.js').then((m) => m.chunk())"],
        ['a promise that waits', "const loading = import('../src/list.js')\nconst { chunk } = await loading\nchunk()"],
        ['a name in brackets', "const lib = require('../src/list.js')\nlib['chunk']()"],
        ['another name for the module', "const lib = require('../src/list.js')\nconst l = lib\nl?.chunk()"],
        ['a pattern in a pattern', "const { chunk: { fast = 1 }, ...rest } = require('../src/list.js')\nfast()"],
        ['the rest of a pattern', "const { size, ...rest } = require('../src/list.js')\nrest.chunk()"],
        ['a default in a pattern', "import('../src/list.js').then(({ default: { chunk } }) => chunk())"],
        ['one of two modules', "const { chunk } = process.argv[2] ? require('../old.js') : require('../src/list.js')\nchunk()"],
        ['a text that breaks off', "import { chunk } from '../src/list.js'\nfunction broken( {\n  chunk(1)"],
        ['code in a text', "import { chunk } from '../src/list.js'\nsuite.add('cut', 'chunk(1)')"],
      ] as const
    ).map(([name, text]): [string, Record<string, string>, string[]] => [name, { 'bench/run.mjs': text, 'src/list.js': 'export function chunk() {}\nexport function other() {}\n' }, ['src/list.js chunk']]),
    ...(
      [
        ['that is handed on', "import * as list from '../src/list.js'\nmeasure(list)"],
        ['that is asked for what it computes', "const list = require('../src/list.js')\nfor (const name of names) list[name]()"],
        ['that a list holds', "const [a, b] = await Promise.all([import('../src/list.js'), import('../b.js')])\na.chunk()"],
        ['that a worker loads', "new Worker(`const list = require('../src/list.js'); list.chunk()`, { eval: true })"],
      ] as const
    ).map(([name, text]): [string, Record<string, string>, string[]] => [`a module ${name}`, { 'bench/run.mjs': text, 'src/list.js': 'export function chunk() {}\nexport function other() {}\n' }, ['src/list.js chunk', 'src/list.js other']]),
    ['not what it asks for types', { 'bench/run.ts': "const { chunk }: typeof import('../src/list.js') = require('../src/list.js')\nlet other: ReturnType<typeof import('../src/list.js').other>\nchunk()", 'src/list.ts': 'export function chunk() {}\nexport function other() {}\n' }, ['src/list.ts chunk']],
    ['not what comments and other things call so', { 'bench/run.ts': "import { chunk, other, type Kind } from '../src/list.js'\n/* other() */ chunk(own.other, { other: 1 } as Kind, 'other')", 'src/list.js': 'export function chunk() {}\nexport function other() {}\n' }, ['src/list.js chunk']],
    ['nothing', { 'bench/run.js': "import fs from 'node:fs'" }, []],
    ['tests beside it', { 'bench/run.js': "import { chunk } from '../test/tools.js'\nchunk()", 'test/tools.js': 'export function chunk() {}\n' }, []],
  ])('of a benchmark: %s', async (_, tree, expected) => {
    const script = Object.keys(tree)[0] ?? ''
    expect(await find(`node ${script}`, tree)).toEqual(expected)
  })

  it('of a benchmark in Python', async () => {
    expect(await find('python3 -B bench/run.py', { 'bench/run.py': 'from pkg.text import slug, other\nslug("x")\n', 'src/pkg/text.py': 'def slug(text):\n    return text\n\nother = 1\n' })).toEqual(['src/pkg/text.py slug'])
    expect(await find('python3 bench/run.py', { 'bench/run.py': 'from pkg.text import slug as s, trim\n# trim is slower\ns("x")\n', 'pkg/text.py': 'def slug(text):\n    return text\n\ndef trim(text):\n    return text\n' })).toEqual(['pkg/text.py slug'])
  })

  it.each([
    ['comments in a list of imports', 'from pkg.text import (\n    slug,  # the hot one\n    trim,\n)\nslug("x")\n', ['slug']],
    ['a hash in a text', 'from pkg.text import slug, trim\nx = "#a"; slug(x)\n', ['slug']],
    ['a text that is code', 'from timeit import timeit\nfrom pkg.text import slug, trim\ntimeit("slug(1)", globals=globals())\n', ['slug']],
    ['a text that imports', 'import timeit\ntimeit.timeit("trim(1)", setup="from pkg.text import trim")\n', ['trim']],
    ['other things of the same name', 'from pkg.text import slug, trim\nslug(own.trim, trim=1)  # trim()\n"trim"\n', ['slug']],
  ])('of a benchmark in Python with %s', async (_, text, expected) => {
    expect(await find('python3 bench/run.py', { 'bench/run.py': text, 'pkg/text.py': 'def slug(text):\n    return text\n\ndef trim(text):\n    return text\n' })).toEqual(expected.map((name) => `pkg/text.py ${name}`))
  })

  it.each([
    ['a header', { 'include/lib/a.hpp': '#pragma once\nnamespace lib { inline namespace v1 {\nint hot(int x);\nint cold(int x);\n} }\n' }, '#include <lib/a.hpp>\nint main() { return lib::hot(1); }', ['include/lib/a.hpp lib::v1::hot']],
    ['a header that another one includes', { 'src/all.h': '#include "part.h"\n', 'src/part.h': '#ifdef __cplusplus\nextern "C" {\n#endif\nLIB_API int hot(const char *text);\n#ifdef __cplusplus\n}\n#endif\n' }, '#include "../src/all.h"\nint main(void) { return hot("x"); }', ['src/part.h hot']],
    ['templates, in the order of the calls', { 'a.hpp': 'template <class T> T second(T x) { return x; }\ninline int first() { return 1; }\n' }, '#include "a.hpp"\nint main() { first(); second<int>(2); }', ['a.hpp first', 'a.hpp second']],
    ['a function that is handed on', { 'a.hpp': 'namespace n { int hot(); }' }, '#include "a.hpp"\nnamespace m = n;\nint main() { measure(&m::hot); }', ['a.hpp n::hot']],
    ['a static method', { 'a.hpp': 'struct S { static int hot(int); };' }, '#include "a.hpp"\nint main() { S::hot(1); }', ['a.hpp S::hot']],
    ['its own function of the same name', { 'a.hpp': 'int hot();' }, '#include "a.hpp"\nstatic int hot() { return 1; }\nint main() { hot(); }', []],
    ['a function inside of an unnamed namespace, comments and code of others', { 'a.hpp': '// int noted();\nnamespace { int hidden(); }', 'third_party/b.h': 'int foreign();' }, '#include "a.hpp"\n#include "b.h"\nint main() { noted(); hidden(); foreign(); }', []],
  ])('of a benchmark in C or C++: %s', async (_, tree, text, expected) => {
    expect(await find('build/bench', { 'bench/bench.cpp': text, ...tree }, ['bench/bench.cpp'])).toEqual(expected)
  })

  it('of the tests in C++ where there is no benchmark', async () => {
    expect(await find(null, { 'tests/list_test.cc': '#include "list.h"\nint main() { chunk(); }', 'tests/list_test.h': '', 'src/list.h': 'int chunk();\n' })).toEqual(['src/list.h chunk'])
  })

  it.each([
    ['JavaScript', 'bench/run.js', { 'bench/run.js': "import { List, size } from '../src/list.js'\nsize(new List().add(1))", 'src/list.js': 'export class List {\n  add(x) {\n    return this\n  }\n}\nexport function size(x) {}\n' }, ['src/list.js size', 'src/list.js class List: List.add']],
    ['CommonJS', 'bench/run.js', { 'bench/run.js': "const List = require('../list')\nnew List().add(1)", 'list.js': 'class List {\n  add(x) {\n    return this\n  }\n}\nmodule.exports = List\n' }, ['list.js class default: default.add']],
    ['Python', 'bench/run.py', { 'bench/run.py': 'from pkg.text import Slug\nSlug().make("x")\n', 'pkg/text.py': 'class Slug(Base):\n    def make(self, text):\n        return text\n' }, ['pkg/text.py class Slug: Slug.make']],
    ['C++', 'bench/run.cpp', { 'bench/run.cpp': '#include "list.hpp"\nint main() { n::List list; list.add(1); }', 'include/list.hpp': 'namespace n { class List { int x; public: int add(int y); }; struct Plain { int z; }; }' }, ['include/list.hpp class n.List: n.List.add']],
  ])('leave classes out, and say so: %s', async (_, script, tree, expected) => {
    const found = await findOracleFunctions({ ...survey(`node ${script}`), benchmark: { run: `node ${script}`, reason: 'x', sources: [script] } }, { paths: Object.keys(tree), read: async (file) => Object.entries(tree).find(([name]) => name === file)?.[1] ?? null })
    expect(found.map(({ module, function: name, refusal }) => `${module} ${name}${refusal === undefined ? '' : `: ${/--function ([\w.]+)/.exec(refusal)?.[1]}`}`)).toEqual(expected)
  })

  it('of the tests where there is no benchmark', async () => {
    expect(await find(null, { 'test/list.test.js': "import { chunk } from '../src/list.js'\nchunk()", 'src/list.js': 'export function chunk() {}\n' })).toEqual(['src/list.js chunk'])
  })
})
