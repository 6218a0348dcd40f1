/**
 * Program of a child process of its own, under Node's permission model: it may touch no file, child process, worker or addon.
 * Reads { text, name } from standard input, evaluates the text as a module, and writes what its default export says to file
 * descriptor 3, so that whatever the config prints cannot be mistaken for its value. Never imported; see `evaluateScript`.
 */
import { readFileSync, writeSync } from 'node:fs'
import { isBuiltin, registerHooks } from 'node:module'
import process from 'node:process'

type Path = readonly (string | number)[]

class Refused extends Error {
  readonly kind: 'import' | 'value-refused'
  readonly path: Path

  constructor(kind: 'import' | 'value-refused', message: string, path: Path = []) {
    super(message)
    this.kind = kind
    this.path = path
  }
}

const { text, name } = JSON.parse(readFileSync(0, 'utf8')) as { readonly text: string; readonly name: string }
const configUrl = `ratchet-config:///${name}`
const coreUrl = 'ratchet-core:define-config'

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === configUrl) return { url: configUrl, shortCircuit: true }
    if (specifier === '@ratchet/core') return { url: coreUrl, shortCircuit: true }
    if (isBuiltin(specifier)) return next(specifier, context)
    throw new Refused('import', `it imports ${JSON.stringify(specifier)}`)
  },
  load(url, context, next) {
    if (url === configUrl) return { format: name.endsWith('.ts') ? 'module-typescript' : 'module', source: text, shortCircuit: true }
    if (url === coreUrl) return { format: 'module', source: 'export function defineConfig(config) { return config }', shortCircuit: true }
    return next(url, context)
  },
})

/** Copies plain data; anything that JSON would drop or change silently is refused with its place. */
function plain(value: unknown, path: Path, around: readonly object[]): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value
    throw new Refused('value-refused', `${value} is no number that a configuration can hold`, path)
  }
  if (typeof value !== 'object') throw new Refused('value-refused', `a value of type ${typeof value} is no plain data`, path)
  if (around.includes(value) || path.length > 32) throw new Refused('value-refused', 'the value contains itself or never seems to end', path.slice(0, 6))
  const inner = [...around, value]
  if (Array.isArray(value)) return Array.from(value, (item, index) => plain(item, [...path, index], inner))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) throw new Refused('value-refused', 'an instance of a class is no plain data', path)
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return Object.fromEntries(entries.map(([key, item]) => [key, plain(item, [...path, key], inner)]))
}

/** Line and column of the config text that an error points at, if its stack says so. */
function placeOf(error: unknown): { readonly line?: number; readonly column?: number } {
  const stack = error instanceof Error ? String(error.stack) : ''
  const after = stack.split(`${configUrl}:`)[1]
  const match = after === undefined ? null : /^(\d+)(?::(\d+))?/.exec(after)
  return match === null ? {} : { line: Number(match[1]), column: match[2] === undefined ? 1 : Number(match[2]) }
}

function describeError(error: unknown): object {
  if (error instanceof Refused) return { kind: error.kind, message: error.message, path: error.path }
  const message = error instanceof Error ? error.message : String(error)
  const denied = error instanceof Error && 'code' in error && error.code === 'ERR_ACCESS_DENIED'
  return { kind: error instanceof SyntaxError ? 'syntax' : 'threw', message, denied, ...placeOf(error) }
}

function finish(answer: object): never {
  writeSync(3, JSON.stringify(answer))
  process.exit(0)
}

process.on('uncaughtException', (error) => finish(describeError(error)))

try {
  const exported = (await import(configUrl)) as Readonly<Record<string, unknown>>
  finish('default' in exported ? { kind: 'value', value: plain(exported['default'], [], []) } : { kind: 'no-default' })
} catch (error) {
  finish(describeError(error))
}
