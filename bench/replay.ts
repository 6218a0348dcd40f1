// A run of many proposals by models, recorded against a stand-in and made again without network: how it ends, what it costs, and whether anything differs.
import process from 'node:process'
import type { JournalEvent } from '@ratchet/core'
import { startStandIn } from '../packages/core/src/testing/stand-in-models.ts'
import { cloneOf, eventsOf, modelTarget, outcomeHashes, withKey, withoutKey } from '../e2e/replay/recorded-run.ts'
import { variedReplies } from '../e2e/replay/varied-replies.ts'
import { makeTarget, startRatchet, type Outcome } from '../e2e/target.ts'

const proposals = Number(process.argv[2] ?? 100)

async function timed(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<Outcome & { readonly ms: number }> {
  const started = performance.now()
  const outcome = await startRatchet(args, { environment }).outcome
  if (![0, 4].includes(outcome.code ?? -1)) throw new Error(`ratchet ${args[0]} ended with ${outcome.code}: ${outcome.stderr}`)
  return { ...outcome, ms: performance.now() - started }
}

function countBy(names: readonly string[]): string {
  const counts = Map.groupBy(names, (name) => name)
  return [...counts].map(([name, { length }]) => `${name} ${length}`).sort().join(', ')
}

function summary(events: readonly JournalEvent[]): Readonly<Record<string, string | number>> {
  const of = <Kind extends JournalEvent['kind']>(kind: Kind) => events.filter((event): event is Extract<JournalEvent, { kind: Kind }> => event.kind === kind)
  const settled = of('model-call-settled')
  return {
    'evaluated proposals': of('decision-made').filter(({ body }) => body.purpose === 'search').length,
    'verdicts': countBy(of('decision-made').filter(({ body }) => body.purpose === 'search').map(({ body }) => body.decision.verdict)),
    'steps without one': countBy(of('step-skipped').map(({ body }) => body.refusal?.code ?? body.reason)),
    'forms of answer': countBy(of('proposal-made').map(({ body }) => body.proposal.model?.name ?? 'none')),
    'calls': countBy(settled.map(({ body }) => body.code ?? body.outcome)),
    'dollars': (settled.reduce((sum, { body }) => sum + body.charged.nanoUsd, 0) / 1e9).toFixed(4),
  }
}

const server = await startStandIn(variedReplies())
await using target = await makeTarget(modelTarget(server.url.openai, proposals))
const recorded = await timed(['run', '--seed', '11', '--target', target.directory], withKey(target.configHome))
const asked = server.requests.length
// From here on nobody is at the address.
await server[Symbol.asyncDispose]()
const clone = await cloneOf(target)
const replayed = await timed(['run', '--replay', target.directory, '--target', clone.directory], withoutKey(clone.configHome))
const [first, second] = [await eventsOf(target.directory), await eventsOf(clone.directory)]
const [left, right] = [outcomeHashes(first), outcomeHashes(second)]
const verified = await Promise.all([timed(['verify', '--target', target.directory], withKey(target.configHome)), timed(['verify', '--target', clone.directory], withoutKey(clone.configHome))])

console.table({ recorded: { ...summary(first), seconds: (recorded.ms / 1000).toFixed(1), requests: asked }, replayed: { ...summary(second), seconds: (replayed.ms / 1000).toFixed(1), requests: server.requests.length - asked } })
console.table(Object.fromEntries(Object.entries(left).map(([kind, hashes]) => [kind, { recorded: hashes.length, replayed: right[kind as keyof typeof right].length, 'same hash': hashes.filter((hash, index) => right[kind as keyof typeof right][index] === hash).length }])))
console.log(verified.map(({ stdout }) => stdout).join('\n'))
if (JSON.stringify(left) !== JSON.stringify(right)) process.exitCode = 1
