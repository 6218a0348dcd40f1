import type { Constitution, Prerequisite } from './constitution.ts'

/** In words: what may happen freely, what is asked about, what never happens. */
export interface Explanation {
  readonly never: readonly string[]
  readonly asks: readonly string[]
  readonly freely: readonly string[]
  readonly otherwise: string
}

const shown: Readonly<Record<Prerequisite, string>> = {
  'tests-pass': 'every test passes',
  'changed-lines-covered': 'tests, oracle or benchmarks notice when the changed lines are broken on purpose',
  'no-regression': 'nothing becomes worse',
  'benchmark-gain': 'a gain is proven',
  documentation: 'what is newly exported is documented',
}

export function explainConstitution({ rules, riskLevels, askFromLevel, coAuthorsMayApprove }: Constitution): Explanation {
  const of = (effect: 'deny' | 'ask' | 'allow'): typeof rules => rules.filter((rule) => rule.effect === effect)
  const [low, medium, high] = riskLevels
  const from = [low, medium, high][askFromLevel - 1] ?? high
  return {
    never: of('deny').map(({ id, statement }) => `${statement} A change that breaks this is rejected (${id}).`),
    asks: of('ask').map(({ id, statement, consentLevel }) => `${statement} Consent level ${consentLevel} (${id}).`),
    freely: of('allow').map(({ id, statement, requires }) => `${statement} It must be on record that ${requires.map((one) => shown[one]).join(', and that ')} (${id}).`),
    otherwise: `Everything else is asked about, and so is whatever has a risk of ${from} or more. Risk ${low} and more is consent level 1, ${medium} level 2, ${high} level 3.${coAuthorsMayApprove ? ' Whoever edited a change may approve it alone.' : ''}`,
  }
}
