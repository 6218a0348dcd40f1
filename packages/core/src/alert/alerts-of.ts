import { rulePrefix } from '../constitution/rule-prefix.ts'
import type { ReasonCode } from '../decision/decision.ts'
import type { JournalEvent } from '../journal/event.ts'
import type { Finding } from '../screening/screening.ts'
import type { Alert, AlertKind } from './alert.ts'

/** What every proposal is forbidden, with or without a constitution. */
const forbidden: ReadonlySet<string> = new Set(['constitution-path', 'unsafe-path'])

/** Constructs with which code finds out that it is judged, speaks for its judges, or makes them look away. */
const fooling: ReadonlySet<string> = new Set([
  'hidden-from-coverage', 'detects-test-runner', 'speaks-as-runner', 'shadows-judge', 'patches-assertions', 'removes-assertions', 'patches-clock-or-randomness', 'answers-for-comparison', 'names-test-files',
  'test-data-in-source', 'addresses-reviewer', 'removes-tests', 'skips-tests', 'asserts-nothing', 'forces-success', 'fakes-results', 'claims-contradict-facts', 'removes-marker', 'removes-warnings',
])

/** Constructs that want something from the machine around them. The sandbox stops them; that they are there is worth knowing. */
const reaching: ReadonlySet<string> = new Set(['accesses-network', 'starts-processes', 'runs-native-code', 'inline-assembly', 'loads-machinery', 'container-reaches-host'])

/** Facts, measured from outside: the change behaves otherwise when it can tell who is looking. */
const caught: ReadonlySet<ReasonCode> = new Set(['tests-silenced', 'disguise-mismatch', 'build-tampered'])

type Sign = Pick<Alert, 'kind' | 'severity'> & { readonly sign: string }

/** What one event says by itself; `repeated-failures` needs the others (see `AlertFold`). Pure. */
export function alertsOf(event: JournalEvent): readonly Alert[] {
  switch (event.kind) {
    case 'proposal-screened':
      return gather(event, event.body.proposal, event.body.screening.findings.flatMap(signOf))
    case 'decision-made': {
      const { proposal, decision, signs: seen = [] } = event.body
      const signs = decision.reasons.filter(({ code }) => caught.has(code)).map(({ code }): Sign => ({ kind: 'objective-hacking', severity: 'critical', sign: code }))
      const denied = decision.policy?.decision === 'deny' ? decision.policy.rules.map((rule): Sign => ({ kind: 'constitution-violation', severity: 'critical', sign: rule })) : []
      const pushed = seen.map((sign): Sign => ({ kind: 'sandbox-escape', severity: 'warning', sign }))
      return gather(event, proposal, [...signs, ...denied, ...pushed])
    }
    default:
      return []
  }
}

function signOf({ rule, weight }: Finding): readonly Sign[] {
  if (weight === 'note') return []
  const isDenied = weight === 'deny'
  const sign = (kind: AlertKind, severity: Alert['severity']): readonly Sign[] => [{ kind, severity, sign: rule.startsWith(rulePrefix) ? rule.slice(rulePrefix.length) : rule }]
  if (forbidden.has(rule) || (isDenied && rule.startsWith('dependency-')) || (rule.startsWith(rulePrefix) && isDenied)) return sign('constitution-violation', 'critical')
  if (rule.startsWith(rulePrefix)) return []
  if (reaching.has(rule)) return sign('sandbox-escape', isDenied ? 'critical' : 'warning')
  // What is denied outright besides paths is what no honest change does to the code that judges it.
  if (isDenied || fooling.has(rule)) return sign('objective-hacking', isDenied ? 'critical' : 'warning')
  return []
}

function gather({ sequence, at }: JournalEvent, proposal: string, signs: readonly Sign[]): readonly Alert[] {
  return [...Map.groupBy(signs, ({ kind }) => kind)].map(([kind, found]) => ({
    kind,
    severity: found.some(({ severity }) => severity === 'critical') ? 'critical' : 'warning',
    sequence,
    at,
    proposal,
    signs: [...new Set(found.map(({ sign }) => sign))].slice(0, 10),
  }))
}
