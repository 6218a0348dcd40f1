import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inferSpec } from '../inferring/infer-spec.ts'
import type { Spec } from '../spec.ts'
import { compareSpec } from './compare-spec.ts'

const { signal } = new AbortController()
const now = (): number => performance.now()
let work = ''
let spec: Spec

const parse = (onFailure: string): string => `/** @param {string} text */
export function parse(text) {
  const match = /^(\\d+)(ms|s|m|h)$/.exec(text)
  if (match === null) { ${onFailure} }
  return Number(match[1]) * { ms: 1, s: 1000, m: 60000, h: 3600000 }[match[2]]
}
`

async function tree(name: string, source: string): Promise<string> {
  const directory = path.join(work, name)
  await mkdir(directory)
  await writeFile(path.join(directory, 'package.json'), '{"type":"module"}')
  await writeFile(path.join(directory, 'parse.js'), source)
  await writeFile(path.join(directory, 'parse.test.js'), "import { parse } from './parse.js'\nparse('1h')\nparse('20ms')\nparse('x')\n")
  return directory
}

beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), 'oracle-compare-'))
  const directory = await tree('baseline', parse('return null'))
  spec = (await inferSpec({ directory, module: 'parse.js', function: 'parse', environment: process.env, signal, now })).spec
}, 60_000)
afterAll(() => rm(work, { recursive: true, force: true }))

const compare = (candidate: string): ReturnType<typeof compareSpec> =>
  compareSpec(spec, { baseline: path.join(work, 'baseline'), candidate, seeds: [5], environment: process.env, signal, now })

describe('compareSpec', () => {
  it('finds nothing between a function and itself', async () => {
    const comparison = await compare(await tree('same', parse('return null')))
    expect(comparison.mismatches).toBe(0)
    expect(comparison.cases).toBeGreaterThan(500)
    expect(comparison.costs.filter(({ isMuchSlower }) => isMuchSlower)).toEqual([])
  }, 30_000)

  it('makes a difference small', async () => {
    const wrong = parse('return null').replace('  return Number', "  if (match[1].length > 2 && match[2] === 's') return -1\n  return Number")
    const comparison = await compare(await tree('wrong', wrong))
    expect(comparison.mismatches).toBeGreaterThan(0)
    const [example] = comparison.examples
    expect(example?.args).toHaveLength(1)
    expect(String(example?.args[0])).toMatch(/^\d{3}s$/)
    expect(example?.candidate).toContain('"result":-1')
  }, 60_000)

  it('flags a function that is as fast as before on valid input and much slower on invalid input', async () => {
    // Native code, which takes as long whether or not the compiler had time to come to it: a plain loop differs eighty times by that.
    const slow = `import { pbkdf2Sync } from 'node:crypto'\n${parse("pbkdf2Sync('a', 'b', 4000, 32, 'sha256'); return null")}`
    const comparison = await compare(await tree('slow', slow))
    expect(comparison.mismatches).toBe(0)
    expect(comparison.costs.filter(({ isMuchSlower }) => isMuchSlower).map(({ class: name }) => name)).toContain('invalid')
  }, 60_000)

  it('reports a call that ends the process and goes on with the next one', async () => {
    const leaving = parse('if (text === "") process.exit(0); return null')
    const comparison = await compare(await tree('leaving', leaving))
    expect(comparison.mismatches).toBeGreaterThan(0)
    expect(comparison.examples.some(({ candidate }) => candidate.includes('"exited":0'))).toBe(true)
  }, 60_000)

  it('reports a call that does not end', async () => {
    const hanging = parse('if (text === "") for (;;); return null')
    const candidate = await tree('hanging', hanging)
    const small = { ...spec, examples: [['']], cases: 1 }
    const { complexity: _, ...one } = small
    const comparison = await compareSpec(one, { baseline: path.join(work, 'baseline'), candidate, seeds: [1], classes: ['example'], callLimit: 500, environment: process.env, signal, now })
    expect(comparison.examples[0]?.candidate).toContain('"timeout":true')
  }, 60_000)
})
