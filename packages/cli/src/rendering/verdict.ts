import type { Decision, MetricJudgement, ProposalDocument, Verdict } from '@ratchet/core'
import { bad, faint, good, oneLine, strong, unsure } from '../console.ts'

export function verdictWord(verdict: Verdict | 'undecided'): string {
  switch (verdict) {
    case 'accepted':
      return good('accepted')
    case 'rejected':
      return bad('rejected')
    case 'inconclusive':
      return unsure('inconclusive')
    case 'approval-required':
      return unsure('approval required')
    case 'undecided':
      return faint('undecided')
  }
}

export function ratio(value: number): string {
  if (value > 1e6) return 'unbounded'
  return `${value.toFixed(value >= 10 ? 1 : value >= 1.1 || value < 0.9 ? 2 : 3)}x`
}

export function metricLine(name: string, metric: MetricJudgement): string {
  const { effect } = metric
  const bounds = effect === null || (effect.low === 0 && effect.high >= Number.MAX_VALUE) ? 'too few pairs for bounds' : `between ${ratio(effect.low)} and ${ratio(effect.high)}`
  const measured = effect === null ? 'not measured' : `${strong(ratio(effect.estimate))} as good (${bounds})`
  const evidence = metric.eValue >= 1e6 ? metric.eValue.toExponential(1) : metric.eValue.toFixed(1)
  if (metric.unit === 'tests' && effect !== null) return `  ${name}  ${strong(`${((effect.estimate - 1) * 100).toFixed(0)} %`)} of those that fail on the baseline`
  return `  ${name.padEnd(12)} ${measured}, ${metric.pairs} launch pairs, e-value ${evidence}${metric.role === 'guard' ? faint(' (guard)') : ''}`
}

/** Enough to see why a command failed; `ratchet report` has the rest. */
const outputLines = 8
const outputWidth = 160

function shown(line: string | null): string {
  if (line === null) return 'nothing'
  return line.length > 80 ? `${line.slice(0, 77)}...` : line
}

/** The verdict of one change, as a person wants to read it. */
export function renderVerdict(document: ProposalDocument): string {
  const { tests, oracle } = document
  const lines = [
    `${strong(verdictWord(document.verdict))}  ${document.id}  ${oneLine(document.rationale)}`,
    ...document.reasons.map((reason) => `  - ${oneLine(reason.message)} ${faint(`[${reason.code}]`)}`),
    ...document.output.split('\n').slice(-outputLines).filter((line) => line !== '').map((line) => faint(`    | ${oneLine(line).slice(0, outputWidth)}`)),
    `  tests        ${tests.candidate.passed} passed, ${tests.candidate.failed} failed, ${tests.candidate.skipped} skipped (baseline: ${tests.baseline.passed} passed)`,
  ]
  if (oracle.cases > 0) lines.push(`  oracle       ${oracle.cases} cases compared, ${oracle.mismatches} differ`)
  const [example] = oracle.examples
  if (example !== undefined) lines.push(faint(`    seed ${example.seed}, case ${example.case}: baseline ${oneLine(shown(example.baseline))}, candidate ${oneLine(shown(example.candidate))}`))
  for (const [name, metric] of Object.entries(document.metrics)) lines.push(metricLine(name, metric))
  lines.push(...evidenceLines(document), ...policyLines(document))
  lines.push(faint(`  screening ${document.screening.decision}${document.screening.decision === 'require-approval' ? `, consent level ${document.screening.consentLevel}, risk ${document.screening.risk.toFixed(2)}` : ''}, sandbox ${document.sandbox.tier ?? 'not reached'}${document.sandbox.selfTest === null ? '' : ` (${document.sandbox.selfTest.checks} checks of it held)`}, evidence ${document.decision?.slice(0, 16) ?? 'none'}`))
  if (document.attestation !== null) lines.push(faint(`  attested in .ratchet/attestations/${document.attestation}.dsse.json`))
  return lines.join('\n')
}

const reportWords = { sealed: 'sealed', reported: 'not sealed: the tested code could have forged them', 'exit-code': 'exit status only, which the tested code could have forged' } as const

function evidenceLines({ evidence: { reports, heldOut, testsAlive, canaries, disguise, outputs } }: ProposalDocument): readonly string[] {
  const lines: string[] = []
  const alive = testsAlive === null ? '' : testsAlive ? '; made wrong on purpose, they fail' : '; made wrong on purpose, they pass all the same'
  if (reports !== null) lines.push(`  reports      ${reportWords[reports]}${alive}`)
  if (heldOut !== null) lines.push(`  held out     ${heldOut.passed} passed, ${heldOut.failed} failed, which the search never saw`)
  if (disguise !== null) lines.push(`  disguised    ${disguise.cases} cases, ${disguise.mismatches} differ; ${oneLine(disguise.kinds.join('; '))}`)
  if (canaries !== null) lines.push(`  canaries     ${canaries.caughtBy === null ? `none of ${canaries.tried} was noticed` : `broken on purpose, the change is noticed by the ${canaries.caughtBy}`}`)
  const compared = Object.entries(outputs).filter(([, comparison]) => comparison === 'same').map(([name]) => name)
  if (compared.length > 0) lines.push(`  outputs      ${compared.join(', ')}: both sides print the same in every launch`)
  return lines
}

function policyLines({ policy, screening }: ProposalDocument): readonly string[] {
  const parts = screening.policy?.risk.parts.map(({ part, risk }) => `${part} ${risk.toFixed(2)}`) ?? []
  if (policy === null) return screening.policy === undefined ? [] : [`  constitution ${screening.decision} before anything ran, risk ${screening.risk.toFixed(2)}${parts.length === 0 ? '' : faint(` (${parts.join(', ')})`)}`]
  const words = { allow: 'allows it', ask: 'asks a person', deny: 'denies it' } as const
  return [`  constitution ${words[policy.decision]}: ${policy.rules.map(oneLine).join(', ')}; consent level ${policy.consentLevel}, risk ${policy.risk.toFixed(2)}${parts.length === 0 ? '' : faint(` (before it ran: ${parts.join(', ')})`)}`]
}

/** One line for lists and logs. */
export function summary(decision: Pick<Decision, 'verdict' | 'reasons' | 'metrics'>): string {
  const objective = Object.values(decision.metrics).find((metric) => metric.role === 'objective' && metric.effect !== null)
  const effect = objective?.effect === null || objective === undefined ? '' : ` ${ratio(objective.effect.estimate)}`
  const reason = decision.reasons[0]
  return `${verdictWord(decision.verdict)}${effect}${reason === undefined ? '' : faint(` ${reason.code}`)}`
}
