import type { ObjectId } from '../../proposal/proposal.ts'
import { addedText, type ChangedFile } from '../changed-file.ts'
import type { WeighedFinding } from '../screening.ts'
import type { BaselineLiterals } from './baseline-literals.ts'
import { canCount, literalOverlap } from './literal-overlap.ts'
import { literalsOf, type Literal } from './literals.ts'

const shown = 3
/** What was found in a changed file before: it comes again with every step that leaves it alone. */
const addedBefore = new WeakMap<ChangedFile, readonly Literal[]>()

/** Asks a person about a change whose new literals are those of the tests. Reads nothing when it adds none that could count. */
export async function overlapFindings(files: readonly ChangedFile[], literals: BaselineLiterals, baseline: ObjectId, signal: AbortSignal): Promise<readonly WeighedFinding[]> {
  const old = new Set<string>()
  const own = files.filter((file) => !file.isProtected)
  const added = own.flatMap((file) => rememberedLiterals(file).map((literal) => ({ ...literal, file: file.path })))
  if (added.length === 0) return []
  for (const { before } of own) if (before !== null) for (const key of literals.ofText(before)) old.add(key)
  const fresh = added.filter(({ key }) => !old.has(key))
  if (fresh.length === 0) return []
  const tests = await literals.inTests(baseline, signal)
  if (!literalOverlap(fresh, (key) => tests.has(key), () => false).isSuspicious) return []
  const source = await literals.inSource(baseline, signal)
  const { shared, isSuspicious } = literalOverlap(fresh, (key) => tests.has(key), (key) => source.has(key))
  const [first] = shared
  if (!isSuspicious || first === undefined) return []
  const place = fresh.find(({ key }) => key === first.key)
  const examples = shared.slice(0, shown).map(({ key }) => JSON.stringify(key.slice(2, 62))).join(', ')
  return [{
    rule: 'test-data-in-source',
    file: place?.file ?? '',
    line: first.line,
    message: `adds ${shared.length === 1 ? 'a literal' : `${shared.length} literals`} of the test data to the source: ${examples}`,
    weight: 'require-approval',
    risk: 0.7,
    consentLevel: 2,
  }]
}

function rememberedLiterals(file: ChangedFile): readonly Literal[] {
  const literals = addedBefore.get(file) ?? addedLiterals(file)
  addedBefore.set(file, literals)
  return literals
}

/** Literals of the added lines that could count. Tables are read in the whole text: their brackets may stand on older lines. */
function addedLiterals(file: ChangedFile): readonly Literal[] {
  const { after, addedLines } = file
  if (after === null || !addedText(file).some(({ text }) => /["'`]|\d/.test(text))) return []
  return literalsOf(after).filter((literal) => addedLines.has(literal.line) && canCount(literal))
}
