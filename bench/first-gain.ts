// Evaluations and wall time until the first accepted change of an example, and what is offered in the end, over several seeds.
//   node bench/first-gain.ts EXAMPLE [seeds] [evaluations]     for instance: search-python 5 12
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { runRatchet } from '../examples/run-ratchet.ts'
import { temporaryTarget } from '../examples/temporary-target.ts'

interface LoggedEvent {
  readonly kind: string
  readonly at: string
  readonly body: { readonly purpose?: string; readonly decision?: { readonly verdict: string } }
}

interface Offered {
  readonly operator: string
  readonly verdict: string
  readonly purpose: string
  readonly metrics: Readonly<Record<string, { readonly effect: { readonly estimate: number; readonly low: number } | null }>>
}

const [example = 'search-python', seeds = '5', evaluations = '12'] = process.argv.slice(2)
const target = path.join(path.dirname(fileURLToPath(import.meta.url)), '../examples', example, 'target')

for (let seed = 1; seed <= Number(seeds); seed++) {
  await using repository = await temporaryTarget([target])
  const ask = async (...args: readonly string[]): Promise<string> => (await runRatchet([...args, '--target', repository.directory, '--json'], { echo: false })).stdout
  const started = performance.now()
  await ask('run', '--seed', String(seed), '--evaluations', evaluations)
  const whole = (performance.now() - started) / 1000
  const log = JSON.parse(await ask('log')) as readonly LoggedEvent[]
  const searched = log.filter(({ kind, body }) => kind === 'decision-made' && body.purpose === 'search')
  const first = searched.findIndex(({ body }) => body.decision?.verdict === 'accepted')
  const until = (Date.parse(searched[first]?.at ?? '') - Date.parse(log[0]?.at ?? '')) / 1000
  const winner = (JSON.parse(await ask('proposals')) as readonly Offered[]).find(({ purpose, verdict }) => purpose === 'confirm' && verdict === 'accepted')
  const effect = Object.values(winner?.metrics ?? {})[0]?.effect
  const gain = winner === undefined ? 'nothing offered' : `${winner.operator}, ${effect?.estimate.toFixed(2)}x, at least ${effect?.low.toFixed(2)}x`
  console.log(first < 0 ? `seed ${seed}: nothing in ${searched.length} evaluations, ${whole.toFixed(0)} s` : `seed ${seed}: accepted at evaluation ${first + 1} after ${until.toFixed(0)} s; offered after ${searched.length} and ${whole.toFixed(0)} s: ${gain}`)
}
