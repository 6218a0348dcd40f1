import type { ConsentLevel, Finding, Screening, WeighedFinding } from './screening.ts'

/** A patch that breaks one rule in a thousand places is no longer readable as a list. Cut by rule: no rule can push another one out. */
const keptOfRule = 50

/**
 * One screening from many findings: the worst weight decides, the highest consent level holds, and risks combine as if each rule were evidence of its own.
 * One rule counts once, with its worst finding: its second match says little that the first did not.
 */
export function weighFindings(findings: readonly WeighedFinding[]): Screening {
  const risks = new Map<string, number>()
  for (const { rule, risk } of findings) risks.set(rule, Math.max(risk, risks.get(rule) ?? 0))
  const harmless = [...risks.values()].reduce((product, risk) => product * (1 - risk), 1)
  const stopping = findings.filter((finding) => finding.weight !== 'note')
  return {
    decision: findings.some((finding) => finding.weight === 'deny') ? 'deny' : stopping.length > 0 ? 'require-approval' : 'allow',
    // Exact for a single rule: 1 - (1 - 0.4) would be 0.4 only almost.
    risk: risks.size === 1 ? Math.max(...risks.values()) : 1 - harmless,
    consentLevel: Math.max(0, ...stopping.map((finding) => finding.consentLevel)) as ConsentLevel,
    findings: worstFirst(firstOfEachRule(findings)).map(plain),
  }
}

const order = { deny: 0, 'require-approval': 1, note: 2 } as const

function firstOfEachRule(findings: readonly WeighedFinding[]): readonly WeighedFinding[] {
  return [...Map.groupBy(findings, ({ rule, weight }) => `${weight} ${rule}`).values()].flatMap((group) => group.slice(0, keptOfRule))
}

function worstFirst(findings: readonly WeighedFinding[]): readonly WeighedFinding[] {
  return findings.toSorted((a, b) => order[a.weight] - order[b.weight])
}

function plain({ rule, file, line, message, weight }: WeighedFinding): Finding {
  return { rule, file, line, message, weight }
}
