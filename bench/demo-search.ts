// Evaluations and wall time until the demo's improvement, over several seeds; beside it, as the bound, the time that judging the found change alone takes.
//   node bench/demo-search.ts [seeds]     default: 5
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { runRatchet } from '../examples/run-ratchet.ts'
import { temporaryTarget } from '../examples/temporary-target.ts'

interface LoggedEvent {
  readonly kind: string
  readonly at: string
  readonly body: { readonly proposal?: string; readonly purpose?: string; readonly decision?: { readonly verdict: string } }
}

interface Offered {
  readonly id: string
  readonly commit: string
  readonly operator: string
  readonly verdict: string
  readonly purpose: string
  readonly metrics: Readonly<Record<string, { readonly effect: { readonly estimate: number; readonly low: number } | null }>>
}

const seeds = Number(process.argv[2] ?? 5)
const here = path.dirname(fileURLToPath(import.meta.url))
const folders = [path.join(here, '../node_modules/array-differ'), path.join(here, '../examples/demo/target')]
const ratios: number[] = []

for (let seed = 1; seed <= seeds; seed++) {
  await using target = await temporaryTarget(folders)
  const inTarget = ['--target', target.directory]
  const run = await timed(['run', ...inTarget, '--seed', String(seed), '--json'])
  const log = JSON.parse((await timed(['log', ...inTarget, '--json'])).stdout) as readonly LoggedEvent[]
  const searched = log.filter((event) => event.kind === 'decision-made' && event.body.purpose === 'search')
  const first = searched.findIndex((event) => event.body.decision?.verdict === 'accepted')
  const start = Date.parse(log[0]?.at ?? '')
  const [winner] = (JSON.parse((await timed(['proposals', ...inTarget, '--json'])).stdout) as readonly Offered[]).filter((one) => one.purpose === 'confirm' && one.verdict === 'accepted')
  if (first < 0 || winner === undefined) {
    console.log(`seed ${seed}: no improvement in ${searched.length} evaluations, ${seconds(run.ms)}`)
    continue
  }
  const alone = await timed(['evaluate', winner.commit, ...inTarget, '--json'])
  ratios.push(run.ms / alone.ms)
  const effect = winner.metrics['differ']?.effect
  console.log(
    `seed ${seed}: first accepted at evaluation ${first + 1} after ${seconds(Date.parse(searched[first]?.at ?? '') - start)}; ${searched.length} evaluations, minimised and confirmed after ${seconds(run.ms)} ` +
      `(${winner.operator}, ${effect?.estimate.toFixed(2)}x, at least ${effect?.low.toFixed(2)}x); judging it alone ${seconds(alone.ms)}`,
  )
}
ratios.sort((a, b) => a - b)
console.log(`whole run / judging the found change alone: median ${ratios[Math.floor(ratios.length / 2)]?.toFixed(1)}, from ${ratios[0]?.toFixed(1)} to ${ratios.at(-1)?.toFixed(1)}`)

async function timed(args: readonly string[]): Promise<{ readonly ms: number; readonly stdout: string }> {
  const started = performance.now()
  const { stdout } = await runRatchet(args, { echo: false })
  return { ms: performance.now() - started, stdout }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
