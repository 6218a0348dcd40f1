import type { z } from 'zod'
import type { SuiteFiles } from '../benchmark-task.ts'
import { invalid } from '../suite-settings.ts'

const mostLines = 100_000

/** Records of a .jsonl file, checked; a line that is none of them makes the suite invalid, by its number. */
export async function readJsonLines<Schema extends z.ZodType>(files: SuiteFiles, file: string, schema: Schema): Promise<readonly z.output<Schema>[]> {
  if (!files.entries.some(({ path }) => path === file)) throw invalid(file, 'it is not there')
  const [bytes] = await files.read([file])
  const lines = Buffer.from(bytes ?? []).toString('utf8').split('\n').map((text, index) => ({ text: text.trim(), number: index + 1 })).filter(({ text }) => text !== '')
  if (lines.length === 0 || lines.length > mostLines) throw invalid(file, `it holds ${lines.length} tasks`)
  return lines.map(({ text, number }) => {
    const parsed = schema.safeParse(parsedLine(text, file, number))
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    throw invalid(file, `line ${number}: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'it cannot be read'}`)
  })
}

function parsedLine(text: string, file: string, number: number): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(file, `line ${number} is no JSON`, error)
    throw error
  }
}

/** By name; two tasks of one name make the suite invalid, because nobody could tell them apart. */
export function byId<Item>(items: readonly Item[], idOf: (item: Item) => string, file: string): ReadonlyMap<string, Item> {
  const found = new Map<string, Item>()
  for (const item of items) {
    const id = idOf(item)
    if (found.has(id)) throw invalid(file, `it has two tasks called ${id}`)
    found.set(id, item)
  }
  return found
}

export function textFile(path: string, text: string, mode: '100644' | '100755' = '100644'): { readonly path: string; readonly content: Uint8Array; readonly mode: '100644' | '100755' } {
  return { path, content: Buffer.from(text), mode }
}
