import type { TextEdit } from '../proposal/proposal.ts'
import type { SourceFile } from '../proposal/proposer.ts'

type Written = Pick<TextEdit, 'path' | 'replacement'>

/** A step of a lineage: what it wrote. */
interface Step {
  readonly edits: readonly Written[]
}

/** Those steps that a patch of whole lines on the baseline still holds something of: text that they wrote, and that the baseline lacks. */
export function claimedSteps<Claimed extends Step>(baseline: readonly SourceFile[], patch: readonly Written[], steps: readonly Claimed[]): readonly Claimed[] {
  const texts = new Map(baseline.map(({ path, text }) => [path, text]))
  const isLeft = ({ path, replacement }: Written): boolean => {
    const text = texts.get(path) ?? ''
    const old = new Set(linesOf(text))
    const added = patch.filter((edit) => edit.path === path).flatMap((edit) => linesOf(edit.replacement))
    return linesOf(replacement).some((line) => (added.includes(line) && !old.has(line)) || (!text.includes(line) && added.some((whole) => whole.includes(line))))
  }
  return steps.filter(({ edits }) => edits.some(isLeft))
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '')
}
