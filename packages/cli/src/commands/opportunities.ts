import type { OpportunitySurvey, RankedOpportunity } from '@ratchet/core'
import { oneOf, period, wholeNumber } from '../argument.ts'
import { openTarget } from '../compose-target.ts'
import { observeTarget, sourceKinds, type SourceKind } from '../compose-observe.ts'
import { heeding, heedReading, requireGoing, standingOf } from '../compose-orders.ts'
import { bad, faint, oneLine, strong } from '../console.ts'
import type { Invocation } from '../invocation.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import type { Register } from './register-commands.ts'

interface OpportunitiesOptions extends TargetOptions {
  readonly source?: readonly SourceKind[]
  readonly limit: number
  readonly timeout?: number
}

export const registerOpportunities: Register = (program, invocation) => {
  const kind = oneOf('--source', sourceKinds)
  withTarget(program.command('opportunities'))
    .description('what is worth improving in HEAD, and why: hot code, failing and slow tests, code without tests, complaints of linters and compilers, notes')
    .option('--source <name>', `ask only this source, several times for several: ${sourceKinds.join(', ')}`, (text: string, before: readonly SourceKind[] = []) => [...before, kind(text)])
    .option('--limit <n>', 'how many to show', wholeNumber('--limit', 1), 30)
    .option('--timeout <period>', 'how long each source may look (default: observe.timeout of the configuration, 5m)', period('--timeout'))
    .action((options: OpportunitiesOptions) => opportunities(invocation, options))
}

async function opportunities(invocation: Invocation, options: OpportunitiesOptions): Promise<void> {
  const { console } = invocation
  await using target = await openTarget(invocation, options, 'read')
  requireGoing(await standingOf(target), 'nothing of the target is run')
  const baseline = (await target.workspace.revisions.commit('HEAD')).id
  await using orders = heedReading(invocation, target)
  const survey = await heeding(orders, () => observeTarget(invocation, { target, options, baseline, kinds: options.source ?? sourceKinds, limit: options.limit, sourceMs: options.timeout ?? null }, orders.signal))
  if (console.json) console.document({ baseline, ...survey })
  console.print(renderSurvey(survey))
}

function renderSurvey({ sources, opportunities }: OpportunitySurvey): string {
  const found = opportunities.map(({ rank, opportunity, evidence, source }) => `${String(rank).padStart(4)}  ${strong(opportunity.kind.padEnd(15))} ${placeText(opportunity)}  ${oneLine(evidence)} ${faint(`[${oneLine(source)}]`)}`)
  const asked = sources.map(({ source, state, found, detail }) => `  ${oneLine(source)}: ${state === 'observed' ? `${found} found` : state === 'not-applicable' ? 'nothing to look at' : bad(state)}${detail === '' ? '' : faint(`, ${oneLine(detail)}`)}`)
  return [...(found.length === 0 ? ['nothing was found'] : found), '', ...asked].join('\n')
}

function placeText(opportunity: RankedOpportunity['opportunity']): string {
  const place = opportunity.path === '' ? '-' : `${opportunity.path}${opportunity.line === null ? '' : `:${opportunity.line}`}`
  return oneLine(opportunity.kind === 'hot-function' ? `${place} ${opportunity.functionName}` : place)
}
