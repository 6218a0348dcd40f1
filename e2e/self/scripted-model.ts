import { startStandIn, type StandIn, type StandInAnswer, type StandInRequest } from '../../packages/core/src/testing/stand-in-models.ts'
import { firstOf, nextTurn, type ChatRequest, type Turn } from './conversation.ts'
import { analyse, improve, isAnalysis, isImprovement } from './meta-agent.ts'
import { isTask, work } from './worker.ts'

export interface ScriptedModel extends AsyncDisposable {
  /** For `provider: openai-compatible`. */
  readonly url: string
  readonly requests: readonly StandInRequest[]
  /** How often it was asked in which role. */
  readonly asked: Readonly<Record<Role, number>>
  /** Requests that held what only hidden tests can have put there. None, as long as the sandbox holds. */
  readonly leaks: readonly string[]
}

type Role = 'work' | 'improve' | 'analyse' | 'other'

/** Every hidden test of the suite imports one of these, or lists its cases so. */
const hidden = /node:assert\/strict|^cases = \[$/m

/**
 * A model without a model, for runs of the self-improving mode: it works on tasks as far as its agent lets it, says where an agent is weak, and changes agents by their own tools, for the better and for the worse. A function
 * of the request: asked the same, it says the same. `plan`: titles of edits for the first changes that are asked for, whatever is weak; one that does not fit is left to chance.
 */
export async function startScriptedModel({ plan = [] }: { readonly plan?: readonly string[] } = {}): Promise<ScriptedModel> {
  const planned = plannedEdits(plan)
  const asked: Record<Role, number> = { work: 0, improve: 0, analyse: 0, other: 0 }
  const leaks: string[] = []
  const server: StandIn = await startStandIn((request) => {
    const chat = JSON.parse(request.body) as ChatRequest
    const role = roleOf(chat)
    asked[role]++
    const statement = firstOf(chat, 'user')
    if (hidden.test(statement)) leaks.push(statement)
    return answer(chat, turnOf(role, chat, planned))
  })
  return { url: server.url.openai, requests: server.requests, asked, leaks, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

function roleOf(chat: ChatRequest): Role {
  if (isAnalysis(chat)) return 'analyse'
  if (isImprovement(chat)) return 'improve'
  return isTask(firstOf(chat, 'user')) ? 'work' : 'other'
}

/** By statement: a change is asked for in many requests, and again after a kill. */
function plannedEdits(plan: readonly string[]): (statement: string) => string | null {
  const left = [...plan]
  const known = new Map<string, string | null>()
  return (statement) => {
    const before = known.get(statement)
    if (before !== undefined) return before
    const next = left.shift() ?? null
    known.set(statement, next)
    return next
  }
}

function turnOf(role: Role, chat: ChatRequest, planned: (statement: string) => string | null): Turn {
  switch (role) {
    case 'analyse':
      return { say: analyse(chat) }
    case 'improve':
      return nextTurn(improve(chat, planned(firstOf(chat, 'user'))), chat)
    case 'work':
      return nextTurn(work(chat), chat)
    case 'other':
      return { say: 'I have nothing to say about that.' }
  }
}

/** Four characters are a token, and no reply is longer than was asked for. */
function answer(chat: ChatRequest, turn: Turn): StandInAnswer {
  const tokensOf = (text: string): number => Math.ceil(text.length / 4)
  const input = tokensOf(JSON.stringify(chat.messages)) + tokensOf(JSON.stringify(chat.tools ?? []))
  const most = chat.max_completion_tokens ?? chat.max_tokens ?? Number.POSITIVE_INFINITY
  const text = 'say' in turn ? turn.say : JSON.stringify(turn.given)
  if (tokensOf(text) > most) return { kind: 'text', text: text.slice(0, most * 4), finish: 'length', usage: { input, output: most } }
  const usage = { input, output: tokensOf(text) + 10 }
  return 'say' in turn ? { kind: 'text', text, usage } : { kind: 'tool', name: turn.tool, input: text, usage }
}
