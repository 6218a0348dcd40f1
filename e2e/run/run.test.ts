import { DatabaseSync } from 'node:sqlite'
import { existsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { makeTarget, startRatchet, type Files, type Target } from '../target.ts'

/**
 * A JavaScript target with a figure that does not depend on time: the benchmark counts how often the code under test asks the array, so
 * that verdicts, and with them whole runs, repeat exactly. It also shuts the profiler out: a profile samples time, is journalled as an
 * observation, and is the one input of a search that two separate runs do not share.
 */
const countingTarget: Files = {
  'ratchet.yaml': [
    'target: { edit: ["lib/**"], protect: ["check/**"] }',
    'tests: [{ run: node check/unique.cjs, report: tap, timeout: 20s }]',
    'oracle: [{ run: node check/oracle.cjs, cases: 20, timeout: 20s }]',
    'metrics:',
    '  reads: { run: env -u NODE_OPTIONS node check/count.cjs, measure: reported, timeout: 20s }',
    'accept: { maximumPairs: 20, trustReported: true }',
    'search: { evaluations: 6 }',
    'sandbox: { memory: 512MiB, cpu: 10s, wall: 20s, disk: 16MiB }',
    '',
  ].join('\n'),
  'lib/common.cjs': [
    "'use strict'",
    'module.exports = function common(left, right) {',
    '  const found = []',
    '  for (const item of left) {',
    '    let size = right.length',
    '    size = right.length',
    '    if (size > 0 && right.indexOf(item) !== -1) found.push(item)',
    '  }',
    '  return found',
    '}',
    '',
  ].join('\n'),
  // A runner of tests takes a third of a second to start.
  'check/unique.cjs': [
    "const assert = require('node:assert')",
    "const common = require('../lib/common.cjs')",
    'const tests = {',
    "  'finds what both hold': () => assert.deepEqual(common([1, 2, 3, 2], [2, 4, 1]), [1, 2, 2]),",
    "  'finds nothing in nothing': () => { assert.deepEqual(common([1], []), []); assert.deepEqual(common([], [1]), []) },",
    '}',
    'console.log(`TAP version 13\\n1..${Object.keys(tests).length}`)',
    'Object.entries(tests).forEach(([name, test], index) => {',
    "  try { test(); console.log(`ok ${index + 1} - ${name}`) } catch { process.exitCode = 1; console.log(`not ok ${index + 1} - ${name}`) }",
    '})',
    '',
  ].join('\n'),
  'check/oracle.cjs': [
    "const common = require('../lib/common.cjs')",
    'let state = Number(process.env.RATCHET_SEED)',
    'const draw = (bound) => { state = (Math.imul(state, 1103515245) + 12345) >>> 0; return (state >>> 8) % bound }',
    'const list = () => Array.from({ length: draw(9) }, () => draw(12))',
    'for (let n = 0; n < 20; n++) console.log(JSON.stringify(common(list(), list())))',
    '',
  ].join('\n'),
  'check/count.cjs': [
    "const common = require('../lib/common.cjs')",
    'let reads = 0',
    'const watched = new Proxy(Array.from({ length: 60 }, (_, index) => index), { get: (array, key) => { reads++; return array[key] } })',
    'common(Array.from({ length: 60 }, (_, index) => index * 2), watched)',
    'console.log(reads)',
    '',
  ].join('\n'),
}

/** Its figures are the same each time: where a test is about something else than how sure a verdict is, few of them are enough. */
const quickTarget: Files = { ...countingTarget, 'ratchet.yaml': String(countingTarget['ratchet.yaml']).replace('trustReported: true', 'trustReported: true, canaries: 0, nullPairs: 0, falseAcceptRate: 0.2') }

interface Recorded {
  readonly kind: string
  readonly body: { readonly step?: number; readonly editsDigest?: string; readonly purpose?: string; readonly decision?: { readonly verdict: string }; readonly reason?: string }
}

/** What a run did, without the times: proposals, skips and verdicts in order. */
async function story(target: Target): Promise<readonly string[]> {
  const { document } = await target.json<readonly Recorded[]>('log')
  return document.flatMap(({ kind, body }) => {
    if (kind === 'proposal-made') return [`made ${body.step} ${body.editsDigest}`]
    if (kind === 'step-skipped') return [`skipped ${body.step} ${body.reason}`]
    if (kind === 'decision-made') return [`decided ${body.purpose} ${body.decision?.verdict}`]
    return []
  })
}

interface RunDocument {
  readonly run: string
  readonly end: string
  readonly evaluations: number
  readonly winner: { readonly id: string; readonly verdict: string } | null
}

function eventCount(directory: string): number {
  const file = path.join(directory, '.ratchet/journal.sqlite')
  if (!existsSync(file)) return 0
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    return Number((database.prepare('select count(*) as n from events').get() as { n: number } | undefined)?.n ?? 0)
  } catch (error) {
    // The table may not be there yet, or the writer may be setting the file up.
    if ((error as { code?: string }).code === 'ERR_SQLITE_ERROR') return 0
    throw error
  } finally {
    database.close()
  }
}

describe('ratchet run', () => {
  it('finds a gain, confirms it, and the offer can be applied and reverted', async () => {
    await using target = await makeTarget(countingTarget)
    const { code, document } = await target.json<RunDocument>('run', '--seed', '11', '--evaluations', '10')
    expect([code, document.winner?.verdict]).toEqual([0, 'accepted'])
    const id = document.winner?.id ?? ''
    expect((await target.ratchet('apply', id)).code).toBe(0)
    expect((await target.ratchet('revert', id)).code).toBe(0)
    expect((await target.ratchet('report')).stdout).toContain(id)
  }, 180_000)

  it('with the same seed does the same again', async () => {
    await using one = await makeTarget(quickTarget)
    await using two = await makeTarget(quickTarget)
    await one.ratchet('run', '--seed', '5')
    await two.ratchet('run', '--seed', '5')
    expect((await story(two)).filter((line) => !line.startsWith('made'))).toEqual((await story(one)).filter((line) => !line.startsWith('made')))
  }, 180_000)

  it('interrupted by kill -9 after every event, resumes to exactly the uninterrupted run', async () => {
    await using target = await makeTarget(quickTarget)
    await target.git('tag', 'start')
    expect([0, 4]).toContain((await target.ratchet('run', '--seed', '7')).code)
    const whole = await story(target)

    await using broken = await makeTarget({})
    await broken.git('fetch', '--quiet', target.directory, 'start')
    await broken.git('reset', '--quiet', '--hard', 'FETCH_HEAD')
    let run = ''
    let kills = 0
    for (let stopAfter = 1; ; stopAfter += 2) {
      const args = run === '' ? ['run', '--seed', '7'] : ['run', '--resume', run]
      const { child, outcome } = startRatchet([...args, '--target', broken.directory])
      while (child.exitCode === null && eventCount(broken.directory) < stopAfter) await sleep(5)
      if (child.exitCode !== null) break
      child.kill('SIGKILL')
      await outcome
      kills += 1
      if (run === '') run = ((await broken.json<readonly { kind: string; body: { run: string } }[]>('log')).document.find((event) => event.kind === 'run-started')?.body.run ?? '')
      expect((await broken.ratchet('verify')).code).toBe(0)
    }
    expect(kills).toBeGreaterThan(3)
    expect(await story(broken)).toEqual(whole)
  }, 400_000)

  it.runIf(os.availableParallelism() > 1)('with evaluations side by side, killed and resumed with more or fewer of them, does what it does with one after the other', async () => {
    const files = { ...quickTarget, 'ratchet.yaml': String(quickTarget['ratchet.yaml']).replace('evaluations: 6', 'evaluations: 6, lookahead: 3') }
    await using alone = await makeTarget(files)
    await alone.git('tag', 'start')
    expect([0, 4]).toContain((await alone.ratchet('run', '--seed', '7', '--workers', '1')).code)
    const whole = await story(alone)
    expect(whole.slice(0, 3).map((line) => line.split(' ')[0])).not.toContain('decided')

    await using side = await makeTarget({})
    await side.git('fetch', '--quiet', alone.directory, 'start')
    await side.git('reset', '--quiet', '--hard', 'FETCH_HEAD')
    const { child, outcome } = startRatchet(['run', '--seed', '7', '--workers', '2', '--target', side.directory])
    while (child.exitCode === null && eventCount(side.directory) < 11) await sleep(5)
    child.kill('SIGKILL')
    await outcome
    const { document } = await side.json<readonly { kind: string; body: { run: string } }[]>('log')
    const run = document.find((event) => event.kind === 'run-started')?.body.run ?? ''
    expect([0, 4]).toContain((await side.ratchet('run', '--resume', run)).code)
    expect(await story(side)).toEqual(whole)
    const lanes = (await side.json<readonly { body: { purpose?: string; evaluation?: { processors?: readonly number[] } } }[]>('log')).document.flatMap(({ body: { purpose, evaluation } }) => (purpose === 'search' && evaluation !== undefined ? [evaluation.processors] : []))
    expect(new Set(lanes.flatMap((lane) => lane ?? [])).size).toBeGreaterThan(1)
    expect(lanes.every((lane) => lane !== undefined)).toBe(true)
    expect((await side.ratchet('verify')).code).toBe(0)
  }, 300_000)

  it('refuses more workers than proposals are open, or than there are cores, and begins nothing', async () => {
    await using target = await makeTarget(quickTarget)
    const many = await target.ratchet('run', '--workers', '2')
    expect([many.code, many.stderr]).toEqual([2, expect.stringMatching(/lookahead/)])
    await using wide = await makeTarget({ ...quickTarget, 'ratchet.yaml': String(quickTarget['ratchet.yaml']).replace('evaluations: 6', 'evaluations: 6, lookahead: 256') })
    const more = await wide.ratchet('run', '--workers', '256')
    expect([more.code, more.stderr]).toEqual([2, expect.stringMatching(/cores of this machine/)])
    expect([eventCount(target.directory), eventCount(wide.directory)]).toEqual([0, 0])
  }, 120_000)

  it('stops cleanly on Ctrl-C and says how to resume', async () => {
    await using target = await makeTarget(quickTarget)
    const { child, outcome } = startRatchet(['run', '--seed', '7', '--target', target.directory])
    while (eventCount(target.directory) < 3) await sleep(10)
    child.kill('SIGINT')
    const { code, stdout } = await outcome
    expect(code).toBe(130)
    const resume = /ratchet run --resume (\w+)/.exec(stdout)?.[1] ?? ''
    expect((await target.ratchet('run', '--resume', resume, '--once')).code).not.toBe(1)
    expect((await target.ratchet('verify')).code).toBe(0)
  }, 120_000)

  it('refuses a second process on the same journal', async () => {
    await using target = await makeTarget(quickTarget)
    const { child, outcome } = startRatchet(['run', '--seed', '7', '--target', target.directory])
    while (eventCount(target.directory) < 1) await sleep(10)
    const second = await target.ratchet('run', '--seed', '8')
    expect([second.code, second.stderr]).toEqual([1, expect.stringMatching(/another|locked|in use/i)])
    expect((await target.ratchet('status')).code).toBe(0)
    child.kill('SIGKILL')
    await outcome
  }, 120_000)

  it('prints exactly one document with --json and nothing else on stdout', async () => {
    await using target = await makeTarget(quickTarget)
    const { document } = await target.json<RunDocument>('run', '--seed', '2', '--once')
    expect(document.evaluations).toBe(1)
  }, 120_000)

  it('on a target without anything to gain offers nothing', async () => {
    await using target = await makeTarget({ ...quickTarget, 'check/count.cjs': "require('../lib/common.cjs')([1], [1])\nconsole.log(7)\n" })
    const { code, document } = await target.json<RunDocument>('run', '--seed', '3', '--evaluations', '4')
    expect([code, document.winner]).toEqual([4, null])
  }, 120_000)
})
