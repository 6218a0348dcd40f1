import type { JournalEvent } from '../journal/event.ts'
import { RetentionFold } from './retention-fold.ts'

export type WrongRetention = { readonly ok: false; readonly brokenAt: number; readonly problem: 'retention'; readonly detail: string }

/** What was given up over the life of a journal. */
export interface PrunedCount {
  readonly prunes: number
  readonly runs: number
  readonly proposals: number
}

/** Computes every prune again from what came before it: one that gave up anything else than the rule allows is wrong. */
export class RetentionCheck {
  readonly #fold = new RetentionFold()
  #prunes = 0

  get count(): PrunedCount {
    const { runs, proposals } = this.#fold.pruned()
    return { prunes: this.#prunes, runs: runs.length, proposals: proposals.length }
  }

  add(event: JournalEvent): WrongRetention | null {
    const wrong = event.kind === 'prune-intended' ? this.#problem(event) : null
    this.#fold.apply(event)
    return wrong
  }

  #problem({ body, sequence }: Extract<JournalEvent, { readonly kind: 'prune-intended' }>): WrongRetention | null {
    this.#prunes++
    const allowed = this.#fold.plan(body)
    const [runs, proposals] = [new Set(allowed.runs), new Set(allowed.proposals)]
    // One that is named twice is given up twice.
    const extra = [...body.runs.filter((id) => !runs.delete(id)), ...body.proposals.filter((id) => !proposals.delete(id))]
    if (extra.length > 0) return { ok: false, brokenAt: sequence, problem: 'retention', detail: `the prune of event ${sequence} gives up ${extra.slice(0, 5).join(', ')}, which something rests on, or which nobody made, or which was given up before` }
    return null
  }
}
