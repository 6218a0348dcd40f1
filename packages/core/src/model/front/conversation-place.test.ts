import { expect, it } from 'vitest'
import type { ModelRequest } from '../model-request.ts'
import { conversationPlace } from './conversation-place.ts'

const asked = (first: string, more: Partial<ModelRequest> = {}): ModelRequest => ({ system: 'You are an agent.', messages: [{ role: 'user', text: first }, { role: 'assistant', text: 'On 2026-01-02.', toolCalls: [] }], maxOutputTokens: 10, ...more })

it.each([
  ['<current_date>2026-11-22</current_date> go', '<current_date>2026-11-23</current_date> go'],
  ["Today's date is Sunday, November 22, 2026 (as here)", "Today's date is Monday, December 7, 2027 (as here)"],
  ['Today: Sun Nov 22 2026.', 'Today: Tue May 5 2026.'],
])('finds the answer to %j again on another day', (one, other) => {
  expect(conversationPlace(asked(one))).toBe(conversationPlace(asked(other)))
})

it('tells apart what was asked otherwise, and what the model itself said', () => {
  const messages = asked('go').messages
  const places = [asked('go'), asked('go on'), asked('go 22'), asked('go', { system: 'You are a judge.' }), asked('go', { messages: [...messages, { role: 'user', text: 'more' }] }), asked('go', { messages: [{ role: 'user', text: 'go' }, { role: 'assistant', text: 'On 2026-01-03.', toolCalls: [] }] })]
  expect(new Set(places.map(conversationPlace)).size).toBe(places.length)
})
