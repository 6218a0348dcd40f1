import { JournalError } from './journal.ts'

/** Deeper values than this are no data of ours; the bound keeps hostile input from exhausting the stack. */
const depthLimit = 200

/**
 * One text for one JSON value: keys sorted by UTF-16 code units, no white space, numbers as ECMAScript prints them (RFC 8785). Properties
 * that are undefined are left out, as JSON does. Refuses what JSON cannot hold (NaN, infinities, bigint, functions, bytes) instead of
 * changing it: a hash must never stand for something else than what was meant. The one exception is -0, which becomes 0 as RFC 8785 wants:
 * a candidate can print -0 as its figure, and must not be able to end a run with it.
 *
 * @throws JournalError `journal-failed`
 */
export function canonicalJson(value: unknown): string {
  return encode(value, 0)
}

function encode(value: unknown, depth: number): string {
  if (depth > depthLimit) throw notJson(`nested deeper than ${depthLimit}`)
  switch (typeof value) {
    case 'string':
      // A lone surrogate has no UTF-8 form; JSON.stringify escapes it, so the text stays exact.
      return JSON.stringify(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'number':
      if (!Number.isFinite(value)) throw notJson(`the number ${value}`)
      return JSON.stringify(value)
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? encodeArray(value, depth) : encodeObject(value, depth)
    default:
      throw notJson(`a ${typeof value}`)
  }
}

/** By index: a hole counts as undefined, which no array of ours may hold. */
function encodeArray(value: readonly unknown[], depth: number): string {
  let items = ''
  for (let index = 0; index < value.length; index++) items += `${index === 0 ? '' : ','}${encode(value[index], depth + 1)}`
  return `[${items}]`
}

function encodeObject(value: object, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw notJson('an instance of a class')
  let members = ''
  // By UTF-16 code units, which is what `sort` does when it is told nothing.
  for (const key of Object.keys(value).sort()) {
    const member = (value as Readonly<Record<string, unknown>>)[key]
    if (member !== undefined) members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${encode(member, depth + 1)}`
  }
  return `{${members}}`
}

function notJson(what: string): JournalError {
  return new JournalError('journal-failed', `an event body holds ${what}, which JSON cannot represent`)
}
