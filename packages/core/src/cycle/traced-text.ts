import { diffArrays } from 'diff'
import type { TextEdit } from '../proposal/proposal.ts'

/** Which steps made what stands at a place, the earliest first; and whether it stands where the baseline had something. */
interface Origin {
  readonly steps: readonly number[]
  readonly stands: boolean
}

/** A place at which something was taken away and nothing put in its stead. */
interface Gap extends Origin {
  readonly at: number
}

/** A text that knows of every character which steps led to it. */
export interface TracedText {
  readonly text: string
  readonly origins: readonly Origin[]
  readonly gaps: readonly Gap[]
}

export interface TracedEdit extends Pick<TextEdit, 'start' | 'end' | 'replacement'> {
  readonly step: number
}

const old: Origin = { steps: [], stands: true }

export function untouched(text: string): TracedText {
  return { text, origins: Array.from({ length: text.length }, () => old), gaps: [] }
}

/** The text after edits that do not overlap. What an edit writes again as it was keeps whom it is from. */
export function traced(before: TracedText, edits: readonly TracedEdit[]): TracedText {
  const cuts = edits.toSorted((a, b) => a.start - b.start || a.end - b.end).flatMap((edit) => changesBetween(before.text.slice(edit.start, edit.end), edit.replacement).map((cut) => ({ ...cut, start: edit.start + cut.start, end: edit.start + cut.end, step: edit.step })))
  const [parts, origins, gaps]: [string[], Origin[], Gap[]] = [[], [], []]
  let [from, length] = [0, 0]
  const keep = (to: number): void => {
    for (const gap of before.gaps) if (gap.at >= from && gap.at <= to && !gaps.some((known) => known.steps === gap.steps)) gaps.push({ ...gap, at: gap.at - from + length })
    parts.push(before.text.slice(from, to))
    for (let at = from; at < to; at++) origins.push(before.origins[at] ?? old)
    length += to - from
  }
  for (const { start, end, replacement, step } of cuts) {
    keep(start)
    const gone = [...before.origins.slice(start, end), ...before.gaps.filter(({ at }) => at > start && at < end)].filter(({ stands, steps }) => stands || steps.length > 0)
    const made: Origin = { steps: [...new Set([...gone.filter(({ stands }) => stands).flatMap(({ steps }) => steps), step])].toSorted((a, b) => a - b), stands: gone.some(({ stands }) => stands) }
    parts.push(replacement)
    for (let at = 0; at < replacement.length; at++) origins.push(made)
    // Where all that goes was brought by other steps, nothing of either is left.
    if (replacement.trim() === '' && made.stands) gaps.push({ ...made, at: length })
    length += replacement.length
    from = end
  }
  keep(before.text.length)
  return { text: parts.join(''), origins, gaps }
}

/** The same text, where whole lines that it has in common with another text have their origin from there, as far as `isForeign` says that they came from it. */
export function adopted(text: TracedText, other: TracedText, isForeign: (step: number) => boolean): TracedText {
  const origins = [...text.origins]
  const gaps = text.gaps.filter(({ steps }) => !steps.some(isForeign))
  let [here, there] = [0, 0]
  for (const { value, added, removed } of diffArrays(linesOf(text.text), linesOf(other.text))) {
    const { length } = value.join('')
    if (!added && !removed) {
      for (let at = 0; at < length; at++) if (origins[here + at]?.steps.some(isForeign) === true) origins[here + at] = other.origins[there + at] ?? old
      for (const gap of other.gaps) {
        const at = gap.at - there + here
        if (gap.at >= there && gap.at <= there + length && text.gaps.some((own) => own.steps.some(isForeign) && Math.abs(own.at - at) <= 1)) gaps.push({ ...gap, at })
      }
    }
    if (!added) here += length
    if (!removed) there += length
  }
  return { text: text.text, origins, gaps }
}

/** The steps that led to what is new in [start, end) beside what was there before. */
export function stepsWithin({ text, origins, gaps }: TracedText, { start, end }: { readonly start: number; readonly end: number }, before: string): ReadonlySet<number> {
  const steps = new Set<number>()
  let shift = start
  for (const cut of changesBetween(before, text.slice(start, end))) {
    const [from, to] = [shift + cut.start, shift + cut.start + cut.replacement.length]
    for (let at = from; at < to; at++) if (/\S/.test(text[at] ?? '')) for (const step of origins[at]?.steps ?? []) steps.add(step)
    // Of white space on both sides of what is gone it is open which was taken with it.
    const isThere = ({ at }: Gap): boolean => at >= start && at <= end && text.slice(Math.min(at, from), Math.max(at, to)).trim() === ''
    if (cut.replacement.trim() === '') for (const gap of gaps.filter(isThere)) for (const step of gap.steps) steps.add(step)
    shift += cut.replacement.length - (cut.end - cut.start)
  }
  if (steps.size > 0) return steps
  // Of lines that are alike it is open which were taken away: then whoever did anything here.
  const near = [...origins.slice(start, end), ...gaps.filter(({ at }) => at >= start && at <= end)]
  return new Set(near.flatMap((origin) => origin.steps))
}

/** Above this many words a comparison could take long; the whole counts as changed then. */
const wordLimit = 4000

interface Change {
  readonly start: number
  readonly end: number
  readonly replacement: string
}

/** The difference of two texts, word by word. */
function changesBetween(before: string, after: string): readonly Change[] {
  const [words, others] = [wordsOf(before), wordsOf(after)]
  if (words.length > wordLimit || others.length > wordLimit) return [{ start: 0, end: before.length, replacement: after }]
  const changes: Change[] = []
  let at = 0
  let open: Change | null = null
  for (const { value, added, removed } of diffArrays(words, others)) {
    const text = value.join('')
    if (!added && !removed) {
      if (open !== null) changes.push(open)
      open = null
    } else {
      open ??= { start: at, end: at, replacement: '' }
      open = added ? { ...open, replacement: open.replacement + text } : { ...open, end: open.end + text.length }
    }
    if (!added) at += text.length
  }
  return open === null ? changes : [...changes, open]
}

function wordsOf(text: string): string[] {
  return text.match(/\w+|\s+|[^\w\s]/gu) ?? []
}

function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/)
}
