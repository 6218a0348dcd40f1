import type { ReportedTasks, ReportedVerdict, Score } from './run-report.ts'

/** `1.234x`; ratios too small or large to mean anything are named so. */
export function ratioText(ratio: number): string {
  if (ratio >= 1e6) return 'over 1e6x'
  if (ratio >= 100) return `${Math.round(ratio)}x`
  return `${ratio.toFixed(ratio >= 10 ? 1 : 3)}x`
}

export function intervalText({ low, high }: Score): string {
  if (low === null && high === null) return 'no bounds yet'
  return `${low === null ? '0x' : ratioText(low)} to ${high === null ? 'unbounded' : ratioText(high)}`
}

export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const seconds = ms / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** Counts with a comma every three digits, whatever the language of the machine: reports must not differ by it. */
export function countText(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}

export function verdictText(verdict: ReportedVerdict): string {
  return verdict === 'approval-required' ? 'needs approval' : verdict
}

export function shortId(id: string): string {
  return id.slice(0, 12)
}

/** `2026-01-31 12:34 UTC`; anything that is no time of ours is shown as it is. */
export function timeText(at: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(at) ? `${at.slice(0, 10)} ${at.slice(11, 16)} UTC` : at
}

export function tasksText({ asked, solved, baseline }: ReportedTasks): string {
  return `${solved} of ${asked} tasks (baseline ${baseline})`
}

/** `35 %`, of a share. */
export function shareText(share: number): string {
  return `${Math.round(share * 1000) / 10} %`
}

/** Dollars. */
export function moneyText(usd: number): string {
  return `$${usd.toFixed(4)}`
}
