import { ModelEnd, type Message, type Model, type Reply, type ToolCall } from './model.ts'
import type { Settings } from './settings.ts'
import { readArguments, refused, type Tool, type ToolResult } from './tool.ts'
import type { Trajectory } from './trajectory.ts'

export interface Work {
  /** Real path of the working directory. */
  readonly root: string
  readonly system: string
  readonly statement: string
}

export interface AgentParts {
  readonly model: Model
  readonly tools: readonly Tool[]
  readonly settings: Settings
  readonly trajectory: Trajectory
  /** Milliseconds, from any point in time. */
  readonly clock: () => number
}

/** Why it ended. Only `done` says that the model thinks the work is done. */
export type End = 'done' | 'steps' | 'tokens' | 'time' | 'empty' | 'aborted' | ModelEnd['why']

const mostEmpty = 3

/** Asks the model, does what it says, tells it what came of that, and so on, until it says no more or a limit is reached. What it leaves in the working directory is the answer. */
export async function runAgent(parts: AgentParts, work: Work, signal: AbortSignal): Promise<End> {
  const talk = new Conversation(parts, work, signal)
  try {
    const why = await talk.hold()
    parts.trajectory({ kind: 'end', why, steps: talk.steps, summary: talk.last })
    return why
  } catch (error) {
    const why = signal.aborted ? 'aborted' : error instanceof ModelEnd ? error.why : null
    if (why === null) throw error
    parts.trajectory({ kind: 'end', why, steps: talk.steps, summary: (error as Error).message })
    return why
  }
}

class Conversation {
  steps = 0
  last = ''
  readonly #parts: AgentParts
  readonly #work: Work
  readonly #signal: AbortSignal
  readonly #messages: Message[]

  constructor(parts: AgentParts, work: Work, signal: AbortSignal) {
    this.#parts = parts
    this.#work = work
    this.#signal = signal
    this.#messages = [{ role: 'system', text: work.system }, { role: 'user', text: work.statement }]
  }

  async hold(): Promise<End> {
    const { model, tools, settings, clock } = this.#parts
    const started = clock()
    let tokens = 0
    let empty = 0
    while (this.steps < settings.steps) {
      if (clock() - started > settings.timeMs) return 'time'
      if (tokens >= settings.tokens) return 'tokens'
      const reply = await model.ask(shortened(this.#messages, settings.conversationCharacters), tools, this.#signal)
      this.steps++
      tokens += reply.tokens
      if (reply.text !== '') this.last = reply.text
      if (isDone(reply)) return 'done'
      empty = reply.calls.length === 0 ? empty + 1 : 0
      if (empty === mostEmpty) return 'empty'
      await this.#answer(reply)
    }
    return 'steps'
  }

  async #answer(reply: Reply): Promise<void> {
    // A message of nothing is refused by some servers.
    if (reply.text !== '' || reply.calls.length > 0) this.#messages.push({ role: 'assistant', text: reply.text, calls: reply.calls })
    for (const [index, call] of reply.calls.entries()) {
      const result = index < this.#parts.settings.callsPerReply ? await this.#use(call) : refused('this was one call too many for one reply')
      this.#parts.trajectory({ kind: 'tool', tool: call.name, arguments: call.written, ok: result.ok, result: result.text })
      this.#messages.push({ role: 'tool', call: call.id, text: result.ok ? result.text : `That did not work: ${result.text}` })
    }
    if (reply.isCut) this.#messages.push({ role: 'user', text: 'Your reply was too long and was cut off. Do it in smaller steps.' })
    else if (reply.calls.length === 0) this.#messages.push({ role: 'user', text: 'Your reply was empty. Use a tool, or say what you changed.' })
  }

  /** Whatever goes wrong in a tool is told to the model. */
  async #use(call: ToolCall): Promise<ToolResult> {
    const tool = this.#parts.tools.find(({ name }) => name === call.name)
    if (tool === undefined) return refused(`there is no tool ${call.name}; there are ${this.#parts.tools.map(({ name }) => name).join(', ')}`)
    const given = readArguments(tool, call.written)
    if (typeof given === 'string') return refused(given)
    try {
      return await tool.use(given, this.#work.root, this.#signal)
    } catch (error) {
      this.#signal.throwIfAborted()
      return refused(error instanceof Error ? error.message : String(error))
    }
  }
}

/** A reply in words only is the end of the work. */
function isDone(reply: Reply): boolean {
  return reply.calls.length === 0 && !reply.isCut && reply.text.trim() !== ''
}

/** Old results of tools make way for new ones; what was asked and what the model said stays. */
function shortened(messages: readonly Message[], most: number): readonly Message[] {
  let excess = messages.reduce((sum, { text }) => sum + text.length, 0) - most
  return messages.map((message) => {
    if (excess <= 0 || message.role !== 'tool') return message
    excess -= message.text.length
    return { ...message, text: '[no longer shown]' }
  })
}
