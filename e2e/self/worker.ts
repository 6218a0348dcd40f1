import { readFileSync } from 'node:fs'
import { argumentsOf, failed, firstOf, use, type ChatRequest, type Script } from './conversation.ts'

interface Edit {
  readonly path: string
  readonly search: string
  readonly replace: string
  /** Wherever it stands. */
  readonly all?: true
}

/** How the scripted model goes about a task. What it can do depends on what its agent can: see `work`. */
type Solution =
  /** Reads, edits. */
  | { readonly way: 'edit'; readonly edits: readonly Edit[] }
  /** Says that it will, and stops. */
  | { readonly way: 'lazy'; readonly edits: readonly Edit[] }
  /** Its first idea is wrong; it finds out only where it is told to run the tests. */
  | { readonly way: 'test'; readonly wrong: readonly Edit[]; readonly run: string; readonly sign: string; readonly edits: readonly Edit[] }
  /** Has to see something in the output of a command. */
  | { readonly way: 'look'; readonly run: string; readonly sign: string; readonly edits: readonly Edit[] }
  /** Has to write a long file. */
  | { readonly way: 'write'; readonly path: string; readonly lines: { readonly first: string; readonly each: string; readonly from: number; readonly to: number; readonly last: string } }
  /** Has to remove files. */
  | { readonly way: 'remove'; readonly remove: readonly string[]; readonly edits: readonly Edit[] }

/** By the title of the task. */
const solutions = JSON.parse(readFileSync(new URL('solutions.json', import.meta.url), 'utf8')) as Readonly<Record<string, Solution>>

export function isTask(statement: string): boolean {
  return solutionOf(statement) !== undefined
}

function solutionOf(statement: string): Solution | undefined {
  return solutions[/^# (.+)$/m.exec(statement)?.[1] ?? '']
}

/**
 * A weak model at work. It knows what is to be done, and has the weaknesses of small models: it never does a thing in another way than its agent offers, so that what the agent cannot do stays undone. An ability that the
 * agent gains solves the tasks that need it, without anything here knowing about variants.
 */
export function* work(request: ChatRequest): Script {
  const solution = solutionOf(firstOf(request, 'user'))
  switch (solution?.way) {
    case undefined:
      return 'I do not know what to do.'
    case 'edit':
      return yield* change(request, solution.edits)
    case 'lazy':
      yield { say: 'I will look at the file, and then change it.' }
      return yield* change(request, solution.edits)
    case 'test': {
      const words = yield* change(request, solution.wrong)
      if (!/run the tests/i.test(firstOf(request, 'system'))) return words
      const printed = yield use('run', { command: solution.run })
      return printed.includes(solution.sign) ? yield* change(request, solution.edits) : words
    }
    case 'look': {
      const printed = yield use('run', { command: solution.run })
      return printed.includes(solution.sign) ? yield* change(request, solution.edits) : 'The output does not say which one it is.'
    }
    case 'write':
      return yield* writeLong(solution)
    case 'remove':
      if (argumentsOf(request, 'remove') === null) return 'I have no tool that removes a file.'
      for (const path of solution.remove) if (failed(yield use('remove', { path }))) return `I could not remove ${path}.`
      return yield* change(request, solution.edits)
  }
}

function* change(request: ChatRequest, edits: readonly Edit[]): Script {
  const seen = new Map<string, string>()
  for (const { path, search, replace, all } of edits) {
    if (!seen.has(path)) seen.set(path, yield* look(request, path, search))
    if (!isSeen(seen.get(path) ?? '', search)) return `I cannot see what to change in ${path}.`
    const everywhere = all === true && argumentsOf(request, 'edit')?.includes('all') === true
    const told = yield use('edit', { path, search, replace, ...(everywhere ? { all: true } : {}) })
    if (failed(told) && failed(yield use('edit', { path, search, replace, ...(everywhere ? { all: true } : {}) }))) return `I could not change ${path}.`
  }
  return `I changed ${[...new Set(edits.map(({ path }) => path))].join(', ')}.`
}

/** Reads a file; the rest of a long one only where the agent lets it say where to begin. */
function* look(request: ChatRequest, path: string, search: string): Script {
  let seen = ''
  for (let page = 0; page < 4; page++) {
    const shown = yield use('read', { path, ...(page === 0 ? {} : { offset: seen.length }) })
    const [text = ''] = shown.split(/\n\[\d+ more characters/)
    seen += text
    if (text === shown || isSeen(seen, search) || argumentsOf(request, 'read')?.includes('offset') !== true) return seen
  }
  return seen
}

/** Tabs, spaces and line ends look alike to a model. */
function isSeen(text: string, search: string): boolean {
  const plain = (words: string): string => words.replace(/\s+/g, ' ').trim()
  return plain(text).includes(plain(search))
}

function* writeLong({ path, lines }: Extract<Solution, { readonly way: 'write' }>): Script {
  const rows = Array.from({ length: lines.to - lines.from + 1 }, (_, index) => lines.each.replace('{square}', String((lines.from + index) ** 2)).replace('{double}', String(2 * (lines.from + index))))
  const content = [lines.first, ...rows, lines.last, ''].join('\n')
  for (let count = 0; count < 2; count++) if (/^wrote/m.test(yield use('write', { path, content }))) return `I wrote ${path}.`
  return `${path} is too long for me.`
}
