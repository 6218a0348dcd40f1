import { lineEdits } from '../proposal/line-edits.ts'
import type { ProposalStep, TextEdit } from '../proposal/proposal.ts'
import type { SourceFile } from '../proposal/proposer.ts'
import { adopted, stepsWithin, traced, untouched, type TracedText } from './traced-text.ts'

/** A variant as far as its text goes: what its edits do to its parent, and which step made which `part` of them. */
export interface LineageEntry {
  readonly index: number
  /** Null where the parent is the baseline. */
  readonly parent: number | null
  /** The variant that was merged into the parent: lines that came from there are its steps' and not the merge's. */
  readonly mate: number | null
  readonly edits: readonly TextEdit[]
  /** Paths of files that it brings, takes or replaces as a whole: their text cannot be followed from edits. */
  readonly files?: readonly string[]
  readonly steps: readonly ProposalStep[]
}

export interface Claim {
  readonly baseline: readonly SourceFile[]
  /** Ancestors before their descendants; the last one is what the patch was cut out of. */
  readonly lineage: readonly LineageEntry[]
  /** Hunks of the difference between the baseline and the last of the lineage, or some of them. */
  readonly patch: readonly TextEdit[]
  /** Files that the patch brings, takes or replaces as a whole. */
  readonly files?: readonly string[]
}

/**
 * The steps of which a patch holds something, by place: each character of the last variant is followed back to who wrote it, so that a step counts for what is left of it in these very hunks, not for a line
 * that reads the same elsewhere. What took something away counts where it is still gone. Of a file that came as a whole, every step counts that touched it. Steps that say the same are named once.
 */
export function claimedSteps({ baseline, lineage, patch, files = [] }: Claim): readonly ProposalStep[] {
  const steps: ProposalStep[] = []
  const texts = new Map<number, ReadonlyMap<string, TracedText>>()
  const start = new Map(baseline.map(({ path, text }) => [path, text]))
  const textOf = (index: number | null, path: string): TracedText => (index === null ? undefined : texts.get(index)?.get(path)) ?? untouched(start.get(path) ?? '')
  const whole = new Set(lineage.flatMap((entry) => entry.files ?? []))
  const claimed = new Set<number>()
  for (const entry of lineage) {
    const first = steps.length
    const touched = [...(entry.files ?? []), ...entry.edits.map((edit) => edit.path)].filter((path) => whole.has(path))
    if (touched.some((path) => files.includes(path) || patch.some((edit) => edit.path === path))) for (let step = 0; step < entry.steps.length; step++) claimed.add(first + step)
    steps.push(...entry.steps)
    const isMerged = (step: number): boolean => entry.mate !== null && step >= first
    const made = new Map(entry.parent === null ? [] : texts.get(entry.parent))
    for (const [path, edits] of Map.groupBy(entry.edits, (edit) => edit.path)) {
      if (whole.has(path)) continue
      const text = traced(textOf(entry.parent, path), edits.map((edit) => ({ ...edit, step: first + (entry.steps.length > 1 ? edit.part : 0) })))
      made.set(path, entry.mate === null ? text : adopted(text, textOf(entry.mate, path), isMerged))
    }
    texts.set(entry.index, made)
  }
  const last = lineage.at(-1)
  const merges = new Set(lineage.filter(({ mate }) => mate !== null).flatMap((entry) => entry.steps))
  for (const path of new Set(patch.map((edit) => edit.path))) {
    if (whole.has(path)) continue
    const before = start.get(path) ?? ''
    const text = textOf(last?.index ?? null, path)
    let shift = 0
    for (const hunk of lineEdits(path, { before, after: text.text }, 0)) {
      const from = hunk.start + shift
      shift += hunk.replacement.length - (hunk.end - hunk.start)
      if (!patch.some((edit) => edit.path === path && edit.start === hunk.start && edit.end === hunk.end && edit.replacement === hunk.replacement)) continue
      for (const step of stepsWithin(text, { start: from, end: from + hunk.replacement.length }, before.slice(hunk.start, hunk.end))) claimed.add(step)
    }
  }
  const left = steps.filter((step, index) => claimed.has(index) && !merges.has(step))
  return left.filter((step, index) => left.findIndex((other) => other.operator === step.operator && other.rationale === step.rationale) === index)
}
