import type { EditSite, SettingsOperator, SettingsSource } from '../edit-operator.ts'
import { tuningSites } from './constants.ts'
import { numberSteps, type Step } from './number-steps.ts'

/** `name: value`, `name = value`, `"name": value,` on a line of its own. */
const setting = /^(\s*(?:-\s+)?["']?)([A-Za-z][\w.-]*)(["']?\s*[:=]\s*)("?)([\w.+-]+)("?)(\s*,?\s*)((?:[#;]|\/\/).*)?$/d

const switches: Readonly<Record<string, string>> = { true: 'false', on: 'off', yes: 'no', enabled: 'disabled' }
const opposites = new Map([...Object.entries(switches), ...Object.entries(switches).map(([on, off]) => [off, on] as const)])

/** Numbers, switches, and words whose alternatives the comment beside them or above them names. */
export const tuneSetting: SettingsOperator = {
  name: 'tune-setting',
  kind: 'tuning',
  sites: (source) => (source.format !== 'lines' ? [] : linesOf(source.text).flatMap((line, number, all) => settingSites(source, line, all[number - 1]?.text ?? ''))),
}

interface Line {
  readonly start: number
  readonly text: string
}

export function linesOf(text: string): readonly Line[] {
  const lines: Line[] = []
  let start = 0
  for (const part of text.split('\n')) {
    lines.push({ start, text: part.endsWith('\r') ? part.slice(0, -1) : part })
    start += part.length + 1
  }
  return lines
}

function settingSites(source: SettingsSource, { start, text }: Line, above: string): readonly EditSite[] {
  const parts = setting.exec(text)
  const name = parts?.[2]
  const value = parts?.[5]
  const place = parts?.indices?.[5]
  if (name === undefined || value === undefined || place === undefined || parts?.[4] !== parts?.[6]) return []
  const steps = parts?.[4] === '' ? plainSteps(value) : []
  const others = steps.length > 0 ? steps : choices(value, parts?.[8] ?? (/^\s*(?:#|;|\/\/)/.test(above) ? above : '')).map((other) => ({ text: other, weight: 2 }))
  return tuningSites(source, { name, start: start + place[0], end: start + place[1], text: value }, others)
}

function plainSteps(value: string): readonly Step[] {
  const opposite = opposites.get(value.toLowerCase())
  if (opposite === undefined) return numberSteps(value)
  const isCapital = /^[A-Z]/.test(value)
  return [{ text: isCapital ? `${opposite[0]?.toUpperCase()}${opposite.slice(1)}` : opposite, weight: 2 }]
}

/** `# fast | exact | small`, `# one of: fast, exact, small`. */
function choices(value: string, comment: string): readonly string[] {
  const words = comment.split(/\s*(?:[|,:/()]|\bor\b)\s*/).map((word) => word.replaceAll(/^["'`#;\s]+|["'`.\s]+$/g, '')).filter((word) => /^[\w.+-]+$/.test(word))
  return words.includes(value) ? [...new Set(words.filter((word) => word !== value && word !== 'of'))] : []
}
