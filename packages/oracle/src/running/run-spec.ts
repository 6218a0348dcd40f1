import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { languageByName } from '../languages/language-by-name.ts'
import type { DriverCommand } from '../languages/language.ts'
import type { Spec } from '../spec.ts'
import type { Case } from '../tagged.ts'
import { generateCases, type GenerateOptions } from '../values.ts'
import { DriverProcess } from './driver-process.ts'

export interface RunOptions extends GenerateOptions {
  /** The tree that holds the module. */
  readonly directory: string
  readonly seed: number
  /** The driver's environment; the seed is taken out of it. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

/** How often a driver that died within a call is started again; a function that ends the process on every input is not worth more. */
const restartLimit = 10

/** Makes every call of one seed and yields one line of canonical JSON per case, in order. The same seed yields the same cases. */
export async function* runSpec(spec: Spec, options: RunOptions): AsyncGenerator<string, void> {
  await using prepared = await prepareDriver(spec, options)
  yield* answers(prepared.command, spec, { ...options, cases: generateCases(spec, options.seed, options) })
  const surroundings = await surroundingsLine(spec, options.directory)
  if (surroundings !== null) yield surroundings
}

/** The line of what surrounds a module and no call shows; null for languages that have nothing of the kind. */
export async function surroundingsLine(spec: Spec, directory: string): Promise<string | null> {
  const found = await (await languageByName(spec.language)).surroundings?.(directory)
  return found === undefined ? null : JSON.stringify({ case: 'build', class: 'valid', options: found })
}

/** A driver's command and the folder it was prepared in, which goes when it is disposed of. */
export interface PreparedDriver extends AsyncDisposable {
  readonly command: DriverCommand
}

export async function prepareDriver(spec: Spec, options: Pick<RunOptions, 'directory' | 'signal'>): Promise<PreparedDriver> {
  const language = await languageByName(spec.language)
  const scratch = await mkdtemp(path.join(tmpdir(), 'ratchet-oracle-'))
  const remove = (): Promise<void> => rm(scratch, { recursive: true, force: true })
  try {
    const command = await language.driver(spec, { directory: options.directory, scratch, signal: options.signal })
    return { command, [Symbol.asyncDispose]: remove }
  } catch (error) {
    await remove()
    throw error
  }
}

async function* answers(command: DriverCommand, spec: Spec, options: RunOptions & { readonly cases: readonly Case[] }): AsyncGenerator<string, void> {
  let driver = await DriverProcess.start(command, spec, options)
  try {
    let restarts = 0
    for (const one of options.cases) {
      const answer = await driver.ask(one)
      options.signal.throwIfAborted()
      if (answer.kind === 'line') {
        yield answer.line
        continue
      }
      yield exitedLine(one, answer)
      if (++restarts > restartLimit) return
      driver = await DriverProcess.start(command, spec, options)
    }
    const stray = driver.strayOutput
    if (stray !== null) yield JSON.stringify({ case: 'end', class: 'valid', stray })
  } finally {
    await driver[Symbol.asyncDispose]()
  }
}

/** The line of a case in which the driver's process ended. */
export function exitedLine(one: Case, answer: { readonly code: number | null; readonly signal: string | null }): string {
  return JSON.stringify({ case: one.id, class: one.class, exited: answer.signal ?? answer.code })
}
