import { readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { createMemoryJournal, createMemorySnapshots } from '@ratchet/core/testing'
import {
  configSchema, createEvaluator, createPathScope, createScreener, repairStrategy, resumeRun, runSearch, startRun,
  type Journal, type JournalEvent, type Launch, type LaunchResult, type Proposer, type RunPorts, type RunState, type Sandbox,
} from '@ratchet/core'
import { createAstGrepRules } from '@ratchet/core/adapters/ast-grep-rules/ast-grep-rules'
import { openGitWorkspace } from '@ratchet/core/adapters/git-workspace/git-workspace'
import { describe, expect, it } from 'vitest'
import { scriptedProposer } from '../scripted-proposer.ts'
import { makeTarget } from '../target.ts'

// Whole repairs with real git, journal and decisions; only commands are replaced, by one that reads from the tree which tests pass.

const config = configSchema.parse({
  target: { edit: ['src/**'], protect: [] },
  tests: [{ run: 'seen', report: 'tap', timeout: '10s' }, { run: 'unseen', report: 'tap', timeout: '10s', heldOut: true }],
  search: { goal: 'repair' },
  accept: { canaries: 0 },
})

const text = 'first wrong\n-\n-\nsecond wrong\n-\n-\nnote one\n'
/** A part, a whole that held-out tests refuse, a break, the right whole with a hunk too many. */
const rules = [
  ['first wrong\n', 'first hacked\n'],
  ['second wrong\n', 'second right\n'],
  ['first wrong\n', 'first gone\n'],
  ['first hacked\n', 'first right\n'],
  ['note one\n', 'note two\n'],
  ['first wrong\n-\n-\nsecond wrong\n-\n-\nnote one\n', 'first right\n-\n-\nsecond right\n-\n-\nnote three\n'],
] as const

function readingSandbox(): Sandbox {
  const passes = (made: string, name: string, wanted: RegExp): string => `${wanted.test(made) ? 'ok' : 'not ok'} - ${name}\n`
  return {
    tier: 'namespace',
    launch: async ({ command, tree }: Launch): Promise<LaunchResult> => {
      const made = readFileSync(path.join(tree, 'src/a.js'), 'utf8')
      const lines = command === 'seen' ? [passes(made, 'first', /^first (?:right|hacked)$/m), passes(made, 'second', /^second right$/m), passes(made, 'there', /^first (?!gone)/m)] : [passes(made, 'truly', /^first right$/m)]
      const failed = lines.some((line) => line.startsWith('not'))
      return { ending: 'exited', exitCode: failed ? 1 : 0, stdout: Buffer.from(`TAP version 13\n1..${lines.length}\n${lines.join('')}`), stderr: new Uint8Array(), collected: null, usage: { wallMs: 1, cpuMs: 1, peakMemoryBytes: 1, accounting: 'cgroup-v2' } }
    },
    probe: async () => ({ tier: 'namespace', available: true, accounting: 'cgroup-v2', treeMode: 'overlay', checks: [] }),
    [Symbol.asyncDispose]: async () => undefined,
  }
}

const proposer = scriptedProposer('repair', rules)

class Killed extends Error {}

/** `killed`: nothing runs any more before the append is made, and what it tells of may be half done; `interrupted`: the signal fires after it, and what is under way may end in its way. */
type Interruption = { readonly how: 'killed' | 'interrupted'; readonly at: number }

async function repair(interruption: Interruption | null, lookahead: number, { files = {}, makes = proposer }: { readonly files?: Readonly<Record<string, string>>; readonly makes?: Proposer } = {}): Promise<{ readonly story: readonly string[]; readonly appends: number; readonly wasInterrupted: boolean }> {
  await using target = await makeTarget({ 'src/a.js': text, ...files })
  await using workspace = await openGitWorkspace({ directory: target.directory, environment: process.env })
  const { revisions, candidates, slots, scratch } = workspace
  const baseline = (await revisions.commit('HEAD')).id
  const scope = createPathScope(config, ['src/a.js', ...Object.keys(files)])
  const clock = (): Date => new Date(0)
  const memory = createMemoryJournal({ clock })
  const snapshots = createMemorySnapshots()
  const state = await startRun({ journal: memory, revisions }, { seed: 1, configDigest: 'c', baseline, strategy: 'greedy', proposer: 'repair', goal: 'repair', evaluations: 40, wallMs: null, tier: 'namespace', lookahead })
  const journalOf = (append: Journal['append']): Journal => ({ append, head: () => memory.head(), read: (after) => memory.read(after), [Symbol.asyncDispose]: async () => undefined })
  const search = async (from: RunState, journal: Journal, signal: AbortSignal): Promise<void> => {
    await using evaluator = createEvaluator({ sandbox: readingSandbox(), slots, scratch, config, scope, mounts: [], clock })
    const screener = createScreener({ revisions, scope, rules: createAstGrepRules() })
    const ports: RunPorts = { config, scope, revisions, screener, evaluator, journal, index: memory, snapshots, observe: () => undefined, candidates, proposer: makes, strategy: repairStrategy, opportunities: { observe: async () => [] }, clock, lanes: lookahead > 1 ? [[0], [1]] : [null] }
    await runSearch(ports, from, { once: false }, signal)
  }
  const controller = new AbortController()
  let appends = 0
  const append: Journal['append'] = async (events) => {
    appends += 1
    const isIt = appends === interruption?.at
    if (isIt && interruption?.how === 'killed') throw new Killed()
    const linked = await memory.append(events)
    if (isIt) controller.abort()
    return linked
  }
  try {
    await search(state, journalOf(append), controller.signal)
  } catch (error) {
    if (!(error instanceof Killed) && !controller.signal.aborted) throw error
  }
  const events = async (): Promise<readonly JournalEvent[]> => {
    const all: JournalEvent[] = []
    for await (const event of memory.read(0)) all.push(event)
    return all
  }
  const wasInterrupted = !(await events()).some(({ kind }) => kind === 'run-finished')
  if (wasInterrupted) {
    const resumed = await resumeRun({ revisions, journal: memory, index: memory, snapshots }, state.run, { configDigest: 'c', evaluatorVersion: null, configSource: 'baseline' })
    await search(resumed, memory, new AbortController().signal)
  }
  return { story: (await events()).flatMap(told), appends, wasInterrupted }
}

/** What happened, without times and the names of commits. */
function told(event: JournalEvent): readonly string[] {
  switch (event.kind) {
    case 'proposal-made':
      return [`made ${event.body.step} ${event.body.proposal.operator}`]
    case 'step-skipped':
      return [`skipped ${event.body.step} ${event.body.reason}`]
    case 'decision-made':
      return [`${event.body.purpose} ${event.body.trial}: ${event.body.decision.verdict}, ${event.body.decision.reasons.map(({ code }) => code).join(' ')}`]
    case 'run-finished':
      return [`finished ${event.body.reason}, ${event.body.winner === null ? 'nothing' : 'a winner'}`]
    default:
      return []
  }
}

describe('a repair', () => {
  it.each([1, 3])('with %i proposals open at a time goes on after an interruption at any point exactly as if there had been none', async (lookahead) => {
    const whole = await repair(null, lookahead)
    // Otherwise there would be too little to interrupt: a part, a repair that is settled and refused, one that is minimised and offered.
    expect(whole.story).toEqual(expect.arrayContaining([expect.stringMatching(/^search .*repair-partial/), expect.stringMatching(/^confirm 1: rejected/), expect.stringMatching(/^minimise .*repaired/), expect.stringMatching(/^confirm \d: approval-required/), 'finished repaired, a winner']))
    let resumed = 0
    for (let at = 1; at <= whole.appends; at++) {
      const how = at % 2 === 0 ? 'killed' : 'interrupted'
      const other = await repair({ how, at }, lookahead)
      expect([how, at, ...other.story]).toEqual([how, at, ...whole.story])
      if (other.wasInterrupted) resumed += 1
    }
    expect(resumed).toBeGreaterThan(0.8 * whole.appends)
  }, 300_000)

  it('that turns a file into a folder is minimised to an end, although no tree holds both', async () => {
    const makes: Proposer = {
      name: 'repair',
      propose: async ({ sources, step }) => {
        const right = (sources.find(({ path: file }) => file === 'src/a.js')?.text ?? '').replace('first wrong', 'first right').replace('second wrong', 'second right')
        return step === 1 ? { edits: [], changes: [{ path: 'src/a.js', content: Buffer.from(right) }, { path: 'src/d', content: null }, { path: 'src/d/x.js', content: Buffer.from('// new\n') }], operator: 'agent', rationale: 'x' } : null
      },
    }
    const { story } = await repair(null, 1, { files: { 'src/d': '// old\n' }, makes })
    expect(story.filter((line) => line.startsWith('minimise'))).toEqual([...[1, 2].map((trial) => expect.stringMatching(`^minimise ${trial}: inconclusive`) as string), expect.stringMatching(/^minimise 4: .*repaired/)])
    expect(story.at(-1)).toBe('finished repaired, a winner')
  })
})
