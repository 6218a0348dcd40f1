import { printableText } from '../evaluation/printable-text.ts'
import type { Redactor } from '../model/redaction.ts'

/** Something that a search found: text of a stranger, which is quoted and never followed. */
export interface Finding {
  /** One printable line. */
  readonly title: string
  /** An http or https address, or a path in the repository with the line that it begins at. */
  readonly source: string
  readonly text: string
}

export const mostTitle = 160
export const mostSource = 400
export const mostFindingText = 1_500
/** Of one search. */
export const mostFindings = 10

/** What is kept of it: bounded, printable, from a place that can be named. Null where nothing of use is left. */
export function cleanFinding({ title, source, text }: Finding): Finding | null {
  const body = printableText(text).replaceAll(/[ \t]+\n/g, '\n').replaceAll(/\n{3,}/g, '\n\n').trim().slice(0, mostFindingText).toWellFormed()
  const place = oneLine(source)
  if (body === '' || place === '' || place.length > mostSource) return null
  return { title: oneLine(title).slice(0, mostTitle).toWellFormed(), source: place, text: body }
}

/** Without secrets, and what of them is left to use. */
export function cleanFindings(findings: readonly Finding[], redactor: Redactor): readonly Finding[] {
  return findings.slice(0, mostFindings).flatMap(({ title, source, text }) => cleanFinding({ title: redactor.redact(title), source: redactor.redact(source), text: redactor.redact(text) }) ?? [])
}

function oneLine(text: string): string {
  return printableText(text).replaceAll(/\s+/g, ' ').trim()
}

export function isHttpAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}
