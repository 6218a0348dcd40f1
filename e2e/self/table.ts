// The coder improves itself over all of its tasks, offline, with a scripted model that makes good and bad changes of it; what became of each, as a table.
//   node e2e/self/table.ts [--evaluations 16] [--seed 1] [--strategy dgm] [--html FILE]
import process from 'node:process'
import { parseArgs } from 'node:util'
import { coderTarget } from '../../examples/coder/coder-target.ts'
import { ratchet } from '../target.ts'
import { startScriptedModel } from './scripted-model.ts'
import { selfEdits } from './self-edits.ts'

interface Tasks {
  readonly asked: number
  readonly solved: number
  readonly baseline: number
}

interface Run {
  readonly winner: string | null
  readonly variants: readonly { readonly index: number; readonly parent: number; readonly proposal: string; readonly verdict: string; readonly rationale: string; readonly reasons: readonly { readonly code: string }[]; readonly tasks?: Tasks }[]
  readonly settling: readonly { readonly purpose: string; readonly verdict: string; readonly tasks?: Tasks; readonly heldOut?: Tasks }[]
  readonly self: { readonly generations: readonly { readonly depth: number; readonly usdMade: number; readonly usdSoFar: number; readonly best: { readonly variant: number; readonly tasks: Tasks | null } }[]; readonly gain: number; readonly gainPerUsd: number | null }
}

const { values } = parseArgs({ options: { evaluations: { type: 'string', default: '16' }, seed: { type: 'string', default: '1' }, strategy: { type: 'string', default: 'dgm' }, html: { type: 'string' } } })
await using model = await startScriptedModel()
await using target = await coderTarget(model)
const at = ['--target', target.directory]
const started = performance.now()
const outcome = await ratchet(['run', '--seed', values.seed, '--evaluations', values.evaluations, '--strategy', values.strategy, ...at])
const seconds = (performance.now() - started) / 1000
const { runs } = JSON.parse((await ratchet(['report', ...at, '--json', ...(values.html === undefined ? [] : ['--html', values.html])])).stdout) as { readonly runs: readonly Run[] }
const [run] = runs
if (run === undefined) throw new Error(`no run: ${outcome.stderr}`)

const tasksOf = (tasks: Tasks | undefined | null): string => (tasks === undefined || tasks === null ? '-' : `${tasks.solved}/${tasks.asked} (${tasks.baseline})`)
const rows = run.variants.map((variant, index) => {
  const { depth, usdMade, usdSoFar, best } = run.self.generations[index] ?? { depth: 0, usdMade: 0, usdSoFar: 0, best: { variant: 0, tasks: null } }
  const kind = selfEdits.find(({ title }) => title === variant.rationale)?.isGood === true ? 'good' : 'bad'
  return [variant.index, variant.parent, depth, kind, variant.rationale, variant.verdict, variant.reasons[0]?.code ?? '', tasksOf(variant.tasks), `$${usdMade.toFixed(2)}`, `$${usdSoFar.toFixed(2)}`, `${tasksOf(best.tasks)}`]
})
const print = (cells: readonly unknown[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`)
print(['#', 'on', 'depth', 'kind', 'change', 'verdict', 'reason', 'tasks (baseline)', 'made for', 'so far', 'best'])
print(Array.from({ length: 11 }, () => '---'))
for (const row of rows) print(row)
const confirmed = run.settling.findLast(({ purpose }) => purpose === 'confirm')
const verified = await ratchet(['verify', ...at])
process.stdout.write(`\nwinner ${run.winner ?? 'none'}; confirmation ${confirmed?.verdict ?? 'none'} ${tasksOf(confirmed?.tasks)}; held-out tasks ${tasksOf(confirmed?.heldOut)}; gain ${(run.self.gain * 100).toFixed(0)} % of tasks${run.self.gainPerUsd === null ? '' : `, ${(run.self.gainPerUsd * 100).toFixed(1)} % a dollar`}
model asked ${model.asked.work} times about tasks, ${model.asked.improve} for changes, ${model.asked.analyse} for analyses; saw ${model.leaks.length} hidden tests; verify ${verified.code === 0 ? 'intact' : verified.stdout}
${run.variants.length} evaluations in ${seconds.toFixed(0)} s, seed ${values.seed}, strategy ${values.strategy}; exit code ${outcome.code}\n`)
if (verified.code !== 0 || model.leaks.length > 0) process.exitCode = 1
