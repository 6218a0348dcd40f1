import { createHash } from 'node:crypto'
import { cp, mkdir } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import type { JournalEvent } from '@ratchet/core'
import { openSqliteJournal } from '@ratchet/core/adapters/sqlite-journal/sqlite-journal'
import { canonicalJson } from '../../packages/core/src/journal/canonical-json.ts'
import { shellTarget, type Files, type Target } from '../target.ts'
import { standInKey } from './varied-replies.ts'

/** A target whose proposals come from two models, in every form of answer. What those are follows from the whole request: from verdicts, and so from how sure they have to be. */
export function modelTarget(url: string, evaluations: number): Files {
  const model = (price: string): string => `{ provider: openai-compatible, url: "${url}", model: stand-in, key: STAND_IN_KEY, price: ${price}, maxOutputTokens: 400, contextTokens: 4000, stall: 20s, temperature: [0.1, 1], formats: [search-replace, unified-diff, whole-file, tools] }`
  const lines = ['proposers: [llm]', 'models:', '  use:', `    small: ${model('{ input: 1, output: 5 }')}`, `    large: ${model('{ input: 3, output: 15 }')}`, '  localOnly: true', `search: { evaluations: ${evaluations} }`, 'accept:']
  return { ...shellTarget, 'src/cost': '100000\n', 'ratchet.yaml': String(shellTarget['ratchet.yaml']).replace('nullPairs: 0, falseAcceptRate: 0.2, ', '').replace('accept:', lines.join('\n')) }
}

export function withKey(configHome: string): NodeJS.ProcessEnv {
  return { ...process.env, XDG_CONFIG_HOME: configHome, STAND_IN_KEY: standInKey }
}

/** Without the key. */
export function withoutKey(configHome: string): NodeJS.ProcessEnv {
  const { STAND_IN_KEY: _, ...environment } = process.env
  return { ...environment, XDG_CONFIG_HOME: configHome }
}

/** The repository as somebody else would clone it, with nothing of Ratchet's, and a folder for keys of its own. */
export async function cloneOf({ directory }: Target, name = 'clone'): Promise<{ readonly directory: string; readonly configHome: string }> {
  const clone = path.join(path.dirname(directory), name)
  const configHome = `${clone}-config`
  await mkdir(configHome)
  await cp(directory, clone, { recursive: true, filter: (source) => !source.includes(`${path.sep}.ratchet`) && !source.includes(`refs${path.sep}ratchet`) })
  return { directory: clone, configHome }
}

export async function eventsOf(directory: string): Promise<readonly JournalEvent[]> {
  await using journal = await openSqliteJournal({ directory: path.join(directory, '.ratchet'), mode: 'read', clock: () => new Date() })
  const events: JournalEvent[] = []
  for await (const event of journal.read(0)) events.push(event)
  return events
}

const compared = ['proposal-made', 'step-skipped', 'proposal-screened', 'decision-made', 'run-finished'] as const

/** SHA-256 over the canonical JSON of every proposal, refusal, screening and decision, in order: what a replay must make again, to the letter. */
export function outcomeHashes(events: readonly JournalEvent[]): Readonly<Record<(typeof compared)[number], readonly string[]>> {
  const of = (kind: string): readonly string[] => events.filter((event) => event.kind === kind).map(({ body }) => createHash('sha256').update(canonicalJson(body)).digest('hex'))
  return Object.fromEntries(compared.map((kind) => [kind, of(kind)])) as Readonly<Record<(typeof compared)[number], readonly string[]>>
}
