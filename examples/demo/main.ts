// Takes array-differ 1.0.0 as npm installed it, lets Ratchet find and prove a speed-up, then applies and reverts it.
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { styleText } from 'node:util'
import { runRatchet } from '../run-ratchet.ts'
import { temporaryTarget } from '../temporary-target.ts'

const here = path.dirname(fileURLToPath(import.meta.url))
const published = path.join(here, '../../node_modules/array-differ')

function heading(text: string): void {
  console.log(`\n${styleText(['bold', 'cyan'], `== ${text}`)}`)
}

async function step(args: readonly string[], options: { readonly echo: boolean } = { echo: true }): Promise<string> {
  if (options.echo) console.log(styleText('dim', `$ ratchet ${args.join(' ')}`))
  const { code, stdout } = await runRatchet(args, options)
  if (code !== 0) throw new Error(`ratchet ${args[0]} ended with exit code ${code}`)
  return stdout
}

const started = Date.now()
await using target = await temporaryTarget([published, path.join(here, 'target')])
const inTarget = ['--target', target.directory]

heading('The target: array-differ 1.0.0 from npm, in a temporary git repository')
console.log(await target.git('show', '--stat', '--format=%h %s'))

heading('Search: propose, screen, evaluate in the sandbox, decide, minimise, confirm')
await step(['run', ...inTarget, '--seed', '1'])
const found = (Date.now() - started) / 1000
const offered = JSON.parse(await step(['proposals', ...inTarget, '--json'], { echo: false })) as readonly {
  readonly id: string
  readonly verdict: string
  readonly purpose: string
}[]
const id = offered.find((proposal) => proposal.verdict === 'accepted' && proposal.purpose === 'confirm')?.id
if (id === undefined) throw new Error('the search ended without an improvement')

heading(`Found and confirmed after ${found.toFixed(0)} s: the change and its evidence`)
await step(['show', id, '--diff', '--evidence', ...inTarget])

heading('Apply: one commit, with its evidence in the trailers')
await step(['apply', id, ...inTarget])
console.log(await target.git('log', '--max-count=1', '--format=%h %an%n%n%B'))

heading('Revert: one commit that undoes it')
await step(['revert', id, ...inTarget])
console.log(await target.git('log', '--oneline'))
const differs = await target.git('diff', '--name-only', 'HEAD~2', 'HEAD')
if (differs !== '') throw new Error(`the revert did not restore ${differs}`)

heading('Verify: every link of the journal')
await step(['verify', ...inTarget])
console.log(`\nDone in ${((Date.now() - started) / 1000).toFixed(0)} s: improvement found, proven, applied and reverted.`)
process.exitCode = 0
