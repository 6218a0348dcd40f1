import type { ModelReply } from '../model/model-request.ts'
import { weaknessText, type Weakness } from './weakness.ts'

export type WeaknessReading = Pick<Weakness, 'primary' | 'rootCause' | 'suggestedFix'>

export const weaknessProblems = ['empty', 'huge', 'truncated', 'filtered', 'unreadable'] as const
export type WeaknessProblem = (typeof weaknessProblems)[number]

/** More is no analysis. */
const mostCharacters = 64 * 1024
/** Opening braces that are tried; each try is linear. */
const mostObjects = 16

const names: Readonly<Record<keyof WeaknessReading, readonly string[]>> = {
  primary: ['primaryweakness', 'primary', 'weakness', 'mainweakness'],
  rootCause: ['rootcause', 'cause', 'reason'],
  suggestedFix: ['suggestedfix', 'fix', 'suggestion', 'suggestedimprovement', 'improvement'],
}

/**
 * What a model says about a weakness: one JSON object, alone, in a fence or behind a thought, or three labelled paragraphs. Total, and in time proportional to the length of the reply times a constant; every reply that is no
 * analysis says why.
 */
export function parseWeakness({ text, finish }: Pick<ModelReply, 'text' | 'finish'>): WeaknessReading | { readonly problem: WeaknessProblem } {
  if (finish === 'content-filter') return { problem: 'filtered' }
  if (text.trim() === '') return { problem: finish === 'length' ? 'truncated' : 'empty' }
  if (text.length > mostCharacters) return { problem: 'huge' }
  const found = objectsIn(text).map(fromObject).findLast((reading) => reading !== null) ?? fromLabels(text)
  return found ?? { problem: finish === 'length' ? 'truncated' : 'unreadable' }
}

/** Every text between braces that fit, outermost first, that is JSON. */
function objectsIn(text: string): readonly object[] {
  const objects: object[] = []
  let tries = 0
  for (let at = text.indexOf('{'); at !== -1 && tries < mostObjects; tries++) {
    const end = closingBrace(text, at)
    const parsed = end === null ? null : jsonObject(text.slice(at, end + 1))
    if (parsed !== null) objects.push(parsed)
    at = text.indexOf('{', parsed === null || end === null ? at + 1 : end + 1)
  }
  return objects
}

function closingBrace(text: string, from: number): number | null {
  let depth = 0
  let isString = false
  for (let at = from; at < text.length; at++) {
    const character = text[at]
    if (isString) {
      if (character === '\\') at++
      else if (character === '"') isString = false
    } else if (character === '"') isString = true
    else if (character === '{') depth++
    else if (character === '}' && --depth === 0) return at
  }
  return null
}

function jsonObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : null
  } catch (error) {
    // Some write line breaks into strings.
    if (error instanceof SyntaxError) return /[\r\n]/.test(text) ? jsonObject(text.replaceAll(/[\r\n]/g, ' ')) : null
    throw error
  }
}

function fromObject(object: object): WeaknessReading | null {
  const entries = new Map(Object.entries(object).map(([key, value]) => [key.toLowerCase().replaceAll(/[^a-z]/g, ''), textOf(value)]))
  return complete((key) => names[key].map((name) => entries.get(name) ?? '').find((text) => text !== '') ?? '')
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string').join(' ') : ''
}

/** `**Root cause:** text`, `## Root cause` above its text, `2. Root cause - text`. */
const label = /^[\s#>*_\d.)-]*(primary weakness|main weakness|weakness|root cause|cause|suggested fix|fix|suggestion|suggested improvement)[*_\s]*(?:[:\u2013\u2014-][*_\s]*|$)/i

function fromLabels(text: string): WeaknessReading | null {
  const sections = new Map<string, string>()
  let current: string | null = null
  for (const line of text.split('\n')) {
    const match = label.exec(line.slice(0, 400))
    const name = match?.[1]?.toLowerCase().replaceAll(/[^a-z]/g, '')
    if (name !== undefined) current = name
    if (current === null) continue
    const rest = match === null ? line : line.slice(match[0].length)
    sections.set(current, `${sections.get(current) ?? ''} ${rest}`)
  }
  return complete((key) => names[key].map((name) => sections.get(name) ?? '').find((said) => said.trim() !== '') ?? '')
}

function complete(said: (key: keyof WeaknessReading) => string): WeaknessReading | null {
  const reading = { primary: weaknessText(said('primary')), rootCause: weaknessText(said('rootCause')), suggestedFix: weaknessText(said('suggestedFix')) }
  return Object.values(reading).some((text) => text === '') ? null : reading
}
