/** Methods that only strings and numbers have: the receiver cannot change. */
export const scalarMethods: ReadonlySet<string> = new Set([
  'charAt', 'charCodeAt', 'codePointAt', 'endsWith', 'localeCompare', 'normalize', 'padEnd', 'padStart', 'repeat', 'split', 'startsWith', 'substr', 'substring', 'toFixed', 'toLowerCase', 'toPrecision',
  'toUpperCase', 'trim', 'trimEnd', 'trimStart',
])
/** Methods of strings that take a pattern; the pattern may be changed by them, the receiver may not. */
export const patternMethods: ReadonlySet<string> = new Set(['match', 'replace', 'replaceAll', 'search'])
/** Methods that read the elements of their receiver and hand none of their arguments on. */
export const contentMethods: ReadonlySet<string> = new Set(['at', 'get', 'has', 'hasOwnProperty', 'includes', 'indexOf', 'lastIndexOf', 'slice'])
/** Methods that read whatever is reached from their receiver. */
export const deepMethods: ReadonlySet<string> = new Set(['concat', 'join', 'toString'])
/** Methods that give a list with a position of its own: reading, but never the same twice. */
export const iteratorMethods: ReadonlySet<string> = new Set(['entries', 'keys', 'values'])
/** Methods that run a callback on each element and change nothing themselves. */
export const iteratingMethods: ReadonlySet<string> = new Set(['every', 'filter', 'find', 'findIndex', 'findLast', 'findLastIndex', 'flatMap', 'forEach', 'map', 'reduce', 'reduceRight', 'some'])
/** Methods that change the elements of their receiver and nothing else. */
export const changingMethods: ReadonlySet<string> = new Set(['add', 'clear', 'copyWithin', 'delete', 'fill', 'pop', 'push', 'reverse', 'set', 'shift', 'sort', 'splice', 'unshift'])

/** Functions of the platform that look at the value itself, not at what is within. */
export const shallowFunctions: ReadonlySet<string> = new Set(['Array.isArray', 'Boolean', 'isFinite', 'isNaN', 'Number.isFinite', 'Number.isInteger', 'Number.isNaN', 'parseFloat', 'parseInt', 'String.fromCharCode'])
/** Functions of the platform that look at the elements or properties of their arguments. */
export const contentFunctions: ReadonlySet<string> = new Set(['Array.from', 'Object.entries', 'Object.keys', 'Object.values'])
/** Functions of the platform that look at everything reached from their arguments. */
export const deepFunctions: ReadonlySet<string> = new Set(['JSON.stringify', 'Number', 'String'])

export function isShallowFunction(name: string): boolean {
  return shallowFunctions.has(name) || (/^Math\.\w+$/.test(name) && name !== 'Math.random')
}

/** A function of the platform that changes nothing and hands its arguments to nobody. */
export function isQuietFunction(name: string): boolean {
  return isShallowFunction(name) || contentFunctions.has(name) || deepFunctions.has(name) || /^console\.\w+$/.test(name)
}
