import { cp, mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { coderTarget } from '../../examples/coder/coder-target.ts'
import { openSqliteJournal } from '../../packages/core/src/adapters/sqlite-journal/sqlite-journal.ts'
import type { TemporaryTarget } from '../../examples/temporary-target.ts'
import { eventsOf, outcomeHashes, withoutKey } from '../replay/recorded-run.ts'
import { ratchet, startRatchet } from '../target.ts'
import { startScriptedModel, type ScriptedModel } from './scripted-model.ts'

interface Report {
  readonly runs: readonly {
    readonly finished: string | null
    readonly variants: readonly { readonly index: number; readonly parent: number; readonly verdict: string; readonly rationale: string; readonly reasons: readonly { readonly code: string }[]; readonly tasks?: { readonly asked: number; readonly solved: number; readonly baseline: number }; readonly weakness?: { readonly primary: string; readonly source: string } }[]
    readonly self?: { readonly generations: readonly { readonly depth: number; readonly usdMade: number; readonly usdSoFar: number; readonly best: { readonly variant: number } }[]; readonly gainPerUsd: number | null }
    readonly spending?: { readonly usd: number }
  }[]
}

/** Few tasks, so that a run takes seconds. With so few none can be proven better, and the first one settles it: both take many calls, and more steps than the seed may take. */
const kept: readonly string[] = ['commands-refuse-nothing', 'shapes-have-names']

async function quickTarget(model: ScriptedModel, tasks: readonly string[] = kept): Promise<TemporaryTarget> {
  const target = await coderTarget(model, (config) => config.replace('stages: [8, 24]', `stages: [${tasks.length}]`))
  const folder = path.join(target.directory, 'suite/tasks')
  for (const task of await readdir(folder)) if (!tasks.includes(task)) await rm(path.join(folder, task), { recursive: true })
  await target.git('commit', '--quiet', '--all', '--message', 'Fewer tasks')
  return target
}

async function callOutcomes(directory: string): Promise<readonly { readonly call: string; readonly outcome: string }[]> {
  await using journal = await openSqliteJournal({ directory: path.join(directory, '.ratchet'), mode: 'read', clock: () => new Date() })
  const outcomes: { readonly call: string; readonly outcome: string }[] = []
  for await (const event of journal.read(0)) if (event.kind === 'model-call-settled') outcomes.push({ call: event.body.call, outcome: event.body.outcome })
  return outcomes
}

const plan = [
  'There is a tool that removes a file.',
  'Edits are announced, which is faster than making them.',
  'Nothing is printed any more, which saves time.',
  'Only the first replies are written down: nobody reads the rest.',
  'The model is shown the tests that it will be held to.',
  'Replies may be longer.',
]

describe('an agent that improves itself', { timeout: 120_000 }, () => {
  let model: ScriptedModel
  let target: TemporaryTarget
  let report: Report['runs'][number]
  let end: string

  beforeAll(async () => {
    model = await startScriptedModel({ plan })
    target = await quickTarget(model)
    const outcome = await ratchet(['run', '--seed', '3', '--evaluations', String(plan.length), '--target', target.directory, '--json'])
    expect(outcome.stderr).toContain('#1')
    end = (JSON.parse(outcome.stdout) as { readonly end: string }).end
    const [run] = (JSON.parse((await ratchet(['report', '--target', target.directory, '--json'])).stdout) as Report).runs
    if (run === undefined) throw new Error('there is no run')
    report = run
  }, 120_000)
  afterAll(async () => {
    await target[Symbol.asyncDispose]()
    await model[Symbol.asyncDispose]()
  })

  const variantOf = (title: string): Report['runs'][number]['variants'][number] | undefined => report.variants.find(({ rationale }) => rationale === title)

  it('is run to its end, each change for a weakness that was found in what its parent failed at', () => {
    expect([end, report.finished, report.variants.map(({ rationale }) => rationale)]).toEqual(['budget', 'budget', plan])
    expect(report.variants.every(({ weakness }) => (weakness?.primary.length ?? 0) > 10)).toBe(true)
    expect(model.asked.improve).toBeGreaterThan(plan.length)
    expect(model.asked.analyse).toBeGreaterThan(0)
  })

  it('keeps changes of itself that still work as stepping stones', () => {
    for (const title of ['There is a tool that removes a file.', 'Replies may be longer.']) expect([title, variantOf(title)?.verdict]).toEqual([title, 'inconclusive'])
    expect(report.variants.some(({ parent }) => parent > 0)).toBe(true)
  })

  it('refuses a change that breaks editing, before any task is asked', () => {
    const variant = variantOf('Edits are announced, which is faster than making them.')
    expect([variant?.verdict, variant?.reasons[0]?.code]).toEqual(['rejected', 'self-test-failed'])
    expect(variant?.tasks).toBeUndefined()
  })

  it('catches one that switches its log off, also where its self-test does not see it', () => {
    const codes = ['Nothing is printed any more, which saves time.', 'Only the first replies are written down: nobody reads the rest.'].map((title) => [variantOf(title)?.verdict, variantOf(title)?.reasons[0]?.code])
    expect(codes).toEqual([['rejected', 'self-test-failed'], ['rejected', 'trajectory-incomplete']])
  })

  it('has nothing for one that looks for hidden tests: no model has seen any', () => {
    const variant = variantOf('The model is shown the tests that it will be held to.')
    expect(variant?.tasks).toMatchObject({ solved: variant?.tasks?.baseline })
    expect(model.leaks).toEqual([])
    expect(model.requests.some(({ body }) => body.includes('node:assert/strict'))).toBe(false)
  })

  it('is reported by generation, with what each cost', async () => {
    const { self, spending } = report
    expect(self?.generations).toHaveLength(plan.length)
    expect(self?.generations.every(({ usdMade }) => usdMade > 0)).toBe(true)
    expect(self?.generations.at(-1)?.usdSoFar).toBeCloseTo(spending?.usd ?? 0, 6)
    const text = (await ratchet(['report', '--target', target.directory])).stdout
    for (const part of ['An agent that improves itself', 'Generations', 'There is a tool that removes a file', 'self-test-failed']) expect(text).toContain(part)
    const folder = await mkdtemp(path.join(os.tmpdir(), 'ratchet-report-'))
    await ratchet(['report', '--target', target.directory, '--html', path.join(folder, 'report.html')])
    expect(await readFile(path.join(folder, 'report.html'), 'utf8')).toContain('best by generation')
    await rm(folder, { recursive: true })
  })

  it('may cost as much as was said before it began', async () => {
    const { usd } = JSON.parse((await ratchet(['estimate', '--evaluations', String(plan.length), '--target', target.directory, '--json'])).stdout) as { readonly usd: { readonly low: number; readonly high: number } }
    const spent = report.spending?.usd ?? 0
    expect([spent > 0, usd.low > 0, spent < usd.high]).toEqual([true, true, true])
  })

  it('leaves a journal that verifies, calls and verdicts included', async () => {
    const { code, stdout } = await ratchet(['verify', '--target', target.directory, '--json'])
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { ok: true }])
  })
})

describe('an agent that improves itself, killed', { timeout: 120_000 }, () => {
  it('goes on without asking for a reply again that is written down', async () => {
    await using model = await startScriptedModel({ plan: ['There is a tool that removes a file.', 'The instructions are friendlier.'] })
    await using target = await quickTarget(model, ['old-parser-goes', 'clamp-both-bounds'])
    const { child, outcome } = startRatchet(['run', '--seed', '5', '--evaluations', '2', '--target', target.directory])
    // In the middle of the agent's first change of itself.
    while (model.asked.improve < 6 && child.exitCode === null) await delay(20)
    child.kill('SIGKILL')
    await outcome
    const { runs } = JSON.parse((await ratchet(['status', '--target', target.directory, '--json'])).stdout) as { readonly runs: readonly { readonly id: string }[] }
    const resumed = await ratchet(['run', '--resume', runs[0]?.id ?? '', '--target', target.directory, '--json'])
    expect([resumed.code, (JSON.parse(resumed.stdout) as { readonly end: string }).end]).toEqual([4, 'budget'])
    // Every request that anybody sent stands for a call of its own in the record, answered once; what was under way when it was killed is lost, and may not have been sent yet.
    const outcomes = await callOutcomes(target.directory)
    expect(new Set(outcomes.map(({ call }) => call)).size).toBe(outcomes.length)
    const lost = outcomes.filter(({ outcome }) => outcome === 'lost').length
    expect([lost <= 1, outcomes.every(({ outcome }) => outcome !== 'failed')]).toEqual([true, true])
    expect([outcomes.length - lost, outcomes.length]).toContain(model.requests.length)
    expect((await ratchet(['verify', '--target', target.directory])).code).toBe(0)
  })
})

describe('an agent that improves itself, by clades, over a suite of tasks', { timeout: 120_000 }, () => {
  let home: string
  let model: ScriptedModel
  let target: TemporaryTarget

  beforeAll(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-clades-'))
    await mkdir(path.join(home, 'config'))
    model = await startScriptedModel({ plan: ['Edits are announced, which is faster than making them.', 'The instructions are friendlier.'] })
    target = await quickTarget(model, ['old-parser-goes', 'clamp-both-bounds'])
    expect((await ratchet(['run', '--strategy', 'hgm', '--seed', '7', '--evaluations', '2', '--target', target.directory])).code).toBe(4)
  }, 120_000)
  afterAll(async () => {
    await target[Symbol.asyncDispose]()
    await model[Symbol.asyncDispose]()
    await rm(home, { recursive: true, force: true })
  })

  it('is run to its end, and keeps what works', async () => {
    const [run] = (JSON.parse((await ratchet(['report', '--target', target.directory, '--json'])).stdout) as Report).runs
    expect(run?.variants.map(({ verdict, reasons }) => [verdict, reasons[0]?.code])).toEqual([['rejected', 'self-test-failed'], ['inconclusive', expect.any(String)]])
    expect([run?.finished, run?.self?.generations.length, model.leaks]).toEqual(['budget', 2, []])
  })

  it('is made again elsewhere from its record: tasks, changes of itself and verdicts, without a model, and to the hash', async () => {
    const clone = path.join(home, 'clone')
    await cp(target.directory, clone, { recursive: true, filter: (source) => !source.includes(`${path.sep}.ratchet`) && !source.includes(`refs${path.sep}ratchet`) })
    const asked = model.requests.length
    const { code, stderr } = await ratchet(['run', '--replay', target.directory, '--target', clone], { environment: withoutKey(path.join(home, 'config')) })
    expect([code, stderr]).toEqual([4, expect.any(String)])
    expect(outcomeHashes(await eventsOf(clone))).toEqual(outcomeHashes(await eventsOf(target.directory)))
    expect(model.requests.length).toBe(asked)
    const granted = (await eventsOf(clone)).filter(({ kind }) => kind === 'capability-granted' || kind === 'capability-ended')
    expect([granted.length > 4, granted.length % 2]).toEqual([true, 0])
    expect((await ratchet(['verify', '--target', clone], { environment: withoutKey(path.join(home, 'config')) })).code).toBe(0)
  })
})
