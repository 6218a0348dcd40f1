import type { TextEdit } from '../../proposal/proposal.ts'
import { applyEdits } from '../../proposal/apply-edits.ts'
import { editsDigest } from '../../proposal/edits-digest.ts'
import type { ProposalDraft, ProposalRequest, Proposer } from '../../proposal/proposer.ts'
import { classicOperators } from './classic/classic-operators.ts'
import type { EditOperator, EditSite, ParsedSource } from './edit-operator.ts'
import { hasSyntaxError, parseSource } from './parse-source.ts'
import { rewriteOperators } from './rewrites/rewrite-operators.ts'
import { SiteIndex, type FileSites, type SiteKind } from './site-index.ts'
import { SiteLottery, type Ticket } from './site-lottery.ts'

export interface GeneticProposerOptions {
  readonly operators?: readonly EditOperator[]
  /** Share of proposals that are rewrites while any untried rewrite is left. */
  readonly rewriteShare?: number
}

/** Program search without a model: performance rewrites whose preconditions hold, then the classic edits of genetic improvement. */
export function createGeneticProposer(options: GeneticProposerOptions = {}): Proposer {
  const operators = options.operators ?? [...rewriteOperators, ...classicOperators]
  const rewriteShare = options.rewriteShare ?? 0.85
  const index = new SiteIndex(operators)
  return {
    name: 'genetic',
    propose: async (request) => {
      const files = index.sitesOf(request.sources)
      const lottery = (kind: SiteKind): SiteLottery => new SiteLottery(files.map((sites) => ({ sites, pool: index.pool(sites, kind, request.opportunities) })))
      return choose(request, { rewrite: lottery('rewrite'), classic: lottery('classic') }, { rewriteShare, workbench: new Workbench(operators) })
    },
  }
}

/** Draws sites until one gives a draft that is new, parses and changes something. */
function choose(
  { random, parent, tried }: ProposalRequest,
  lotteries: Readonly<Record<SiteKind, SiteLottery>>,
  { rewriteShare, workbench }: { readonly rewriteShare: number; readonly workbench: Workbench },
): ProposalDraft | null {
  while (!lotteries.rewrite.isEmpty || !lotteries.classic.isEmpty) {
    const wantsRewrite = random.next() < rewriteShare
    const kind = (wantsRewrite && !lotteries.rewrite.isEmpty) || lotteries.classic.isEmpty ? 'rewrite' : 'classic'
    const ticket = lotteries[kind].draw(random)
    const { operator, site, source } = workbench.site(ticket)
    const edits = site.edits()
    if (tried.has(editsDigest(parent, edits)) || !isValid(source, edits, ticket.sites)) continue
    return { edits, operator: operator.name, rationale: `${site.rationale} (${source.path})` }
  }
  return null
}

/** Parses a file again when one of its sites was drawn, and for no longer than one proposal. */
class Workbench {
  readonly #operators: readonly EditOperator[]
  readonly #sources = new Map<FileSites, ParsedSource>()
  readonly #listed = new Map<FileSites, Map<number, readonly EditSite[]>>()

  constructor(operators: readonly EditOperator[]) {
    this.#operators = operators
  }

  site({ sites, operator: number, place }: Ticket): { readonly operator: EditOperator; readonly site: EditSite; readonly source: ParsedSource } {
    const operator = this.#operators[number]
    const source = this.#sources.get(sites) ?? parseSource(sites.file)
    if (operator === undefined || source === null) throw new TypeError(`${sites.file.path} had sites before`)
    this.#sources.set(sites, source)
    const byOperator = this.#listed.get(sites) ?? new Map<number, readonly EditSite[]>()
    this.#listed.set(sites, byOperator)
    const listed = byOperator.get(number) ?? operator.sites(source)
    byOperator.set(number, listed)
    const site = listed[place]
    if (site === undefined) throw new TypeError(`${operator.name} lists fewer sites than before: it is not pure`)
    return { operator, site, source }
  }
}

function isValid(source: ParsedSource, edits: readonly TextEdit[], { hasErrors }: FileSites): boolean {
  const text = applyEdits(source.text, edits)
  if (text === source.text) return false
  const after = parseSource({ path: source.path, text })
  return after !== null && (hasErrors || !hasSyntaxError(after))
}
