import type { Prerequisite } from './constitution.ts'
import type { EvidenceFacts, StaticFacts } from './policy-facts.ts'

/** What is not shown, as ends of the sentence "it is not shown that ...". Read from recorded facts; a proposal's own words are none. */
export function missingPrerequisites(requires: readonly Prerequisite[], facts: StaticFacts, evidence: EvidenceFacts): readonly string[] {
  return requires.flatMap((prerequisite) => (isShown(prerequisite, facts, evidence) ? [] : [clause[prerequisite]]))
}

const clause: Readonly<Record<Prerequisite, string>> = {
  'tests-pass': 'every test of the baseline passes',
  'changed-lines-covered': 'tests, oracle or benchmarks notice when the changed lines are broken',
  'no-regression': 'nothing became worse',
  'benchmark-gain': 'an objective became better',
  documentation: 'what is new is documented',
}

function isShown(prerequisite: Prerequisite, facts: StaticFacts, { verdict, tests, coverage, oracle, effect, reasons }: EvidenceFacts): boolean {
  switch (prerequisite) {
    case 'tests-pass':
      return tests.ran && tests.passed > 0 && tests.failed === 0 && tests.missing === 0
    case 'changed-lines-covered':
      return coverage.known && coverage.complete && coverage.noticed > 0
    case 'no-regression':
      return (verdict === 'accepted' || verdict === 'approval-required') && oracle.mismatches === 0 && !reasons.includes('resource-cost')
    case 'benchmark-gain':
      return effect.proven && effect.low > 1 && reasons.includes('proven-gain')
    case 'documentation':
      return facts.documented
  }
}
