import type { Explanation } from '../../constitution/explain-constitution.ts'
import type { Config } from '../../target/config.ts'

/** What a run is for, in words: every objective with what measures it, and what must not get worse. */
export function objectiveText({ metrics }: Pick<Config, 'metrics'>): string {
  const lines = Object.entries(metrics).map(([name, { role, goal, measure, run, margin, minimumEffect }]) =>
    role === 'objective'
      ? `${goal} ${name} (${measure} of \`${run}\`) by at least ${percent(minimumEffect)}`
      : `${name} (${measure} of \`${run}\`) must not get worse by more than ${percent(margin)}`,
  )
  return lines.length === 0 ? 'make every test pass' : lines.join('; ')
}

/** What a proposal may not do, in words. */
export function constraintsText({ target }: Pick<Config, 'target'>, explanation: Explanation | null): string {
  const scope = [`Only files under ${target.edit.map((glob) => JSON.stringify(glob)).join(', ')} may be changed${target.protect.length === 0 ? '' : `, and none under ${target.protect.map((glob) => JSON.stringify(glob)).join(', ')}`}.`]
  const rules = explanation === null ? [] : [...explanation.never, ...explanation.asks.map((text) => `${text} A change that does this waits for a person: avoid it.`)]
  return [...scope, ...rules].map((line) => `- ${line}`).join('\n')
}

/** What tests print, without what differs between two runs of the same: otherwise the same prompt would never be the same. */
export function steadyOutput(text: string): string {
  return text
    .replaceAll(/(duration_ms:?\s*)[\d.]+/g, '$1N')
    .replaceAll(/\b\d+(?:\.\d+)?\s?(ms|s)\b/g, 'N $1')
    .replaceAll(/\/(?:tmp|dev\/shm|run)\/[\w./-]+/g, '/DIR')
    .replaceAll(/\b\d{4}-\d\d-\d\dT[\d:.]+Z?/g, 'TIME')
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`
}
