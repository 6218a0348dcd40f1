import type { ModelMessage, ModelReply, ModelRequest, ModelToolCall } from './model-request.ts'
import type { Redactor } from './redaction.ts'

/** Before it is sent: a key that lies in the repository is nobody else's business either. */
export function redactRequest(redactor: Redactor, request: ModelRequest): ModelRequest {
  return { ...request, system: redactor.redact(request.system), messages: request.messages.map((message) => redactMessage(redactor, message)) }
}

/** Before it is written down or used. Ids and names that a provider makes up are text of its own like any other. */
export function redactReply(redactor: Redactor, { text, toolCalls, finish, usage }: ModelReply): ModelReply {
  return { text: redactor.redact(text), toolCalls: toolCalls.map((call) => redactCall(redactor, call)), finish, usage: { input: countOf(usage.input), output: countOf(usage.output) } }
}

function redactMessage(redactor: Redactor, message: ModelMessage): ModelMessage {
  const text = redactor.redact(message.text)
  switch (message.role) {
    case 'user':
      return { ...message, text }
    case 'assistant':
      return { ...message, text, ...(message.toolCalls === undefined ? {} : { toolCalls: message.toolCalls.map((call) => redactCall(redactor, call)) }) }
    case 'tool':
      return { ...message, text }
  }
}

function redactCall(redactor: Redactor, { id, name, input }: ModelToolCall): ModelToolCall {
  return { id: redactor.redact(id), name: redactor.redact(name), input: redactor.redact(input) }
}

/** NaN and infinities are no JSON. */
function countOf(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null
}
