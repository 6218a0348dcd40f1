import type { TextEdit } from '../proposal/proposal.ts'
import type { SourceFile } from '../proposal/proposer.ts'

type Written = Pick<TextEdit, 'path' | 'replacement'>

/** A step of a lineage: what it wrote, and what it says of itself. */
interface Step {
  readonly rationale: string
  readonly edits: readonly Written[]
}

/** The rationales of those steps that a patch of whole lines on the baseline still holds something of: text that they wrote, and that the baseline lacks. */
export function claimedSteps(baseline: readonly SourceFile[], patch: readonly Written[], steps: readonly Step[]): readonly string[] {
  const texts = new Map(baseline.map(({ path, text }) => [path, text]))
  const isLeft = ({ path, replacement }: Written): boolean => {
    const text = texts.get(path) ?? ''
    const old = new Set(linesOf(text))
    const added = patch.filter((edit) => edit.path === path).flatMap((edit) => linesOf(edit.replacement))
    return linesOf(replacement).some((line) => (added.includes(line) && !old.has(line)) || (!text.includes(line) && added.some((whole) => whole.includes(line))))
  }
  return steps.filter(({ edits }) => edits.some(isLeft)).map(({ rationale }) => rationale)
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '')
}
