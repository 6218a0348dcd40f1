// Ratchet's own repository is the target: a clone of this checkout, judged by the code of this checkout. No model, and nothing planted.
//   node examples/ratchet-itself/main.ts [hot path, default test-comparison] [--evaluations 40] [--seed 1] [--keep FOLDER for the attestation]
import { copyFile, mkdir, readdir } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { parseArgs, styleText } from 'node:util'
import { runRatchet } from '../run-ratchet.ts'
import { hotPaths } from './hot-paths.ts'
import { itselfTarget } from './itself-target.ts'

const { positionals: [name = 'test-comparison'], values: given } = parseArgs({
  allowPositionals: true,
  options: { evaluations: { type: 'string', default: '40' }, seed: { type: 'string', default: '1' }, keep: { type: 'string' } },
})
const hotPath = hotPaths[name]
if (hotPath === undefined) throw new Error(`there is no hot path ${name}; there are ${Object.keys(hotPaths).join(', ')}`)

const started = Date.now()
await using target = await itselfTarget(name, hotPath, Number(given.evaluations))
const at = ['--target', target.directory]

heading(`The target: a clone of this checkout, of which ${hotPath.edit.join(' and ')} may change`)
console.log(await target.git('log', '--max-count=2', '--format=%h %s'))

heading('Search: only the genetic proposer')
const ended = await step(['run', ...at, '--seed', given.seed], [0, 4, 5])
await step(['report', ...at])
const id = await confirmed(await found())
if (id === null) {
  console.log(`\nNothing was confirmed after ${seconds()} s (exit code of the search: ${ended}).`)
  process.exitCode = 4
} else await settle(id)

/** It changes code that judges, so that a person has to say yes, whatever the evidence; here that is the key of the demonstration. */
async function settle(proposal: string): Promise<void> {
  heading(`Found and confirmed after ${seconds()} s: the change and its evidence`)
  await step(['show', proposal, '--diff', '--evidence', ...at])
  heading('Without a person nothing is applied')
  await step(['apply', proposal, ...at], [5])
  await step(['approve', proposal, '--reason', 'read the change and its evidence', '--key', target.key, '--yes', ...at])
  heading('Apply, with its attestation')
  const { stdout } = await runRatchet(['apply', proposal, '--json', ...at], { echo: false })
  const { attestation } = JSON.parse(stdout) as { readonly attestation: string | null }
  if (attestation === null) throw new Error('the application has no attestation')
  console.log(await target.git('log', '--max-count=1', '--format=%h %an%n%n%B'))
  const file = path.join(target.directory, '.ratchet/attestations', `${attestation}.dsse.json`)
  await step(['verify', '--attestation', file, '--for', 'HEAD', ...at])
  if (given.keep !== undefined) await keep(path.dirname(file), given.keep)
  heading('Revert, and verify all of the record')
  await step(['revert', proposal, ...at])
  if ((await target.git('diff', '--name-only', 'HEAD~2', 'HEAD')) !== '') throw new Error('the revert did not restore everything')
  await step(['verify', ...at])
  console.log(`\nDone in ${seconds()} s.`)
}

async function keep(folder: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const file of await readdir(folder)) await copyFile(path.join(folder, file), path.join(to, file))
}

interface Document {
  readonly id: string
  readonly verdict: string
  readonly commit: string
  readonly metrics: { readonly time?: { readonly effect: { readonly low: number } } }
}

/** Proven in the search, the surest gain first. A run offers none of them by itself, because each changes code that judges. */
async function found(): Promise<readonly Document[]> {
  const { stdout } = await runRatchet(['proposals', '--json', ...at], { echo: false })
  const low = ({ metrics: { time } }: Document): number => time?.effect.low ?? 0
  return (JSON.parse(stdout) as readonly Document[]).filter(({ verdict }) => verdict === 'approval-required').toSorted((a, b) => low(b) - low(a))
}

/** Judged once more from zero, on fresh seeds and at the whole rate of false accepts: what the search has seen counts for nothing. The first that is still proven. */
async function confirmed(proposals: readonly Document[]): Promise<string | null> {
  for (const { id: searched, commit } of proposals.slice(0, 3)) {
    heading(`${searched} is judged again, from zero`)
    const { stdout } = await runRatchet(['evaluate', commit, '--json', ...at], { echo: false })
    const judged = JSON.parse(stdout) as Document
    console.log(`${judged.id}: ${judged.verdict}`)
    if (judged.verdict === 'approval-required') return judged.id
  }
  return null
}

function heading(text: string): void {
  console.log(`\n${styleText(['bold', 'cyan'], `== ${text}`)}`)
}

function seconds(): string {
  return ((Date.now() - started) / 1000).toFixed(0)
}

async function step(args: readonly string[], expected: readonly number[] = [0]): Promise<number> {
  console.log(styleText('dim', `$ ratchet ${args.join(' ')}`))
  const { code } = await runRatchet(args, { echo: true })
  if (!expected.includes(code)) throw new Error(`ratchet ${args[0]} ended with exit code ${code}`)
  return code
}
