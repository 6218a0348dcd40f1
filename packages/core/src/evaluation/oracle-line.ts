import { isUtf8 } from 'node:buffer'

/** What the lines of one side say about the oracle itself. */
export interface LineTally {
  /** Lines about input that the function is for, as far as the oracle names the class of its inputs. */
  readonly answerable: number
  readonly thrown: number
  /** What the first of them said, and whether another one said something else. */
  readonly outcome: string | null
  readonly varies: boolean
}

export const noLines: LineTally = { answerable: 0, thrown: 0, outcome: null, varies: false }

/** Null where the line is no JSON. */
export function parsedLine(line: Buffer): { readonly value: unknown } | null {
  if (!isUtf8(line)) return null
  try {
    return { value: JSON.parse(line.toString('utf8')) as unknown }
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** The oracle kit names the class of every input (`"class":"invalid"`); any other oracle may. What counts is the baseline's line: a candidate cannot reclassify. */
export function isAboutInvalidInput(value: unknown): boolean {
  return classOf(value) === 'invalid'
}

/** The tally with one more line. */
export function tallied(tally: LineTally, value: unknown): LineTally {
  const name = classOf(value)
  if (name === null || name === 'invalid' || name === 'boundary' || typeof value !== 'object' || value === null) return tally
  const isThrown = 'thrown' in value
  const said = JSON.stringify('result' in value ? value.result : isThrown ? value.thrown : value)
  return { answerable: tally.answerable + 1, thrown: tally.thrown + (isThrown ? 1 : 0), outcome: tally.outcome ?? said, varies: tally.varies || (tally.outcome !== null && tally.outcome !== said) }
}

function classOf(value: unknown): string | null {
  return typeof value === 'object' && value !== null && 'class' in value && typeof value.class === 'string' && 'case' in value ? value.class : null
}
