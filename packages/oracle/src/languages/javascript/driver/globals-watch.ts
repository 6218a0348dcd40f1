import * as intrinsic from './intrinsics.ts'

interface Watched {
  readonly name: string
  readonly target: object
  readonly keys: Map<PropertyKey, PropertyDescriptor | null>
}

/** Looked at after every case. */
const hot = new Set(['Object.prototype', 'Array.prototype'])

/**
 * Remembers the language's own objects and tells what has changed: a function that patches a prototype or leaves a global variable behind
 * behaves differently from one that does not, even where its result is the same.
 */
export function watchGlobals(): (all: boolean) => string {
  const watched = roots().map(([name, target]): Watched => ({ name, target, keys: snapshot(name, target) }))
  const hotOnes = watched.filter(({ name }) => hot.has(name))
  return (all) => changesOf(all ? watched : hotOnes)
}

function roots(): readonly (readonly [string, object])[] {
  const names = ['Object', 'Array', 'String', 'Number', 'Boolean', 'Symbol', 'BigInt', 'Function', 'RegExp', 'Date', 'Error', 'TypeError', 'RangeError', 'Map', 'Set', 'WeakMap', 'WeakSet', 'Promise', 'ArrayBuffer', 'Uint8Array', 'Iterator'] as const
  const found: [string, object][] = [
    ['globalThis', globalThis],
    ['JSON', JSON],
    ['Math', Math],
    ['Reflect', Reflect],
  ]
  const holder = globalThis as unknown as Readonly<Record<string, { readonly prototype: object } | undefined>>
  for (const name of names) {
    const value = holder[name]
    if (value === undefined) continue
    found.push([name, value], [`${name}.prototype`, value.prototype])
  }
  found.push(['%TypedArray%.prototype', Object.getPrototypeOf(Uint8Array.prototype) as object])
  found.push(['%ArrayIterator%.prototype', Object.getPrototypeOf([][Symbol.iterator]()) as object])
  return found
}

function snapshot(name: string, target: object): Map<PropertyKey, PropertyDescriptor | null> {
  const keys = new Map<PropertyKey, PropertyDescriptor | null>()
  // Globals of the runtime are made when first touched: only their names are stable.
  for (const key of Reflect.ownKeys(target)) keys.set(key, name === 'globalThis' ? null : (Reflect.getOwnPropertyDescriptor(target, key) ?? null))
  return keys
}

/** Written without syntax that a patched prototype could reach, see `intrinsics.ts`. */
function changesOf(watched: readonly Watched[]): string {
  let text = ''
  for (let index = 0; index < watched.length; index++) {
    const { name, target, keys } = watched[index] as Watched
    const now = intrinsic.ownKeys(target)
    for (let place = 0; place < now.length; place++) {
      const key = now[place] as PropertyKey
      const before = intrinsic.mapGet(keys, key)
      if (before === null) continue
      const after = intrinsic.ownDescriptor(target, key)
      if (before !== undefined && after !== undefined && isSame(before, after)) continue
      const label = `${name}.${typeof key === 'symbol' ? ((intrinsic.symbolDescription(key) ?? '') as string) : key}`
      text += `${text === '' ? '' : ','}${intrinsic.quote(label)}`
    }
  }
  return text === '' ? '' : `[${text}]`
}

function isSame(a: PropertyDescriptor, b: PropertyDescriptor): boolean {
  return intrinsic.isSameValue(a.value, b.value) && a.get === b.get && a.set === b.set
}
