// Evaluations and wall time until the first accepted change of an example, over several seeds. The search stops there: nothing is minimised or confirmed.
//   node bench/first-gain.ts EXAMPLE [seeds] [evaluations]     for instance: search-python 5 12
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { runRatchet } from '../examples/run-ratchet.ts'
import { temporaryTarget } from '../examples/temporary-target.ts'

interface Judged {
  readonly operator: string
  readonly verdict: string
  readonly metrics: Readonly<Record<string, { readonly effect: { readonly estimate: number } | null }>>
}

const [example = 'search-python', seeds = '5', evaluations = '12'] = process.argv.slice(2)
const target = path.join(path.dirname(fileURLToPath(import.meta.url)), '../examples', example, 'target')

for (let seed = 1; seed <= Number(seeds); seed++) {
  await using repository = await temporaryTarget([target])
  const inTarget = ['--target', repository.directory, '--json']
  const started = performance.now()
  let run: string | undefined
  let found: Judged | undefined
  let count = 0
  while (found === undefined && count < Number(evaluations)) {
    const limits: readonly string[] = run === undefined ? ['--seed', String(seed), '--evaluations', evaluations] : ['--resume', run]
    run = (JSON.parse((await runRatchet(['run', ...limits, '--once', ...inTarget], { echo: false })).stdout) as { readonly run: string }).run
    const judged = JSON.parse((await runRatchet(['proposals', ...inTarget], { echo: false })).stdout) as readonly Judged[]
    found = judged.find(({ verdict }) => verdict === 'accepted')
    count++
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  const gain = Object.values(found?.metrics ?? {})[0]?.effect?.estimate.toFixed(2)
  console.log(found === undefined ? `seed ${seed}: nothing in ${count} evaluations, ${seconds} s` : `seed ${seed}: evaluation ${count}, ${seconds} s, ${found.operator}, ${gain}x`)
}
