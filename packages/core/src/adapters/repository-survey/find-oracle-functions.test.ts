import { describe, expect, it } from 'vitest'
import { findOracleFunctions } from './find-oracle-functions.ts'
import type { RecognisedSurvey } from './survey.ts'

const survey = (benchmark: string | null): RecognisedSurvey => ({
  kind: 'recognised', edit: ['src/**'], protect: [], setup: null, build: null, tests: [{ run: 'node --test', report: 'node', reason: 'x' }], benchmark: benchmark === null ? null : { run: benchmark, reason: 'x' }, notes: [],
})
const find = async (benchmark: string | null, tree: Readonly<Record<string, string>>): Promise<readonly string[]> =>
  (await findOracleFunctions(survey(benchmark), { paths: Object.keys(tree), read: async (file) => tree[file] ?? null })).map((found) => `${found.module} ${found.function}`)

describe('functions worth an oracle', () => {
  it.each([
    ['ES modules', { 'bench/run.js': "import { chunk } from '../src/list.js'\nchunk([1], 2)", 'src/list.js': 'export function chunk(list, size) {}\nexport const other = (x) => x\n' }, ['src/list.js chunk']],
    ['CommonJS', { 'bench/run.js': "const { chunk } = require('../src/list')\nchunk([1], 2)", 'src/list.js': 'exports.chunk = (list) => list\nexports.other = 1\n' }, ['src/list.js chunk']],
    ['a list of exports', { 'bench/run.js': "const list = require('../src')\nlist.chunk()", 'src/index.js': 'module.exports = { chunk, other: thing }\n' }, ['src/index.js chunk']],
    ['a default', { 'bench/run.js': "import differ from '../index.js'\ndiffer()", 'index.js': 'export default function differ(a, b) {}\n' }, ['index.js default']],
    ['a function for a module', { 'bench/run.js': "const differ = require('..')\ndiffer()", 'index.js': 'module.exports = differ\n' }, ['index.js default']],
    ['TypeScript', { 'bench/run.ts': "import { chunk } from '../src/list.ts'\nchunk()", 'src/list.ts': 'export const chunk = (list: number[]): number[] => list\n' }, ['src/list.ts chunk']],
    ['nothing', { 'bench/run.js': "import fs from 'node:fs'" }, []],
    ['tests beside it', { 'bench/run.js': "import { chunk } from '../test/tools.js'\nchunk()", 'test/tools.js': 'export function chunk() {}\n' }, []],
  ])('of a benchmark: %s', async (_, tree, expected) => {
    const script = Object.keys(tree)[0] ?? ''
    expect(await find(`node ${script}`, tree)).toEqual(expected)
  })

  it('of a benchmark in Python', async () => {
    expect(await find('python3 -B bench/run.py', { 'bench/run.py': 'from pkg.text import slug, other\nslug("x")\n', 'src/pkg/text.py': 'def slug(text):\n    return text\n\nother = 1\n' })).toEqual(['src/pkg/text.py slug'])
  })

  it('of the tests where there is no benchmark', async () => {
    expect(await find(null, { 'test/list.test.js': "import { chunk } from '../src/list.js'\nchunk()", 'src/list.js': 'export function chunk() {}\n' })).toEqual(['src/list.js chunk'])
  })
})
