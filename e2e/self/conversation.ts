/** What the agent sends, in OpenAI's words. */
export interface ChatRequest {
  readonly max_tokens?: number
  readonly max_completion_tokens?: number
  readonly messages: readonly { readonly role: string; readonly content?: unknown; readonly tool_calls?: readonly unknown[] | null }[]
  readonly tools?: readonly { readonly function: { readonly name: string; readonly parameters?: { readonly properties?: Readonly<Record<string, unknown>> } } }[]
}

/** What a scripted model says next: a call of a tool, or words. */
export type Turn = { readonly tool: string; readonly given: Readonly<Record<string, unknown>> } | { readonly say: string }

/** Says one thing after the other and is told what came of each. Its last words end the work. */
export type Script = Generator<Turn, string, string>

export function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  return Array.isArray(content) ? content.map((part: { readonly text?: unknown }) => String(part.text ?? '')).join('\n') : ''
}

export function firstOf(request: ChatRequest, role: string): string {
  return textOf(request.messages.find((message) => message.role === role)?.content)
}

/** Which arguments a tool takes; null where the agent has no such tool. */
export function argumentsOf(request: ChatRequest, tool: string): readonly string[] | null {
  const found = request.tools?.find(({ function: { name } }) => name === tool)
  return found === undefined ? null : Object.keys(found.function.parameters?.properties ?? {})
}

/**
 * The next turn of a script, found by playing it from the start against everything that was said so far. So the server keeps nothing between two requests: the same request always has the same answer, also in another run,
 * after a restart, and with several agents side by side.
 */
export function nextTurn(script: Script, request: ChatRequest): Turn {
  let turn = script.next('')
  for (const [index, message] of request.messages.entries()) {
    // Whoever has said its last words says them again, however often it is asked.
    if (message.role !== 'assistant' || turn.done === true) continue
    const after = request.messages.slice(index + 1)
    const next = after.findIndex(({ role }) => role === 'assistant')
    turn = script.next(after.slice(0, next < 0 ? after.length : next).map(({ content }) => textOf(content)).join('\n'))
  }
  return turn.done === true ? { say: turn.value } : turn.value
}

export const use = (tool: string, given: Readonly<Record<string, unknown>>): Turn => ({ tool, given })

/** The agent says so in its own words; what matters is whether it says that something went wrong. */
export const failed = (told: string): boolean => told.startsWith('That did not work')
