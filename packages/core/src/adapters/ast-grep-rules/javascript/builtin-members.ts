/** Names that an object of the platform has only in some processes, or that the rules on processes know. */
const further: Readonly<Record<string, RegExp>> = {
  process: /^(?:_.*|send|disconnect|channel|connected|mainModule|permission|report|finalization|noDeprecation|throwDeprecation|traceDeprecation|domain|exitCode|browser|type)$/,
  Error: /^(?:captureStackTrace|prepareStackTrace|stackTraceLimit)$/,
}
/** Objects of test tools, which are none of the platform: nothing says what they have. */
const unknown: ReadonlySet<string> = new Set(['expect', 'describe', 'chai', 'jest', 'vi', 'sinon', 'should', 'assert', 'it', 'test', 'Temporal', 'hrtime', 'EventEmitter'])
const members = new Map<string, ReadonlySet<string>>()

/** Whether the built-in object of this name has such a property, itself or by what it inherits; of what is not known here, always. */
export function isMemberOf(name: string, property: string): boolean {
  if (unknown.has(name) || further[name]?.test(property) === true) return true
  const known = members.get(name) ?? membersOf(name)
  members.set(name, known)
  return known.size === 0 || known.has(property)
}

function membersOf(name: string): ReadonlySet<string> {
  const found = new Set<string>()
  const value: unknown = Reflect.get(globalThis, name)
  for (let object = value; (typeof object === 'object' && object !== null) || typeof object === 'function'; object = Reflect.getPrototypeOf(object)) for (const key of Reflect.ownKeys(object)) if (typeof key === 'string') found.add(key)
  return found
}
