import type { RunId } from '../journal/event.ts'
import type { Journal } from '../journal/journal.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import { endLostCapabilities } from '../capability/recorded-doors.ts'
import { printableText } from '../evaluation/printable-text.ts'
import { seededRandom } from '../randomness/seeded-random.ts'
import { chargedUsage, chargeFor, recordedCalls, type RecordedCall } from './call-records.ts'
import { mostInputTokens } from './count-tokens.ts'
import { callId, requestDigest, type CallId, type CallPurpose, type IntendedCall, type NamedModel, type SettledCall } from './model-call.ts'
import { isPassing, mayCost, ModelError, type ModelErrorCode } from './model-error.ts'
import { costOf, type ModelPrice } from './model-price.ts'
import type { ModelProvider } from './model-provider.ts'
import type { ModelReply, ModelRequest } from './model-request.ts'
import type { NanoUsd } from './money.ts'
import { lostDetail, type Recording, type RecordedTry } from './recording.ts'
import { redactReply, redactRequest } from './redact-exchange.ts'
import type { Redactor } from './redaction.ts'
import { Rehearsal } from './rehearsal.ts'
import { piecesOfReply, ReplyFlow, type ReplyDelta, type ReplyPiece } from './reply-flow.ts'
import { retryDelay } from './retry-delay.ts'
import { noSpending, SpendingBudget, type Allowance, type BudgetShortage, type Reservation, type Spending, type SpendingLimits } from './spending-budget.ts'
import type { Transcripts } from './transcripts.ts'

/** One model that may be asked. */
export interface GatewayModel {
  readonly model: NamedModel
  readonly provider: ModelProvider
  /** Null: nobody knows. Then it is asked only where no limit in money holds. */
  readonly price: ModelPrice | null
  readonly maxOutputTokens: number
  /** Tries in all. */
  readonly attempts: number
}

export interface GatewayCall {
  readonly model: string
  readonly purpose: CallPurpose
  /** Unique within the run. The same label again gets the same answer, without another call. */
  readonly label: string
  readonly about: string | null
  readonly granted?: Allowance
  /** See `IntendedCall`. */
  readonly capability?: string
  readonly request: ModelRequest
  /** Refused as `redacted` where a secret would have to be left out of it: an answer about what the model did not see is worth nothing. */
  readonly isWhole?: true
}

export interface Answer {
  readonly kind: 'answered'
  readonly call: CallId
  readonly reply: ModelReply
  readonly requestDigest: string
  readonly transcript: string
  /** What it costs by the price list, also where it was answered from a recording. */
  readonly cost: NanoUsd
}

/** An ordinary ending: whoever asked goes on without. `scope`: whose budget is spent. `isRecorded`: it was refused before, and nobody was asked again. `isShown`: part of the reply had been told by then. */
export type CallRefusal = { readonly kind: 'refused'; readonly call: CallId; readonly requestDigest: string; readonly reason: 'budget' | 'lost' | 'unknown-model' | 'redacted' | 'overcharged' | ModelErrorCode; readonly detail: string; readonly scope?: BudgetShortage['scope']; readonly isRecorded?: true; readonly isShown?: true }

export interface AskOptions {
  readonly signal: AbortSignal
  /**
   * Told the whole reply in pieces: as it comes, and what is left of it once it is written down; one from the record at once. May be told part of a reply that fails then: no other try is made after that.
   */
  readonly observe?: (piece: ReplyPiece, call: CallId) => void
}

/** The one way to a model: it holds the keys, keeps to the budget, and writes down what was asked and answered before the answer is given. */
export interface Gateway {
  readonly models: readonly Pick<GatewayModel, 'model' | 'price' | 'maxOutputTokens'>[]
  readonly spent: Spending
  /** Answered from a recording: what it refuses was refused when that was made. */
  readonly isReplay?: boolean
  /** Rejects only when it is aborted, or when the record cannot be written. */
  ask(call: GatewayCall, options: AskOptions): Promise<Answer | CallRefusal>
}

export interface GatewayPorts {
  readonly journal: Pick<Journal, 'append'>
  readonly index: Pick<JournalIndex, 'ofKinds'>
  readonly transcripts: Transcripts
  readonly redactor: Redactor
  /** For measuring how long a call takes. */
  readonly clock: () => Date
  /** Waits between tries; rejects when aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
}

export interface GatewayOptions {
  readonly run: RunId | null
  readonly models: readonly GatewayModel[]
  readonly limits: { readonly run: SpendingLimits; readonly proposal: SpendingLimits }
  /** Answers instead of every provider: nothing is sent anywhere. */
  readonly recording?: Recording
}

/** Opens the gateway of a run, with what the run spent before; calls and grants that a kill cut off are settled first. */
export async function openGateway(ports: GatewayPorts, options: GatewayOptions): Promise<Gateway> {
  await endLostCapabilities(ports)
  const recorded = await recordedCalls(ports, options.run)
  return new RecordingGateway(ports, options, options.run === null ? [] : recorded)
}

type Attempt = { readonly kind: 'done'; readonly answer: Answer | CallRefusal } | { readonly kind: 'failed'; readonly error: ModelError; readonly detail: string; readonly isShown: boolean }

const mostDetail = 300

class RecordingGateway implements Gateway {
  readonly #ports: GatewayPorts
  readonly #options: GatewayOptions
  readonly #budget: SpendingBudget
  readonly #rehearsal: Rehearsal | null
  /** The last try of each call. */
  readonly #known = new Map<CallId, RecordedCall>()
  /** Models that took more than was kept for a call: what they may take at most is not known, so no limit could hold. */
  readonly #overcharging = new Set<string>()
  readonly #asking = new Map<CallId, Promise<Answer | CallRefusal>>()

  constructor(ports: GatewayPorts, options: GatewayOptions, recorded: readonly RecordedCall[]) {
    this.#ports = ports
    this.#options = options
    this.#budget = new SpendingBudget(options.limits)
    this.#rehearsal = options.recording === undefined ? null : new Rehearsal(options.recording, options.limits.proposal, recorded)
    for (const { intended, settled } of recorded) {
      this.#budget.charge(intended, settled.charged)
      this.#known.set(intended.call, { intended, settled })
      if (settled.basis === 'stated' || this.#rehearsal?.try(intended.label, intended.attempt)?.settled.basis === 'stated') this.#overcharging.add(intended.model.name)
    }
  }

  get models(): GatewayOptions['models'] {
    return this.#options.models
  }

  get isReplay(): boolean {
    return this.#options.recording !== undefined
  }

  get spent(): Spending {
    return this.#budget.held
  }

  ask(call: GatewayCall, options: AskOptions): Promise<Answer | CallRefusal> {
    const id = callId(this.#options.run, call.label)
    const open = this.#asking.get(id)
    if (open !== undefined) return open.then((answer) => told(answer, options))
    const asked = this.#ask(id, call, options).finally(() => this.#asking.delete(id))
    this.#asking.set(id, asked)
    return asked
  }

  async #ask(id: CallId, call: GatewayCall, options: AskOptions): Promise<Answer | CallRefusal> {
    options.signal.throwIfAborted()
    const held = this.#options.models.find(({ model }) => model.name === call.model)
    if (held === undefined) return { kind: 'refused', call: id, requestDigest: '', reason: 'unknown-model', detail: `no model is called ${JSON.stringify(call.model)}` }
    const most = Math.min(call.request.maxOutputTokens, held.maxOutputTokens)
    const whole = { ...call.request, maxOutputTokens: most }
    const request = redactRequest(this.#ports.redactor, whole)
    const digest = requestDigest(held.model, request)
    if (call.isWhole === true && digest !== requestDigest(held.model, whole)) return { kind: 'refused', call: id, requestDigest: digest, reason: 'redacted', detail: 'it holds what looks like a secret, which no model is shown' }
    const before = this.#known.get(id)
    // What a replay was cut off in costs nothing to read again.
    const isCutOff = before?.settled.outcome === 'lost' && before.intended.replayed === true && this.#rehearsal !== null
    if (before !== undefined && !isCutOff && (before.settled.outcome !== 'failed' || before.settled.code === null || !mayGoOn(before, held))) return told(await this.#again(before, digest), options)
    return this.#try({ id, call, held, request, digest, first: (before?.intended.attempt ?? 0) + (isCutOff ? 0 : 1) }, options)
  }

  async #try(asked: Asked, options: AskOptions): Promise<Answer | CallRefusal> {
    const random = seededRandom('retry', asked.id)
    for (let attempt = asked.first; ; attempt++) {
      const result = await this.#attempt(asked, attempt, options)
      if (result.kind === 'done') return result.answer
      const { error, detail, isShown } = result
      const isLast = attempt >= asked.held.attempts || !isPassing(error.code) || isShown
      const delay = isLast ? null : this.#rehearsal === null ? retryDelay(attempt, error.retryAfterMs, random) : 0
      if (delay === null) return { kind: 'refused', call: asked.id, requestDigest: asked.digest, reason: error.code, detail, ...(isShown ? { isShown } : {}) }
      if (this.#rehearsal === null) await this.#ports.wait(delay, options.signal)
    }
  }

  /** Reserve, intend, ask, settle: in this order, each written down before the next. */
  async #attempt(asked: Asked, attempt: number, options: AskOptions): Promise<Attempt> {
    const { id, call, held, request, digest } = asked
    const { run, limits } = this.#options
    const refused = (reason: CallRefusal['reason'], detail: string, scope?: BudgetShortage['scope']): Attempt => ({ kind: 'done', answer: { kind: 'refused', call: id, requestDigest: digest, reason, detail, ...(scope === undefined ? {} : { scope }) } })
    const recorded = this.#rehearsal?.try(call.label, attempt) ?? null
    const replayed = this.#rehearsal !== null
    if (this.#overcharging.has(held.model.name)) return refused('overcharged', `${held.model.id} stated more usage than a call can have, so no limit could hold: it is asked nothing more in this run`)
    const limited = (this.#rehearsal?.isLimitedInMoney ?? (limits.run.nanoUsd !== null || limits.proposal.nanoUsd !== null)) || (call.granted !== undefined && call.granted.limits.nanoUsd !== null)
    if (held.price === null && limited && recorded === null) return refused('price-unknown', `the price of ${held.model.id} is not known, so no limit in money could hold: write its \`price\``)
    const price = recorded?.price ?? held.price ?? { input: 0, output: 0 }
    const tokens = { input: mostInputTokens(request), output: request.maxOutputTokens }
    const worst: Spending = { nanoUsd: costOf(price, tokens), tokens: tokens.input + tokens.output, calls: 1 }
    const reserved = replayed ? noSpending : worst
    const shortage = recorded === null ? (this.#rehearsal?.shortage(call, worst) ?? null) : null
    if (shortage !== null) return refused('budget', shortageText(shortage), shortage.scope)
    const gaveUp = recorded === null ? this.#rehearsal?.try(call.label, attempt - 1)?.settled : undefined
    if (gaveUp?.code != null) return refused(gaveUp.code, gaveUp.detail ?? 'the recorded call failed')
    const reservation = this.#budget.reserve(call, reserved)
    if ('limit' in reservation) return refused('budget', shortageText(reservation), reservation.scope)
    const intended: IntendedCall = {
      run, call: id, attempt, purpose: call.purpose, label: call.label, about: call.about, ...(call.granted === undefined ? {} : { granted: call.granted }), ...(call.capability === undefined ? {} : { capability: call.capability }), model: held.model, requestDigest: digest, reserved, price, limits: limits.run, ...(replayed ? { replayed } : {}),
    }
    try {
      await this.#ports.journal.append([{ kind: 'model-call-intended', body: intended }])
    } catch (error) {
      // Nothing was asked: nothing can have been spent.
      reservation.settle(noSpending)
      throw error
    }
    const outcome = await this.#exchange(intended, { asked, recorded, worst }, options)
    this.#settle(reservation, { intended, ...outcome })
    this.#rehearsal?.spend(call, recorded)
    this.#known.set(id, { intended, settled: outcome.settled })
    await this.#ports.journal.append([{ kind: 'model-call-settled', body: outcome.settled }])
    if (outcome.error !== null) {
      options.signal.throwIfAborted()
      return { kind: 'failed', error: outcome.error, detail: outcome.settled.detail ?? '', isShown: outcome.settled.shown === true }
    }
    for (const piece of outcome.untold) options.observe?.(piece, id)
    return { kind: 'done', answer: outcome.answer }
  }

  /** In one step with the end of the call: nobody asks the same model in between. */
  #settle(reservation: Reservation, { intended, settled, isOvercharged }: { readonly intended: IntendedCall; readonly settled: SettledCall; readonly isOvercharged: boolean }): void {
    const { reserved, model } = intended
    if (isOvercharged) this.#overcharging.add(model.name)
    if (settled.basis !== 'stated') return reservation.settle(settled.charged)
    reservation.settle(reserved)
    this.#budget.charge(intended, { nanoUsd: settled.charged.nanoUsd - reserved.nanoUsd, tokens: settled.charged.tokens - reserved.tokens, calls: 0 })
  }

  async #exchange(
    intended: IntendedCall,
    { asked, recorded, worst }: { readonly asked: Asked; readonly recorded: RecordedTry | null; readonly worst: Spending },
    { signal, observe }: AskOptions,
  ): Promise<{ readonly settled: SettledCall; readonly isOvercharged: boolean } & ({ readonly error: null; readonly answer: Answer; readonly untold: readonly ReplyPiece[] } | { readonly error: ModelError })> {
    const started = this.#ports.clock().getTime()
    const base = { run: intended.run, call: intended.call, attempt: intended.attempt }
    const wallMs = (): number => Math.max(0, this.#ports.clock().getTime() - started)
    const flow = new ReplyFlow(this.#ports.redactor, (piece) => observe?.(piece, intended.call))
    const watch = observe === undefined ? {} : { observe: (delta: ReplyDelta) => flow.add(delta) }
    try {
      // A stream that does not heed its end must not speak into another try of the same call.
      const raw = this.#rehearsal === null ? await asked.held.provider.ask(asked.request, { signal, ...watch }).finally(() => flow.close()) : await rehearse(this.#rehearsal, recorded, asked)
      const reply = redactReply(this.#ports.redactor, raw)
      const untold = flow.rest(reply)
      if (untold === null) throw new ModelError('bad-reply', 'the reply in the end is not the one that it began as')
      const kept = { reserved: worst, price: intended.price }
      const usage = chargedUsage(asked.request, raw, kept)
      const transcript = await this.#ports.transcripts.save({ version: 1, call: asked.id, label: asked.call.label, model: asked.held.model, request: asked.request, reply, usage })
      const due = chargeFor(usage, kept)
      const charge = this.#rehearsal === null ? due : { usage, charged: noSpending, basis: 'nothing' as const }
      const cost = usage === null ? costOf(intended.price, { input: mostInputTokens(asked.request), output: asked.request.maxOutputTokens }) : costOf(intended.price, usage)
      return { settled: { ...base, outcome: 'answered', code: null, ...charge, transcript, wallMs: wallMs() }, isOvercharged: due.basis === 'stated', error: null, untold, answer: { kind: 'answered', call: asked.id, reply, requestDigest: asked.digest, transcript, cost } }
    } catch (error) {
      // An abort of ours may have come when the reply was half there.
      const failure = error instanceof ModelError ? error : signal.aborted ? new ModelError('cut-off', 'the call was aborted', { cause: error }) : null
      if (failure === null) throw error
      const isShown = flow.hasTold || recorded?.settled.shown === true
      const isCharged = this.#rehearsal === null && (mayCost(failure.code) || isShown)
      const detail = lineOf(this.#ports.redactor.redact(failure.message))
      return { settled: { ...base, outcome: 'failed', code: failure.code, detail, usage: null, charged: isCharged ? intended.reserved : { ...noSpending }, basis: isCharged ? 'reserved' : 'nothing', transcript: null, wallMs: wallMs(), ...(isShown ? { shown: true } : {}) }, isOvercharged: false, error: failure }
    }
  }

  /** What was answered before is answered again, without a call. */
  async #again({ intended, settled }: RecordedCall, digest: string): Promise<Answer | CallRefusal> {
    const refused = (reason: CallRefusal['reason'], detail: string): CallRefusal => ({ kind: 'refused', call: intended.call, requestDigest: digest, reason, detail, isRecorded: true })
    if (settled.outcome === 'lost') return refused('lost', lostDetail)
    if (settled.transcript === null) return { ...refused(settled.code ?? 'lost', settled.detail ?? 'the call failed before'), ...(settled.shown === true ? { isShown: true } : {}) }
    const transcript = await this.#ports.transcripts.load(settled.transcript)
    if (transcript === null) return refused('lost', `the transcript ${settled.transcript} is gone, or is not what it was`)
    const { usage } = settled
    const cost = costOf(intended.price, usage ?? { input: mostInputTokens(transcript.request), output: transcript.request.maxOutputTokens })
    return { kind: 'answered', call: intended.call, reply: transcript.reply, requestDigest: intended.requestDigest, transcript: settled.transcript, cost }
  }
}

interface Asked {
  readonly id: CallId
  readonly call: GatewayCall
  readonly held: GatewayModel
  readonly request: ModelRequest
  readonly digest: string
  readonly first: number
}

/** An answer that was not watched as it came. */
function told(answer: Answer | CallRefusal, { observe }: AskOptions): Answer | CallRefusal {
  if (answer.kind === 'answered') for (const piece of piecesOfReply(answer.reply)) observe?.(piece, answer.call)
  return answer
}

/** A failure that another try may mend, where tries are left and the kill came before them. */
function mayGoOn({ intended, settled }: RecordedCall, { attempts }: GatewayModel): boolean {
  return settled.code !== null && settled.shown !== true && isPassing(settled.code) && intended.attempt < attempts
}

function rehearse(rehearsal: Rehearsal, recorded: RecordedTry | null, { call, digest }: Asked): Promise<ModelReply> {
  if (recorded === null) throw new ModelError('recording-missing', `the recording has no call ${JSON.stringify(call.label)}`)
  // What an agent asks holds what its tools said, which is never the same twice; where in its conversation it asked is in the label.
  return rehearsal.answer(recorded, call.purpose === 'agent' ? recorded.requestDigest : digest)
}

/** One printable line: it comes to stand in the journal, and in what steps are refused for. */
function lineOf(text: string): string {
  return printableText(text).replaceAll(/\s+/g, ' ').trim().slice(0, mostDetail).toWellFormed()
}

function shortageText({ scope, limit, left, needed }: BudgetShortage): string {
  const unit = limit === 'nanoUsd' ? 'nano-dollars' : limit
  return `the budget of the ${scope} has ${left} ${unit} left, and the call may take ${needed}`
}
