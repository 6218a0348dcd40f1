import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { makeTarget, type Files } from '../target.ts'

const example = fileURLToPath(new URL('../../examples/search-python/target', import.meta.url))
/** Shorter lists than the example's: the gain is smaller, and clear all the same. Fewer cases of the oracle: forty launches of it are most of what this takes. */
const files: Files = Object.fromEntries(globSync('**/*.{py,yaml,json}', { cwd: example }).map((name) => [name, readFileSync(path.join(example, name), 'utf8').replaceAll('3000', '2200').replace(/(\bcases"?: )500\b/, '$1150')]))
const pythonIsMissing = spawnSync('python3', ['--version']).status !== 0

describe('a search in Python, with the configuration and the oracle as init writes them', () => {
  it.skipIf(pythonIsMissing)('finds and proves a gain, and the change can be applied', async () => {
    await using target = await makeTarget(files)
    const { code, document, stderr } = await target.json<{ readonly winner: { readonly id: string; readonly verdict: string } | null }>('run', '--seed', '2', '--evaluations', '1')
    expect([code, document.winner?.verdict], `${stderr}\n${JSON.stringify(document)}`).toEqual([0, 'accepted'])
    expect((await target.ratchet('apply', document.winner?.id ?? '')).code).toBe(0)
    expect(await target.git('show', 'HEAD:timetable.py')).toMatch(/_set = set\(/)
  }, 180_000)
})
