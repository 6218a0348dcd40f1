// What evaluations side by side bring: the demo's search with one worker and with as many as there are cores, taking turns. The bound is the number of workers. Only the search is timed: the winner is always
// minimised and confirmed alone.
//   node bench/side-by-side.ts [rounds] [evaluations]     default: 3 rounds, 12 evaluations
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { runRatchet } from '../examples/run-ratchet.ts'
import { temporaryTarget } from '../examples/temporary-target.ts'
import { readCores } from '../packages/core/src/adapters/linux-processors/read-cores.ts'

interface LoggedEvent {
  readonly kind: string
  readonly at: string
  readonly body: { readonly step?: number; readonly editsDigest?: string; readonly purpose?: string; readonly decision?: { readonly verdict: string } }
}

const rounds = Number(process.argv[2] ?? 3)
const evaluations = Number(process.argv[3] ?? 12)
const most = (await readCores()).length
const lookahead = Math.max(2, most)
const folders = [path.join(import.meta.dirname, '../node_modules/array-differ'), path.join(import.meta.dirname, '../examples/demo/target')]

interface Searched {
  readonly seconds: number
  /** Proposals and verdicts in the journal's order. */
  readonly story: readonly string[]
}

async function searched(workers: number): Promise<Searched> {
  await using target = await temporaryTarget(folders)
  const file = path.join(target.directory, 'ratchet.yaml')
  await writeFile(file, (await readFile(file, 'utf8')).replace(/^search:$/m, `search:\n  lookahead: ${lookahead}`))
  await target.git('commit', '--quiet', '--all', '--message', 'A lookahead')
  await runRatchet(['run', '--target', target.directory, '--seed', '1', '--evaluations', String(evaluations), '--workers', String(workers), '--json'], { echo: false })
  const log = JSON.parse((await runRatchet(['log', '--target', target.directory, '--json'], { echo: false })).stdout) as readonly LoggedEvent[]
  const steps = log.filter(({ kind, body }) => (kind === 'proposal-made' && (body.step ?? 0) > 0) || (kind === 'decision-made' && body.purpose === 'search'))
  const at = (event: LoggedEvent | undefined): number => Date.parse(event?.at ?? '')
  return {
    seconds: (at(steps.at(-1)) - at(steps[0])) / 1000,
    story: steps.map(({ kind, body }) => (kind === 'proposal-made' ? `proposal ${body.step}` : (body.decision?.verdict ?? ''))),
  }
}

const times = new Map<number, number[]>([[1, []], [most, []]])
const stories: string[] = []
for (let round = 1; round <= rounds; round++) {
  for (const [workers, own] of times) {
    const { seconds, story } = await searched(workers)
    own.push(seconds)
    stories.push(story.join(', '))
    console.log(`round ${round}: ${workers} at a time: ${seconds.toFixed(1)} s for ${evaluations} evaluations`)
  }
}
const median = (values: readonly number[] | undefined): number => values?.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
console.log(`${most} at a time are ${(median(times.get(1)) / median(times.get(most))).toFixed(2)} times as fast (medians of ${rounds}; the bound is ${most}); ${stories.filter((story) => story === stories[0]).length} of ${stories.length} runs told the same story`)
