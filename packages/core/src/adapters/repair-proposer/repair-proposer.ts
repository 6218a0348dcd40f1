import { applyEdits } from '../../proposal/apply-edits.ts'
import { editsDigest } from '../../proposal/edits-digest.ts'
import { withLineEnds } from '../../proposal/line-ends.ts'
import type { Opportunity, TextEdit } from '../../proposal/proposal.ts'
import type { ProposalDraft, ProposalRequest, Proposer, SourceFile } from '../../proposal/proposer.ts'
import type { Random } from '../../randomness/seeded-random.ts'
import { languageOf, parseAs } from '../ast-grep-rules/languages.ts'
import type { Language } from '../ast-grep-rules/code-rule.ts'
import { repairList, type PlacedRepair } from './repair-list.ts'

/** Repairs among which one is drawn: enough for two seeds to differ, too few for an unlikely one to come early. */
const drawnAmong = 6
/** Parents whose repairs are kept: a search goes back and forth between a few. */
const keptLists = 4
/** Files read at a time where nothing says where the fault lies. */
const filesAtOnce = 20

/** Whether the repair proposer knows the language of a file of this name. */
export function isRepairable(path: string): boolean {
  return !/\.d\.[cm]?ts$/.test(path) && languageOf(path, '') !== null
}

/**
 * Mends code without a model: fixes of the forms that real fixes have, at the places that failing tests point at, the most likely first. The first file that
 * failing tests run through is exhausted before files are looked into that they do not.
 */
export function createRepairProposer(): Proposer {
  const lists = new Map<string, readonly PlacedRepair[]>()
  const listOf = (key: string, files: readonly SourceFile[], opportunities: readonly Opportunity[]): readonly PlacedRepair[] => {
    const known = lists.get(key)
    if (known !== undefined) return known
    const made = repairList(files, opportunities)
    const [oldest] = lists.keys()
    if (lists.size >= keptLists && oldest !== undefined) lists.delete(oldest)
    lists.set(key, made)
    return made
  }
  return {
    name: 'repair',
    propose: async (request) => {
      for (const [index, files] of fileGroups(request).entries()) {
        const draft = draw(listOf(`${request.parent} ${index}`, files, request.opportunities), request)
        if (draft !== null) return draft
      }
      return null
    },
  }
}

/** First what failing tests run through, then the rest, some files at a time. */
function fileGroups({ sources, opportunities }: ProposalRequest): readonly (readonly SourceFile[])[] {
  const usable = sources.filter((file) => isRepairable(file.path))
  const places = opportunities.filter((place) => place.kind === 'failing-test')
  const isHot = (file: SourceFile): boolean => places.some((place) => place.path === file.path)
  const rest = usable.filter((file) => !isHot(file))
  const groups = Array.from({ length: Math.ceil(rest.length / filesAtOnce) }, (_, group) => rest.slice(group * filesAtOnce, (group + 1) * filesAtOnce))
  return [usable.filter(isHot), ...groups].filter((group) => group.length > 0)
}

/** In the order of the list with some randomness; nothing that was tried on this parent, and nothing that does not parse. */
function draw(list: readonly PlacedRepair[], { parent, tried, random }: ProposalRequest): ProposalDraft | null {
  const open: PlacedRepair[] = []
  let next = 0
  const fill = (): void => {
    for (; next < list.length && open.length < drawnAmong; next++) {
      const placed = list[next] as PlacedRepair
      if (!tried.has(editsDigest(parent, editsOf(placed)))) open.push(placed)
    }
  }
  for (fill(); open.length > 0; fill()) {
    const [placed] = open.splice(place(open, random), 1)
    if (placed !== undefined && isSound(placed)) return { edits: editsOf(placed), operator: `repair-${placed.repairs[0].template}`, rationale: rationaleOf(placed) }
  }
  return null
}

/** The weights to the fourth: of two neighbours in the list the likelier one usually comes first. */
function place(open: readonly PlacedRepair[], random: Random): number {
  const weights = open.map(({ weight }) => weight ** 4)
  let left = random.next() * weights.reduce((sum, weight) => sum + weight, 0)
  return Math.max(weights.findIndex((weight) => (left -= weight) < 0), 0)
}

function editsOf({ file, repairs }: PlacedRepair): readonly TextEdit[] {
  return withLineEnds(file.text, repairs.flatMap(({ cuts }, part) => cuts.map((cut) => ({ path: file.path, ...cut, part }))))
}

function isSound(placed: PlacedRepair): boolean {
  const { path, text } = placed.file
  const after = applyEdits(text, editsOf(placed))
  const language = languageOf(path, text)
  return after !== text && language !== null && (countErrors(language, after) === 0 || countErrors(language, after) <= countErrors(language, text))
}

function countErrors(language: Language, text: string): number {
  return parseAs(language, text).root().findAll({ rule: { kind: 'ERROR' } }).length
}

function rationaleOf({ file, repairs }: PlacedRepair): string {
  return repairs.map(({ cuts, line, template }) => `${template} at ${file.path}:${line}: ${cuts.map((cut) => said(file.text, cut)).join(', ')}`).join('; ')
}

/** With the whole words that a cut touches. */
function said(text: string, { start, end, replacement }: { readonly start: number; readonly end: number; readonly replacement: string }): string {
  const before = /\w*$/.exec(text.slice(Math.max(0, start - 40), start))?.[0] ?? ''
  const after = /^\w*/.exec(text.slice(end, end + 40))?.[0] ?? ''
  return `\`${shortened(before + text.slice(start, end) + after)}\` becomes \`${shortened(before + replacement + after)}\``
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > 60 ? `${line.slice(0, 57)}...` : line
}
