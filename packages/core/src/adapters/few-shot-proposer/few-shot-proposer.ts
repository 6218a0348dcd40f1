import { editsDigest } from '../../proposal/edits-digest.ts'
import type { ProposalDraft, ProposalRequest, Proposer, SourceFile } from '../../proposal/proposer.ts'
import type { TextEdit } from '../../proposal/proposal.ts'
import type { Random } from '../../randomness/seeded-random.ts'
import type { TaskSolution } from '../../weakness/task-failure.ts'
import { findDemonstrations, isUsable, type DemonstrationPlace } from './demonstration-place.ts'

/** Demonstrations that a place may hold: each is read at every answer. */
const mostDemonstrations = 12
/** Shown at once: one alone seldom makes a difference that can be proven. */
const mostAtOnce = 4
/** Draws before a parent counts as exhausted. */
const mostDraws = 24

/**
 * Shows a prompt what it did right: examples that the parent solves are put, as they were printed, between two marks of a text file (few-shot bootstrapping; O. Khattab et al., "DSPy", 2023). Whether that helps is for the
 * metric to say. Demonstrations are only added, exchanged or taken away, a few at a time, so that the search sees which of them carry the gain.
 */
export function createFewShotProposer(): Proposer {
  return { name: 'few-shot', propose: (request) => propose(request) }
}

async function propose(request: ProposalRequest): Promise<ProposalDraft | null> {
  const places = request.sources.flatMap((source) => {
    const place = findDemonstrations(source.text)
    return place === null ? [] : [{ source, place }]
  })
  if (places.length === 0) return null
  const record = await request.tasks?.()
  const solutions = (record?.solutions ?? []).filter(({ printed }) => isUsable(printed)).toSorted((a, b) => (a.task < b.task ? -1 : 1))
  for (let draw = 0; draw < mostDraws; draw++) {
    const draft = draftOf(request.random.pick(places), solutions, request.random)
    if (draft !== null && !request.tried.has(editsDigest(request.parent, draft.edits))) return draft
  }
  return null
}

type Place = { readonly source: SourceFile; readonly place: DemonstrationPlace }
type Step = { readonly operator: string; readonly shown: readonly string[]; readonly rationale: string }

function draftOf({ source, place }: Place, solutions: readonly TaskSolution[], random: Random): ProposalDraft | null {
  const step = stepOf(place.shown, solutions, random)
  return step === null ? null : { edits: [editOf({ source, place }, step.shown)], operator: step.operator, rationale: step.rationale }
}

function stepOf(shown: readonly string[], solutions: readonly TaskSolution[], random: Random): Step | null {
  const fresh = random.shuffle(solutions.filter(({ printed }) => !shown.includes(printed)))
  const kind = random.pick(['add', 'add', 'add', 'exchange', 'remove'] as const)
  if (kind === 'remove' && shown.length > 0) {
    const gone = random.integer(shown.length)
    return { operator: 'few-shot-remove', shown: shown.toSpliced(gone, 1), rationale: `Take demonstration ${gone + 1} of ${shown.length} away: it may mislead.` }
  }
  const [first] = fresh
  if (first === undefined) return null
  if ((kind === 'exchange' && shown.length > 0) || shown.length >= mostDemonstrations) {
    const gone = random.integer(shown.length)
    return { operator: 'few-shot-exchange', shown: shown.with(gone, first.printed), rationale: `Show the example ${named(first)}, which is solved, instead of demonstration ${gone + 1}.` }
  }
  const more = fresh.slice(0, Math.min(1 + random.integer(mostAtOnce), mostDemonstrations - shown.length))
  return { operator: 'few-shot-add', shown: [...shown, ...more.map(({ printed }) => printed)], rationale: `Show how ${more.map(named).join(', ')} ${more.length === 1 ? 'is' : 'are'} solved.` }
}

function editOf({ source, place }: Place, shown: readonly string[]): TextEdit {
  return { path: source.path, start: place.start, end: place.end, replacement: shown.map((text) => `${text}\n`).join('\n'), part: 0 }
}

function named({ task }: TaskSolution): string {
  return JSON.stringify(task.replaceAll(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').slice(0, 60).toWellFormed())
}
