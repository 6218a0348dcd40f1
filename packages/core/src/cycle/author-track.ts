import type { PolicyRule } from '../constitution/constitution.ts'
import { compileRule } from '../constitution/compile-constitution.ts'
import type { EventBodies } from '../journal/event.ts'
import type { ObjectId, ProposalId } from '../proposal/proposal.ts'
import type { Author } from '../screening/screening-policy.ts'

type Names = readonly string[]

interface Made {
  readonly commit: ObjectId
  readonly own: string
  /** Null: it is not known what it comes from. */
  readonly behind: Names | null
}

/** Whose steps the variants of one run consist of, and which of its proposals were screened without being told. Takes room only where there is a constitution. */
export class AuthorTrack {
  /** Made, and not screened yet. */
  readonly #made = new Map<ProposalId, Made>()
  /** Screened, and not decided yet. */
  readonly #open = new Map<ProposalId, { readonly commit: ObjectId; readonly names: Names }>()
  readonly #authors = new Map<ObjectId, Names>()
  readonly #problems = new Map<ProposalId, string>()
  /** Runs have many variants and few authors. */
  readonly #known = new Map<string, Names>()

  /** What settling makes comes from what it is cut from, and from nothing else. */
  made({ step, commit, baseline, cutFrom, proposal: { id, proposer, operator, parent, mate } }: EventBodies['proposal-made']): void {
    const sources = step < 1 ? [cutFrom] : [parent, ...(mate === undefined ? [] : [mate])]
    const behind = sources.map((from) => (from === undefined ? null : from === baseline ? [] : (this.#authors.get(from) ?? null)))
    this.#made.set(id, { commit, own: nameOf({ proposer, operator }), behind: behind.includes(null) ? null : behind.flatMap((names) => names ?? []) })
  }

  screened({ proposal, screening: { policy } }: EventBodies['proposal-screened']): void {
    const made = this.#made.get(proposal)
    this.#made.delete(proposal)
    if (made === undefined || policy === undefined) return
    const told = new Set([made.own, ...(policy.others ?? []).map(nameOf)])
    const untold = (made.behind ?? []).filter((name) => !told.has(name))
    if (nameOf(policy.facts) !== made.own) this.#problems.set(proposal, `it was screened as made by ${nameOf(policy.facts)}, and was made by ${made.own}`)
    else if (made.behind === null) this.#problems.set(proposal, 'nobody can say who made what it comes from')
    else if (untold.length > 0) this.#problems.set(proposal, `screening was not told that something of it was made by ${untold.join(', ')}`)
    this.#open.set(proposal, { commit: made.commit, names: this.#once([made.own, ...(made.behind ?? []), ...told]) })
  }

  /** What is wrong with a decision, or null. Only where a rule asks who made a change has anybody looked it up. */
  decided({ proposal, purpose, decision: { verdict }, basis }: EventBodies['decision-made']): string | null {
    const open = this.#open.get(proposal)
    if (purpose === 'search') {
      this.#open.delete(proposal)
      // Nothing goes on from what is rejected.
      if (open !== undefined && verdict !== 'rejected') this.#authors.set(open.commit, open.names)
    }
    const problem = this.#problems.get(proposal)
    return problem !== undefined && basis?.policy?.rules.some(readsAuthor) === true ? `proposal ${proposal}: ${problem}` : null
  }

  #once(names: Names): Names {
    const distinct = [...new Set(names)].toSorted()
    const key = JSON.stringify(distinct)
    const known = this.#known.get(key)
    if (known === undefined) this.#known.set(key, distinct)
    return known ?? distinct
  }
}

function readsAuthor(rule: PolicyRule): boolean {
  const compiled = compileRule(rule)
  return 'answer' in compiled && compiled.expression?.readsAuthor === true
}

function nameOf({ proposer, operator }: Pick<Author, 'proposer' | 'operator'>): string {
  return JSON.stringify([proposer, operator])
}
