import { wholeNumber } from '../argument.ts'
import { openTarget } from '../compose-target.ts'
import { estimateRun } from '../compose-model-reports.ts'
import { faint, strong, unsure } from '../console.ts'
import type { Invocation } from '../invocation.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import type { Register } from './register-commands.ts'

interface EstimateOptions extends TargetOptions {
  readonly evaluations?: number
}

export const registerEstimate: Register = (program, invocation) => {
  withTarget(program.command('estimate'))
    .description('what a run may cost on models, before it is begun: nothing is asked, nothing is run')
    .option('--evaluations <n>', 'for this many evaluations (default: as the configuration says)', wholeNumber('--evaluations', 1))
    .action((options: EstimateOptions) => estimate(invocation, options))
}

async function estimate(invocation: Invocation, options: EstimateOptions): Promise<void> {
  const { console } = invocation
  await using target = await openTarget(invocation, options, 'read')
  const about = await estimateRun(invocation, { target, options, ...(options.evaluations === undefined ? {} : { evaluations: options.evaluations }) })
  if (console.json) {
    console.document(about)
    return
  }
  const { judge, suites } = about
  for (const { name, model, attempts, calls } of suites) console.print(`${strong(name)}  an agent is given tasks ${attempts} times at most, and asks ${model} up to ${calls} times each; what that costs is not known before, and \`perProposal\` has to hold for search and confirmation together${about.limit === null ? unsure(', and no limit is set: run --usd X') : ''}`)
  if (about.models.length === 0 && judge === null) {
    if (suites.length > 0) return
    console.print('nothing: no model and no agent proposes (`proposers: [llm]`, `proposers: [agent]`), and no rule is put to a model')
    return
  }
  for (const { name, promptTokens, usd } of about.models) console.print(`${strong(name)}  a prompt of about ${promptTokens} tokens; ${usd === null ? unsure('price unknown') : `$${usd.low.toFixed(4)} to $${usd.high.toFixed(4)} a proposal`}`)
  if (judge !== null) console.print(`${strong(judge.name)}  answers ${judge.rules} rule${judge.rules === 1 ? '' : 's'} in words; ${judge.usd === null ? unsure('price unknown') : `$${judge.usd.low.toFixed(4)} to $${judge.usd.high.toFixed(4)} a change, of which there are ${judge.changes} at most`}`)
  console.print(about.usd === null ? unsure('the run cannot be estimated: a price is not known') : `${strong('run')}  $${about.usd.low.toFixed(2)} to $${about.usd.high.toFixed(2)} for ${about.evaluations} evaluations${about.limit === null ? faint('; no limit is set: run --usd X') : `; never more than $${about.limit}`}`)
}
