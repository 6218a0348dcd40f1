import type { ModelReply } from './model-request.ts'
import type { Redactor } from './redaction.ts'

/** What a provider sends of a reply, as it comes. `id` tells its calls of tools apart; `called` ends one, with all of its input. */
export type ReplyDelta =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'call'; readonly id: string; readonly name: string }
  | { readonly kind: 'input'; readonly id: string; readonly text: string }
  | { readonly kind: 'called'; readonly id: string; readonly name: string; readonly input: string }

/** A reply in pieces: together they are its text and its calls, in its order. `index`: which of its calls. Text may come after calls as well, and belongs to the same text. */
export type ReplyPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'call'; readonly index: number; readonly id: string; readonly name: string }
  | { readonly kind: 'input'; readonly index: number; readonly text: string }

interface FlowingCall {
  readonly told: { readonly id: string; readonly name: string }
  readonly input: FlowingText
  isWhole: boolean
}

/**
 * Makes of what a provider sends what may be told of it already: redacted, and one thing after the other. What is told is always the beginning of the reply that is written down in the end; what cannot be told yet comes with the rest.
 */
export class ReplyFlow {
  readonly #redactor: Redactor
  readonly #tell: (piece: ReplyPiece) => void
  readonly #text: FlowingText
  readonly #calls: FlowingCall[] = []
  /** Which of its calls has an id. */
  readonly #places = new Map<string, number>()
  /** Calls that were told of. */
  #begun = 0
  /** Set where it cannot be told apart what belongs to what: then everything else comes with the rest. */
  #isQuiet = false

  constructor(redactor: Redactor, tell: (piece: ReplyPiece) => void) {
    this.#redactor = redactor
    this.#tell = tell
    this.#text = new FlowingText(redactor)
  }

  get hasTold(): boolean {
    return this.#begun > 0 || this.#text.told !== ''
  }

  add(delta: ReplyDelta): void {
    if (this.#isQuiet) return
    switch (delta.kind) {
      case 'text':
        // Words after a call come with the rest.
        if (this.#begun === 0) this.#say(this.#text.add(delta.text))
        return
      case 'call':
        return this.#call(delta)
      case 'input': {
        const index = this.#places.get(delta.id) ?? -1
        const text = this.#calls[index]?.input.add(delta.text, index !== this.#begun - 1)
        if (text !== undefined) this.#say(text, index)
        return
      }
      case 'called':
        return this.#called(delta)
    }
  }

  /** Nobody is told of what comes now: the call is over, whether or not its provider knows. */
  close(): void {
    this.#isQuiet = true
  }

  /** All of the reply that was not told yet; null where what was told is not its beginning. */
  rest({ text, toolCalls }: ModelReply): readonly ReplyPiece[] | null {
    if (!text.startsWith(this.#text.told)) return null
    const words = piecesOf({ kind: 'text', text: text.slice(this.#text.told.length) })
    const calls: ReplyPiece[] = []
    for (const [index, { id, name, input }] of toolCalls.entries()) {
      const begun = index < this.#begun ? this.#calls[index] : undefined
      const told = begun?.input.told ?? ''
      if (!input.startsWith(told) || (begun !== undefined && (begun.told.id !== id || begun.told.name !== name))) return null
      if (begun === undefined) calls.push({ kind: 'call', index, id, name })
      calls.push(...piecesOf({ kind: 'input', index, text: input.slice(told.length) }))
    }
    if (toolCalls.length < this.#begun) return null
    return this.#begun === 0 ? [...words, ...calls] : [...calls, ...words]
  }

  #call({ id, name }: { readonly id: string; readonly name: string }): void {
    if (this.#places.has(id)) {
      this.#isQuiet = true
      return
    }
    this.#places.set(id, this.#calls.length)
    this.#calls.push({ told: { id: this.#redactor.redact(id), name: this.#redactor.redact(name) }, input: new FlowingText(this.#redactor), isWhole: false })
    this.#advance()
  }

  #called({ id, name, input }: { readonly id: string; readonly name: string; readonly input: string }): void {
    if (!this.#places.has(id)) this.#call({ id, name })
    const index = this.#places.get(id) ?? -1
    const call = this.#calls[index]
    const whole = this.#redactor.redact(input)
    if (call === undefined || call.isWhole || !whole.startsWith(call.input.told)) {
      this.#isQuiet = true
      return
    }
    call.isWhole = true
    const rest = call.input.end(whole, index >= this.#begun)
    if (rest !== '') this.#say(rest, index)
    this.#advance()
  }

  /** A call is told of when the one before it is whole. */
  #advance(): void {
    for (;;) {
      const call = this.#calls[this.#begun]
      if (call === undefined || this.#calls[this.#begun - 1]?.isWhole === false) return
      if (this.#begun === 0) this.#say(this.#text.flush())
      this.#tell({ kind: 'call', index: this.#begun, ...call.told })
      this.#begun += 1
      this.#say(call.input.take(), this.#begun - 1)
    }
  }

  #say(text: string, index?: number): void {
    for (const piece of piecesOf(index === undefined ? { kind: 'text', text } : { kind: 'input', index, text })) this.#tell(piece)
  }
}

function piecesOf(piece: Extract<ReplyPiece, { readonly text: string }>): readonly ReplyPiece[] {
  return piece.text === '' ? [] : [piece]
}

/** A reply as one that is told all at once. */
export function piecesOfReply({ text, toolCalls }: ModelReply): readonly ReplyPiece[] {
  return [...piecesOf({ kind: 'text', text }), ...toolCalls.flatMap(({ id, name, input }, index): readonly ReplyPiece[] => [{ kind: 'call', index, id, name }, ...piecesOf({ kind: 'input', index, text: input })])]
}

/** So many pieces of a text are as small as they come; later ones have as many characters at least. What wraps a piece is larger than the piece. */
const smallPieces = 1000
const laterPiece = 64

/** A text that is still coming, as far as it is redacted. */
class FlowingText {
  readonly #redactor: Redactor
  /** As it came, and may still change by what follows. */
  #held = ''
  /** Redacted, and not told yet. */
  #ready = ''
  #told = ''
  #pieces = 0
  #look = 0

  constructor(redactor: Redactor) {
    this.#redactor = redactor
  }

  get told(): string {
    return this.#told
  }

  /** What may be told now. `isWaiting`: nothing may, whatever there is. */
  add(text: string, isWaiting = false): string {
    this.#held += text
    // What is held long, such as a key that does not end, is looked at seldom: else it would be looked at with every character.
    if (this.#held.length >= this.#look) {
      const end = this.#redactor.firm(this.#held)
      this.#ready += this.#redactor.redact(this.#held.slice(0, end))
      this.#held = this.#held.slice(end)
      this.#look = this.#held.length + (this.#held.length >> 3)
    }
    return isWaiting || this.#ready.length < (this.#pieces < smallPieces ? 1 : laterPiece) ? '' : this.take()
  }

  take(): string {
    const text = this.#ready
    this.#ready = ''
    this.#told += text
    this.#pieces += 1
    return text
  }

  /** Nothing follows for now. */
  flush(): string {
    this.#ready += this.#redactor.redact(this.#held)
    this.#held = ''
    return this.take()
  }

  /** `whole`: all of it, redacted; begins with what was told. */
  end(whole: string, isWaiting: boolean): string {
    this.#held = ''
    this.#ready = whole.slice(this.#told.length)
    return isWaiting ? '' : this.take()
  }
}
