import { createHash } from 'node:crypto'
import { canonicalJson } from '../../journal/canonical-json.ts'
import type { ModelRequest } from '../model-request.ts'

/** A system prompt begins with what its conversation is for; the date, the folder and the like come later. */
const systemKept = 100

/** Agents tell their model what day it is before anything else, and a run may be resumed on the next one. As numbers, or as in "Sunday, November 22, 2026". */
const dates = /\b\d{4}-\d\d-\d\d\b|\b(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?,? )?(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]* \d{1,2},? \d{4}\b/g

/**
 * Names a place in a conversation: what it began with, and every turn that the model itself has taken in it. What tools and programs said in between is left out: durations, process numbers and the order of files differ when an
 * agent is made to do the same again, and the model's own turns, which come from the record, do not. So a resumed agent finds the answers that it was given before, at the places where it was given them.
 */
export function conversationPlace({ system, messages, tools = [] }: ModelRequest): string {
  const first = messages.find(({ role }) => role === 'user')?.text ?? ''
  const turns = messages.map((message) => (message.role === 'assistant' ? { text: message.text, calls: (message.toolCalls ?? []).map(({ name, input }) => [name, input]) } : message.role))
  return createHash('sha256').update(canonicalJson([withoutDates(system.slice(0, systemKept)), withoutDates(first), turns, tools.map(({ name }) => name)])).digest('hex').slice(0, 16)
}

function withoutDates(text: string): string {
  return text.replaceAll(dates, 'some day')
}
