import { judgeLabel, type JudgedRule } from '../constitution/rule-judge.ts'
import { canonicalJson } from '../journal/canonical-json.ts'
import type { EventBodies, JournalEvent, RunId } from '../journal/event.ts'
import type { ProposalModel } from '../proposal/proposal.ts'
import type { ProposalRefusal } from '../proposal/proposer.ts'
import type { IntendedCall, SettledCall } from './model-call.ts'
import { costOf } from './model-price.ts'
import type { NanoUsd } from './money.ts'
import type { WrongCall } from './verify-model-calls.ts'

/** What is kept of a call to hold against it what rests on it. */
interface KnownCall {
  readonly run: RunId | null
  readonly purpose: IntendedCall['purpose']
  readonly label: string
  readonly model: IntendedCall['model']
  readonly requestDigest: string
  /** Null where it was not answered. */
  readonly transcript: string | null
  /** By the price list; null where the journal alone cannot say. */
  readonly cost: NanoUsd | null
}

/**
 * Whether what is said to come from a model does: every proposal, every step that was paid in vain and every answer to a rule in words names calls that were settled before it, in its own run, with those transcripts, models and costs. No call
 * stands behind two proposals, but where one was made of the other.
 */
export class ModelUseCheck {
  readonly #open = new Map<string, IntendedCall>()
  readonly #calls = new Map<string, KnownCall>()
  readonly #used = new Set<string>()
  /** Of proposals so far: a change that is made of another one names its model again. */
  readonly #models = new Set<string>()

  /** What is wrong with the event, or null. */
  add(event: JournalEvent): WrongCall | null {
    const problem = this.#problem(event)
    return problem === null ? null : { ok: false, brokenAt: event.sequence, problem: 'model-call', detail: problem }
  }

  #problem(event: JournalEvent): string | null {
    switch (event.kind) {
      case 'model-call-intended':
        this.#open.set(event.body.call, event.body)
        return null
      case 'model-call-settled':
        this.#settle(event.body)
        return null
      case 'proposal-made':
        return placed(`proposal ${event.body.proposal.id}`, this.#made(event.body.proposal.model, event.body.run) ?? this.#made(event.body.proposal.weakness?.model, event.body.run))
      case 'step-skipped':
        return placed(`step ${event.body.step} of run ${event.body.run}`, this.#made(event.body.model, event.body.run) ?? this.#refused(event.body.refusal, event.body.run))
      case 'decision-made':
        return placed(`proposal ${event.body.proposal}`, this.#judged(event.body))
      default:
        return null
    }
  }

  /** The last try of a call is what counts. */
  #settle({ call, transcript, usage }: SettledCall): void {
    const intended = this.#open.get(call)
    if (intended === undefined) return
    this.#open.delete(call)
    const { run, purpose, label, model, requestDigest, price, reserved, replayed } = intended
    const cost = transcript === null ? 0 : usage !== null ? costOf(price, usage) : replayed === true ? null : reserved.nanoUsd
    this.#calls.set(call, { run, purpose, label, model, requestDigest, transcript, cost })
  }

  #made(model: ProposalModel | undefined, run: RunId | null): string | null {
    if (model === undefined) return null
    const key = canonicalJson(model)
    if (this.#models.has(key)) return null
    this.#models.add(key)
    if (model.calls.length === 0 || model.calls.length !== model.transcripts.length) return `names ${model.calls.length} calls of a model and ${model.transcripts.length} transcripts`
    for (const [index, id] of model.calls.entries()) {
      const call = this.#find(id, run)
      if (typeof call === 'string') return call
      if (call.transcript === null) return `rests on call ${id}, which was not answered`
      if (call.transcript !== model.transcripts[index]) return `names another transcript of call ${id} than the journal has`
      if (call.model.name !== model.name || call.model.provider !== model.provider || call.model.id !== model.id) return `names ${model.name} (${model.provider}, ${model.id}) as its model, and call ${id} went to ${call.model.name} (${call.model.provider}, ${call.model.id})`
      if (index === 0 && call.purpose !== 'agent' && call.requestDigest !== model.promptDigest) return `names another prompt than call ${id} was asked`
      if (this.#used.has(id)) return `rests on call ${id}, which something else rests on already`
      this.#used.add(id)
    }
    return this.#costProblem(model)
  }

  #refused(refusal: ProposalRefusal | undefined, run: RunId): string | null {
    const model = refusal?.model ?? null
    if (refusal === undefined || model === null) return null
    for (const id of model.calls) {
      const call = this.#find(id, run)
      if (typeof call === 'string') return call
      if (call.model.name !== model.name) return `names ${model.name} as its model, and call ${id} went to ${call.model.name}`
      if (this.#used.has(id)) return `rests on call ${id}, which something else rests on already`
      this.#used.add(id)
    }
    // An answer that is gone was paid, and brought nothing.
    return refusal.code === 'lost' ? null : this.#costProblem(model)
  }

  #find(id: string, run: RunId | null): KnownCall | string {
    const call = this.#calls.get(id)
    if (call === undefined) return `names call ${id}, which is not in the journal before it`
    return call.run === run ? call : `names call ${id}, which belongs to ${call.run === null ? 'no run' : `run ${call.run}`}`
  }

  #costProblem({ calls, nanoUsd }: Pick<ProposalModel, 'calls' | 'nanoUsd'>): string | null {
    let due = 0
    for (const id of calls) {
      const cost = this.#calls.get(id)?.cost ?? null
      if (cost === null) return null
      due += cost
    }
    return due === nanoUsd ? null : `says that its calls cost ${nanoUsd} billionths of a dollar, where they cost ${due}`
  }

  #judged({ basis, run, proposal, purpose, trial }: EventBodies['decision-made']): string | null {
    for (const judged of basis?.policy?.judged ?? []) {
      const problem = this.#answerProblem(judged, { run, label: judgeLabel({ proposal, occasion: `${purpose} ${trial}`, rule: judged.rule }) })
      if (problem !== null) return `the answer to the rule ${judged.rule} ${problem}`
    }
    return null
  }

  #answerProblem({ answer, model, call: id, transcript }: JudgedRule, { run, label }: { readonly run: RunId | null; readonly label: string }): string | null {
    if (transcript === null) return answer === 'unsure' ? null : `is ${answer}, and nobody gave it`
    if (id === null) return 'has a transcript and no call'
    const call = this.#find(id, run)
    if (typeof call === 'string') return call
    if (call.label !== label) return `rests on call ${id}, which was about something else`
    if (call.transcript !== transcript) return `names another transcript of call ${id} than the journal has`
    return call.model.name === model ? null : `is said to be ${model ?? 'nobody'}'s, and call ${id} went to ${call.model.name}`
  }
}

function placed(what: string, problem: string | null): string | null {
  return problem === null ? null : `${what} ${problem}`
}
