import type { z } from 'zod'
import type { SuiteFiles } from '../benchmark-task.ts'
import { invalid } from '../suite-settings.ts'

const mostLines = 100_000

/** Records of a .jsonl file, or of one that holds a list of them, checked; what is none of them makes the suite invalid, by its number. */
export async function readJsonLines<Schema extends z.ZodType>(files: SuiteFiles, file: string, schema: Schema): Promise<readonly z.output<Schema>[]> {
  if (!files.entries.some(({ path }) => path === file)) throw invalid(file, 'it is not there')
  const [bytes] = await files.read([file])
  const records = recordsOf(Buffer.from(bytes ?? []).toString('utf8'), file)
  if (records.length === 0 || records.length > mostLines) throw invalid(file, `it holds ${records.length} tasks`)
  return records.map(({ value, place }) => {
    const parsed = schema.safeParse(value)
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    throw invalid(file, `${place}: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'it cannot be read'}`)
  })
}

function recordsOf(text: string, file: string): readonly { readonly value: unknown; readonly place: string }[] {
  const whole = text.trimStart().startsWith('[') ? parsedText(text, file, 'its list') : null
  if (Array.isArray(whole)) return whole.map((value: unknown, index) => ({ value, place: `record ${index + 1}` }))
  return text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [{ value: parsedText(line, file, `line ${index + 1}`), place: `line ${index + 1}` }]))
}

function parsedText(text: string, file: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(file, `${place} is no JSON`, error)
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
