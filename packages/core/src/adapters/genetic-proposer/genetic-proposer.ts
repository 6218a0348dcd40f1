import { stepSeparator, type TextEdit } from '../../proposal/proposal.ts'
import { applyEdits } from '../../proposal/apply-edits.ts'
import { contextDigest } from '../../proposal/context-digest.ts'
import { editsDigest } from '../../proposal/edits-digest.ts'
import { doClash } from '../../proposal/introduced-names.ts'
import { mergeEdits } from '../../proposal/merge-edits.ts'
import type { ProposalDraft, ProposalRequest, Proposer } from '../../proposal/proposer.ts'
import type { RecentTrees } from '../ast-grep-rules/recent-trees.ts'
import { parseAs, type Parse } from '../ast-grep-rules/languages.ts'
import type { ParsedSource } from './edit-operator.ts'
import { allOperators, type OperatorSets } from './operator-sets.ts'
import { parseSource, syntaxErrors } from './parse-source.ts'
import { kinds, SiteDraw, type DrawnSite } from './site-draw.ts'
import { SiteIndex, type SiteKind } from './site-index.ts'

export interface GeneticProposerOptions {
  readonly operators?: OperatorSets
  /** Share of proposals that are rewrites, or tuning, while any untried one is left. */
  readonly rewriteShare?: number
  /** Shared with who looks at the proposals next, so that their texts are parsed once. */
  readonly trees?: RecentTrees
}

/**
 * Program search without a model: performance rewrites whose preconditions hold, then the classic edits of genetic improvement. A file is drawn first, by how hot
 * it is, and only then looked into: the cost of a proposal does not grow with the repository. Where there is a mate, its edits are merged in instead.
 */
export function createGeneticProposer(options: GeneticProposerOptions = {}): Proposer {
  const rewriteShare = options.rewriteShare ?? 0.85
  const { trees } = options
  const parse: Parse = trees === undefined ? parseAs : (language, text) => trees.parse(language, text)
  const index = new SiteIndex(options.operators ?? allOperators, parse)
  return {
    name: 'genetic',
    propose: async (request) => merge(request, parse) ?? choose(request, { rewriteShare, index, parse }),
  }
}

/** Steps that are looked at for each one that joins. */
const looks = 4

/** Draws until there is a draft that is new, parses and changes something. */
interface Choosing {
  readonly rewriteShare: number
  readonly index: SiteIndex
  readonly parse: Parse
}

function choose(request: ProposalRequest, { rewriteShare, index, parse }: Choosing): ProposalDraft | null {
  const { random, atOnce = 1 } = request
  const draw = new SiteDraw(index, request)
  const wanted = (): readonly SiteKind[] => preferred(random.next(), rewriteShare)
  for (let site = draw.next(wanted); site !== null; site = draw.next(wanted)) {
    const { edits, operator, rationale, kind } = site
    if (!isNew(site, request) || !isValid(site, parse)) continue
    return atOnce > 1 && kind === 'rewrite' ? join(site, draw, { request, parse }) : { edits, operator, rationale }
  }
  return null
}

/** Several rewrites at once: each claims to keep behaviour, so that most of the time all of them together do. One `part` each; the first alone where they do not parse together. */
function join(first: DrawnSite, draw: SiteDraw, { request, parse }: { readonly request: ProposalRequest; readonly parse: Parse }): ProposalDraft {
  const { atOnce = 1 } = request
  const taken = [first]
  for (let look = 0; look < looks * atOnce && taken.length < atOnce; look++) {
    const site = draw.next(() => kinds)
    if (site === null || site.kind !== 'rewrite') break
    if (isNew(site, request) && !taken.some((other) => doTouch(site.edits, other.edits) || (site.source.path === other.source.path && doClash(site.source.text, site.edits, other.edits)))) taken.push(site)
  }
  const alone = { edits: first.edits, operator: first.operator, rationale: first.rationale }
  if (taken.length === 1) return alone
  const files = [...Map.groupBy(taken, ({ source }) => source.path).values()]
  const areSound = files.every((sites) => isValid({ ...(sites[0] as DrawnSite), edits: sites.flatMap(({ edits }) => edits) }, parse))
  // In the order of their places: the same steps are the same proposal, in whatever order they were drawn.
  taken.sort((a, b) => (a.source.path === b.source.path ? firstOf(a) - firstOf(b) : a.source.path < b.source.path ? -1 : 1))
  const edits = taken.flatMap((site, part) => site.edits.map((edit) => ({ ...edit, part })))
  const digest = contextDigest(edits, request.sources)
  // Together they were tried, or broke something: then the first by itself, which was not.
  if (!areSound || request.tried.has(editsDigest(request.parent, edits)) || (digest !== null && request.failed?.has(digest) === true)) return alone
  return {
    edits,
    operator: taken.map(({ operator }) => operator).join(stepSeparator),
    rationale: taken.map(({ rationale }) => rationale).join('; '),
    steps: taken.map(({ operator, rationale }) => ({ operator, rationale })),
  }
}

function firstOf({ edits }: DrawnSite): number {
  return Math.min(...edits.map(({ start }) => start))
}

function doTouch(some: readonly TextEdit[], others: readonly TextEdit[]): boolean {
  return some.some((a) => others.some((b) => a.path === b.path && a.start <= b.end && b.start <= a.end))
}

/** Of what is neither classic nor forced. */
const tuningShare = 0.15

/** Which kind is wanted most, second and last, by one number drawn from [0, 1). */
function preferred(drawn: number, rewriteShare: number): readonly SiteKind[] {
  if (drawn < rewriteShare * (1 - tuningShare)) return kinds
  return drawn < rewriteShare ? ['tuning', 'rewrite', 'classic'] : ['classic', 'tuning', 'rewrite']
}

/** The mate's edits on the parent, as one draft; null where there is none, where the two cannot be merged, and where that was tried. */
function merge({ mate, parent, sources, tried, failed }: ProposalRequest, parse: Parse): ProposalDraft | null {
  const edits = mate === undefined ? null : mergeEdits(sources, mate)
  if (mate === undefined || edits === null || edits.length === 0 || tried.has(editsDigest(parent, edits))) return null
  const digest = contextDigest(edits, sources)
  if (digest !== null && failed?.has(digest) === true) return null
  const edited = [...new Set(edits.map(({ path }) => path))]
  const isSound = edited.every((path) => {
    const file = sources.find((source) => source.path === path)
    const source = file === undefined ? null : parseSource(file, parse)
    return source === null || isValid({ source, edits: edits.filter((edit) => edit.path === path), errors: syntaxErrors(source) }, parse)
  })
  if (!isSound) return null
  return { edits, mate: mate.commit, operator: 'crossover', rationale: `also do what variant ${mate.commit.slice(0, 10)} does (${edited.join(', ')})` }
}

/** Neither tried on this parent nor known to break something wherever nothing around it has changed. */
function isNew({ edits, source }: DrawnSite, { parent, tried, failed }: ProposalRequest): boolean {
  if (tried.has(editsDigest(parent, edits))) return false
  const digest = failed === undefined ? null : contextDigest(edits, [source])
  return digest === null || failed?.has(digest) !== true
}

function isValid({ source, edits, errors }: { readonly source: ParsedSource; readonly edits: readonly TextEdit[]; readonly errors: number }, parse: Parse): boolean {
  const text = applyEdits(source.text, edits)
  if (text === source.text) return false
  const after = parseSource({ path: source.path, text }, parse)
  return after !== null && syntaxErrors(after) <= errors
}
