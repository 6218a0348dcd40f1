'use strict'
// Loaded into a user's own tests while a spec is inferred: writes the arguments of one call as a line of tagged JSON.
const fs = require('node:fs')

const longestCall = 20_000
const deepest = 8

/** What a value is in tagged JSON; throws on what cannot be written down, so that the call is left out as a whole. */
function tagged(value, depth) {
  if (depth > deepest) throw new TypeError('too deep')
  switch (typeof value) {
    case 'undefined':
      return { $: 'undefined' }
    case 'number':
      if (Number.isNaN(value)) return { $: 'nan' }
      if (Object.is(value, -0)) return { $: '-0' }
      if (Number.isFinite(value)) return value
      return { $: value > 0 ? 'inf' : '-inf' }
    case 'bigint':
      return { $: 'bigint', v: String(value) }
    case 'string':
    case 'boolean':
      return value
    case 'object':
      return value === null ? null : taggedObject(value, depth)
    case 'function':
      // Its text is not data: a table that orders or picks takes its place.
      return value.length === 2 ? { $: 'fn', v: { kind: 'compare', sign: 1, modulo: null } } : { $: 'fn', v: { kind: 'first' } }
    default:
      throw new TypeError('no data')
  }
}

function taggedObject(value, depth) {
  const inner = (item) => tagged(item, depth + 1)
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => (index in value ? inner(value[index]) : { $: 'hole' }))
  if (value instanceof Date) return { $: 'date', v: Number.isNaN(value.getTime()) ? null : value.getTime() }
  if (value instanceof RegExp) return { $: 'regexp', v: value.source, flags: value.flags }
  if (value instanceof Map) return { $: 'map', v: [...value].map(([key, item]) => [inner(key), inner(item)]) }
  if (value instanceof Set) return { $: 'set', v: [...value].map(inner) }
  if (Buffer.isBuffer(value)) return { $: 'bytes', type: 'Buffer', v: [...value] }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return { $: 'bytes', type: value.constructor.name, v: Array.from(value, inner) }
  const prototype = Object.getPrototypeOf(value)
  // Tests run in realms of their own: a plain object is one whose prototype has no prototype.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw new TypeError('an instance')
  const entries = Object.keys(value).map((key) => [key, inner(value[key])])
  if (prototype === null) return { $: 'object', proto: null, v: entries }
  return entries.some(([key]) => key === '$' || key === '__proto__') ? { $: 'object', v: entries } : Object.fromEntries(entries)
}

/** Never lets a test fail: what cannot be recorded is left out. */
module.exports = function recordCall(args) {
  try {
    const line = JSON.stringify(Array.from(args, (value) => tagged(value, 0)))
    if (line.length <= longestCall) fs.appendFileSync(process.env.RATCHET_RECORD, `${line}\n`)
  } catch (error) {
    if (!(error instanceof Error)) throw error
  }
}
