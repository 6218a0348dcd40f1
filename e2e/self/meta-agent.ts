import { createHash } from 'node:crypto'
import { failed, firstOf, textOf, use, type ChatRequest, type Script } from './conversation.ts'
import { selfEdits, type Change, type SelfEdit } from './self-edits.ts'

export function isImprovement(chat: ChatRequest): boolean {
  return firstOf(chat, 'user').includes('# Improve this agent')
}

export function isAnalysis(chat: ChatRequest): boolean {
  return (chat.tools ?? []).length === 0 && chat.messages.some(({ content }) => textOf(content).includes('Answer with one JSON object') && textOf(content).includes('primaryWeakness'))
}

/** Where the agent is weak, by the tasks that it did not solve. */
export function analyse(chat: ChatRequest): string {
  const told = chat.messages.map(({ content }) => textOf(content)).join('\n')
  const [edit] = fitting(told).toSorted((one, other) => draw(told, one.title) - draw(told, other.title))
  if (edit === undefined) return JSON.stringify({ primaryWeakness: 'Nothing stands out.', rootCause: 'The tasks differ.', suggestedFix: 'Make the instructions clearer.' })
  return JSON.stringify({ primaryWeakness: edit.weakness, rootCause: 'The agent gives its model no way to do it.', suggestedFix: `Change ${edit.reads[0] ?? 'the agent'}.` })
}

/**
 * Changes the agent whose code lies in the working directory. It reads what it may change, and takes one edit of its list that is not in there yet: mostly one that fits the weakness it is told of, now and then another, of
 * which some are bad. What the statement says was tried before is not tried again. `planned`: the title of one that is taken if it fits.
 */
export function* improve(chat: ChatRequest, planned: string | null = null): Script {
  const statement = firstOf(chat, 'user')
  const code = new Map<string, string>()
  const listed = yield use('list', {})
  const known = [...new Set(selfEdits.flatMap(({ reads }) => reads))]
  for (const path of known) if (listed.split('\n').includes(path)) code.set(path, yield use('read', { path }))
  const open = selfEdits.filter((edit) => edit.changes(code) !== null && !statement.includes(edit.title))
  const chosen = open.find(({ title }) => title === planned) ?? choose(open, statement)
  if (chosen === undefined) return 'There is nothing left that I would change.'
  for (const change of chosen.changes(code) ?? []) if (failed(yield turnOf(change))) return `I could not do it: ${chosen.title}`
  return chosen.title
}

function turnOf(change: Change): ReturnType<typeof use> {
  return 'content' in change ? use('write', { path: change.path, content: change.content }) : use('edit', { path: change.path, search: change.search, replace: change.replace })
}

function choose(open: readonly SelfEdit[], statement: string): SelfEdit | undefined {
  const inOrder = open.toSorted((one, other) => draw(statement, one.title) - draw(statement, other.title))
  const bad = inOrder.find(({ isGood }) => !isGood)
  // Two of five are bad.
  if (bad !== undefined && draw(statement, 'kind') < 0.4) return bad
  const weak = inOrder.find(({ weakness }) => weakness !== '' && statement.includes(weakness))
  return weak ?? fitting(statement).find((edit) => inOrder.includes(edit)) ?? inOrder.find(({ isGood }) => isGood) ?? bad
}

/** Good edits that would help with a task that is named. */
function fitting(told: string): readonly SelfEdit[] {
  return selfEdits.filter(({ tasks }) => tasks.some((task) => told.includes(task)))
}

/** From 0 to 1, always the same for the same texts. */
function draw(...texts: readonly string[]): number {
  return createHash('sha256').update(texts.join('\0')).digest().readUInt32BE() / 2 ** 32
}
