import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { runSearch, startRun, type RunMode } from '@ratchet/core'
import { automate, type Automation } from '../../packages/cli/src/automate.ts'
import { openJudge } from '../../packages/cli/src/compose.ts'
import { openTarget } from '../../packages/cli/src/compose-target.ts'
import { openRun } from '../../packages/cli/src/compose-search.ts'
import { heed } from '../../packages/cli/src/compose-orders.ts'
import { createConsole } from '../../packages/cli/src/console.ts'
import type { Invocation } from '../../packages/cli/src/invocation.ts'
import { scriptedProposer } from '../scripted-proposer.ts'
import { makeTarget, ratchet, shellTarget, type Files, type Outcome, type Target } from '../target.ts'

const constitution = `version: 1
supervised_operations:
  - id: slight-gains
    statement: People look at gains below a twentieth.
    when: effect.proven && effect.estimate < 1.05
immutable_constraints:
  - id: no-markers
    statement: Notes of that kind are kept outside of the source.
    when: added.exists(l, l.text.contains("FORBIDDEN"))
autonomous_operations:
  - id: the-figure
    statement: The figure alone is changed freely.
    when: paths.all(p, p == "src/a.toml")
    requires: [tests-pass, no-regression, benchmark-gain]
`

const bench = '#!/bin/sh\nsed "s/[^0-9]//g" src/a.toml\n'

/** The configuration of the scene, with another section `autonomy`, or more. */
export function configured(more = ''): string {
  return `${String(shellTarget['ratchet.yaml']).replace('trustReported: true', 'trustReported: true, confirm: false')}constitution: constitution.yaml\n${more}`
}

export interface Scene extends Target {
  readonly invocation: Invocation
  readonly as: (...args: readonly string[]) => Promise<Outcome>
  /** A whole run from HEAD whose proposals are written down: `src/a.toml` becomes one of `costs` after the other. */
  readonly find: (mode: RunMode, costs: readonly string[], during?: (evaluations: number) => Promise<void>) => Promise<{ readonly run: string; readonly winner: string | null; readonly end: string }>
  readonly automate: (mode: Exclude<RunMode, 'propose'>, found: { readonly run: string; readonly winner: string | null }) => Promise<Automation>
  readonly head: () => Promise<string>
}

export async function scene(files: Files = {}): Promise<Scene> {
  const user = await mkdtemp(path.join(os.tmpdir(), 'ratchet-user-'))
  const { 'src/cost': _, ...shared } = shellTarget
  const target = await makeTarget({ ...shared, 'src/a.toml': 'batchSize = 100\n', 'check/bench.sh': bench, 'constitution.yaml': constitution, 'ratchet.yaml': configured(), ...files })
  const environment = { ...process.env, XDG_CONFIG_HOME: user }
  const silent = { write: () => true } as unknown as NodeJS.WritableStream
  const invocation: Invocation = { console: createConsole({ stdout: silent, stderr: silent }, false), signal: new AbortController().signal, environment, stdin: process.stdin, stdout: process.stdout, stderr: silent, clock: () => new Date(), setExitCode: () => undefined }
  const options = { target: target.directory, json: false }
  const find: Scene['find'] = async (mode, costs, during = async () => undefined) => {
    await using open = await openTarget(invocation, options, 'write')
    await using orders = heed(invocation, open)
    const { revisions } = open.workspace
    const baseline = (await revisions.commit('HEAD')).id
    const before = await target.git('show', 'HEAD:src/a.toml')
    const observe = (): void => undefined
    await using judge = await openJudge(invocation, { target: open, options, baseline, observe, pins: true }, orders.signal)
    const state = await startRun({ journal: open.journal, revisions }, { seed: 1, configDigest: judge.configDigest, evaluatorVersion: judge.evaluatorVersion, baseline, strategy: 'greedy', proposer: 'genetic', goal: 'improve', lookahead: 1, evaluations: costs.length, wallMs: null, tier: judge.sandbox.tier, ...(mode === 'propose' ? {} : { mode, ref: 'refs/heads/main' }) })
    const ports = openRun(invocation, { target: open, judge, strategy: 'greedy', goal: 'improve', lanes: [null], observe })
    const proposer = scriptedProposer('genetic', costs.map((cost, index) => [costs[index - 1] ?? before, cost] as const))
    let evaluations = 0
    const evaluator: typeof ports.evaluator = {
      ...ports.evaluator,
      evaluate: async (request, signal) => {
        await during(++evaluations)
        await orders.goOn()
        return ports.evaluator.evaluate(request, signal)
      },
    }
    const end = await runSearch({ ...ports, proposer, evaluator, opportunities: { observe: async () => [] } }, state, { once: false }, orders.signal).catch((error: unknown) => {
      if (orders.signal.aborted) return 'interrupted' as const
      throw error
    })
    return { run: state.run, winner: state.finished?.winner ?? null, end }
  }
  return {
    ...target,
    invocation,
    find,
    automate: (mode, { run, winner }) => automate(invocation, { options, run, mode, proposal: winner ?? '' }),
    as: (...args) => ratchet([...args, '--target', target.directory], { environment }),
    head: () => target.git('rev-parse', 'HEAD'),
    [Symbol.asyncDispose]: async () => {
      await rm(user, { recursive: true, force: true })
      await target[Symbol.asyncDispose]()
    },
  }
}

/** The text of `src/a.toml` with this figure. */
export function cost(figure: number): string {
  return `batchSize = ${figure}`
}
