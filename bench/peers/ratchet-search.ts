import { appendFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { runRatchet } from '../../examples/run-ratchet.ts'
import { temporaryTarget, type TemporaryTarget } from '../../examples/temporary-target.ts'
import type { Found, PeerRun } from './peer-run.ts'
import { programFile, type PeerTarget } from './peer-target.ts'

interface LoggedEvent {
  readonly kind: string
  readonly at: string
  readonly body: {
    readonly commit?: string
    readonly proposal?: string | { readonly id: string }
    readonly purpose?: string
    readonly decision?: { readonly verdict: string; readonly metrics: Readonly<Record<string, { readonly effect: { readonly low: number } | null }>> }
  }
}

/** `ratchet run` with its default strategy; what is timed includes sandbox, statistics and start. `lookahead`: as in the configuration. */
export async function searchWithRatchet(target: PeerTarget, { seed, evaluations, lookahead }: { readonly seed: number; readonly evaluations: number; readonly lookahead: number }): Promise<PeerRun> {
  await appendFile(path.join(target.directory, 'ratchet.yaml'), `search:\n  lookahead: ${lookahead}\n`)
  await using repository = await temporaryTarget([target.directory])
  const ask = async (...args: readonly string[]): Promise<string> => (await runRatchet([...args, '--target', repository.directory, '--json'], { echo: false })).stdout
  const load = os.loadavg()[0] as number
  const [startedAt, started] = [Date.now(), performance.now()]
  const { winner } = JSON.parse(await ask('run', '--seed', String(seed), '--evaluations', String(evaluations))) as { readonly winner: { readonly verdict: string; readonly commit: string } | null }
  const ms = performance.now() - started
  const log = JSON.parse(await ask('log')) as readonly LoggedEvent[]
  const searched = log.filter(({ kind, body }) => kind === 'decision-made' && body.purpose === 'search')
  const handed = winner?.verdict === 'accepted' ? await textOf(repository, winner.commit) : null
  return { peer: 'ratchet', target: target.name, seed, found: await bestSoFar(repository, { log, searched, startedAt }), evaluations: searched.length, ms, handed, load }
}

async function bestSoFar(repository: TemporaryTarget, { log, searched, startedAt }: { readonly log: readonly LoggedEvent[]; readonly searched: readonly LoggedEvent[]; readonly startedAt: number }): Promise<readonly Found[]> {
  const commits = new Map(log.flatMap(({ kind, body }) => (kind === 'proposal-made' && typeof body.proposal === 'object' ? [[body.proposal.id, body.commit as string] as const] : [])))
  const found: Found[] = []
  let best = 1
  for (const [index, { at, body }] of searched.entries()) {
    const low = body.decision?.metrics['speed']?.effect?.low ?? 1
    if (body.decision?.verdict !== 'accepted' || low <= best) continue
    best = low
    found.push({ evaluation: index + 1, ms: Date.parse(at) - startedAt, text: await textOf(repository, commits.get(String(body.proposal)) as string) })
  }
  return found
}

async function textOf(repository: TemporaryTarget, commit: string): Promise<string> {
  return `${await repository.git('show', `${commit}:${programFile}`)}\n`
}
