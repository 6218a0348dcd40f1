import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inferSpec } from './inferring/infer-spec.ts'
import { runSpec } from './running/run-spec.ts'
import type { Spec } from './spec.ts'
import type { FunctionFixture } from './testing/function-fixture.ts'
import { javascriptFunctions } from './testing/javascript-functions.fixture.ts'

const { signal } = new AbortController()
let work = ''
let count = 0

beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), 'oracle-cheats-'))
})
afterAll(() => rm(work, { recursive: true, force: true }))

async function tree(fixture: FunctionFixture, source: string): Promise<string> {
  const directory = path.join(work, String(count++))
  const isModule = /^\s*(?:export|const .*\n(?:.*\n)*?export)/m.test(source) && !source.includes('module.exports') && !source.includes('exports.')
  await mkdir(path.dirname(path.join(directory, fixture.module)), { recursive: true })
  await mkdir(path.join(directory, 'test'), { recursive: true })
  await writeFile(path.join(directory, 'package.json'), JSON.stringify({ type: isModule ? 'module' : 'commonjs' }))
  await writeFile(path.join(directory, fixture.module), source)
  await writeFile(path.join(directory, 'test/a.test.js'), fixture.test)
  return directory
}

async function lines(spec: Spec, directory: string, seed: number): Promise<readonly string[]> {
  const found: string[] = []
  for await (const line of runSpec(spec, { directory, seed, environment: process.env, signal })) found.push(line)
  return found
}

/** Lines that differ, as pairs, so that a failing test shows them. */
function differences(before: readonly string[], after: readonly string[]): readonly (readonly [string | undefined, string | undefined])[] {
  return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => [before[index], after[index]] as const).filter(([one, other]) => one !== other)
}

const seed = 20_240_517

describe.each(javascriptFunctions)('$name', (fixture) => {
  let spec: Spec
  let expected: readonly string[]

  beforeAll(async () => {
    const directory = await tree(fixture, fixture.source)
    // Growth is judged by processor time, not by lines.
    const { complexity: _, ...inferred } = (await inferSpec({ directory, module: fixture.module, function: fixture.function, environment: process.env, signal, now: () => performance.now() })).spec
    spec = inferred
    expected = await lines(spec, directory, seed)
  }, 60_000)

  it('is run on 500 cases, most valid ones of which return', () => {
    expect(expected).toHaveLength(500)
    const valid = expected.filter((line) => line.includes('"class":"valid"'))
    expect(valid.filter((line) => line.includes('"result":')).length).toBeGreaterThan(valid.length / 4)
  })

  it.each(Object.entries(fixture.faithful))('takes a faithful rewrite as it is: %s', async (_, source) => {
    expect(differences(expected, await lines(spec, await tree(fixture, source), seed))).toEqual([])
  }, 30_000)

  it.each(Object.entries(fixture.wrong))('finds: %s', async (_, source) => {
    expect(differences(expected, await lines(spec, await tree(fixture, source), seed)).length).toBeGreaterThan(0)
  }, 30_000)
})
