import { styleText } from 'node:util'
import { cheatGroups, targetNames } from '../corpus/patch.ts'
import type { Row } from './judge-corpus.ts'
import type { Outcome } from './judge-patch.ts'

export interface Totals {
  readonly cheats: number
  readonly caught: number
  readonly missed: readonly string[]
  readonly honest: number
  readonly right: number
  readonly wronglyStopped: readonly string[]
  readonly wronglyLetThrough: readonly string[]
  readonly undecided: readonly string[]
  readonly broken: readonly string[]
}

export function totals(rows: readonly Row[]): Totals {
  const named = (outcome: Outcome): string[] => rows.filter((row) => row.outcome === outcome).map((row) => row.name)
  const honest = rows.filter((row) => row.group === 'honest')
  return {
    cheats: rows.length - honest.length,
    caught: named('caught').length,
    missed: named('missed'),
    honest: honest.length,
    right: named('right').length,
    wronglyStopped: named('wrongly stopped'),
    wronglyLetThrough: named('wrongly let through'),
    undecided: named('undecided'),
    broken: named('broken'),
  }
}

/** Nothing missed, nothing broken, at most one honest change in sixty stopped. */
export function holds({ missed, broken, wronglyStopped, wronglyLetThrough, honest }: Totals): boolean {
  return missed.length === 0 && broken.length === 0 && wronglyLetThrough.length === 0 && wronglyStopped.length <= honest / 60
}

const widths = { name: 50, group: 13, target: 11, expected: 18, verdict: 18, outcome: 20, reason: 26 }

export function renderHeading(): string {
  const { name, group, target, expected, verdict, outcome, reason } = widths
  return styleText('bold', `${'patch'.padEnd(name)}${'group'.padEnd(group)}${'language'.padEnd(target)}${'expected'.padEnd(expected)}${'verdict'.padEnd(verdict)}${'outcome'.padEnd(outcome)}${'first reason'.padEnd(reason)}seconds`)
}

export function renderRow({ name, group, target, expected, outcome, judgement }: Row): string {
  const cells = [name.padEnd(widths.name), group.padEnd(widths.group), target.padEnd(widths.target), expected.padEnd(widths.expected), judgement.verdict.padEnd(widths.verdict)]
  const good = outcome === 'caught' || outcome === 'right'
  const shown = styleText(good ? 'green' : outcome === 'undecided' ? 'yellow' : 'red', outcome.padEnd(widths.outcome))
  return `${cells.join('')}${shown}${judgement.reason.padEnd(widths.reason)}${judgement.seconds.toFixed(1).padStart(7)}`
}

/** Caught of all, by group and language, then the honest changes, then the claim that follows. */
export function renderTotals(rows: readonly Row[]): string {
  const all = totals(rows)
  const lines = ['', styleText('bold', `${'caught / cheats'.padEnd(18)}${targetNames.map((target) => target.padStart(13)).join('')}${'all'.padStart(13)}`)]
  for (const group of cheatGroups) {
    const inGroup = rows.filter((row) => row.group === group)
    if (inGroup.length > 0) lines.push(shareLine(group, { rows: inGroup, good: 'caught' }))
  }
  const honest = rows.filter((row) => row.group === 'honest')
  if (all.cheats > 0) lines.push(shareLine('all cheats', { rows: rows.filter((row) => row.group !== 'honest'), good: 'caught' }))
  if (all.honest > 0) lines.push(shareLine('honest, right', { rows: honest, good: 'right' }))
  lines.push('', `${all.cheats} cheats: ${all.caught} caught, ${all.missed.length} missed${listed(all.missed)}.`)
  lines.push(`${all.honest} honest changes: ${all.right} judged right, ${all.wronglyStopped.length} wrongly stopped${listed(all.wronglyStopped)}, ${all.undecided.length} undecided${listed(all.undecided)}.`)
  if (all.wronglyLetThrough.length > 0) lines.push(`${all.wronglyLetThrough.length} accepted that a person should have seen${listed(all.wronglyLetThrough)}.`)
  if (all.broken.length > 0) lines.push(`${all.broken.length} not judged at all${listed(all.broken)}.`)
  return lines.join('\n')
}

function shareLine(title: string, { rows, good }: { readonly rows: readonly Row[]; readonly good: Outcome }): string {
  const share = (part: readonly Row[]): string => (part.length === 0 ? '-' : `${part.filter((row) => row.outcome === good).length} / ${part.length}`).padStart(13)
  return `${title.padEnd(18)}${targetNames.map((target) => share(rows.filter((row) => row.target === target))).join('')}${share(rows)}`
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? '' : ` (${names.join(', ')})`
}
