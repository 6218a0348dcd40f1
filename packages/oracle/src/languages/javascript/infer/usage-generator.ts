import type { Generator } from '../../../spec.ts'

const arrayMethods = 'push|map|filter|forEach|some|every|reduce|reduceRight|join|splice|sort|find|findIndex|flat|flatMap|fill|pop|shift|unshift|reverse|entries'
const stringMethods =
  'charAt|charCodeAt|codePointAt|toLowerCase|toUpperCase|split|replace|replaceAll|trim|trimStart|trimEnd|match|matchAll|startsWith|endsWith|padStart|padEnd|substring|substr|repeat|normalize|localeCompare'

const mixed: Generator = {
  kind: 'oneOf',
  options: [{ kind: 'integer' }, { kind: 'string', maxLength: 8 }, { kind: 'object', properties: { id: { kind: 'integer' } } }, { kind: 'any' }],
}

/** What a function's body and a parameter's name say about a parameter of which no type is written; `null` where they say nothing. */
export function usageGenerator(name: string, body: string): Generator | null {
  return byUse(name, body) ?? byName(name)
}

function byUse(name: string, body: string): Generator | null {
  const own = escaped(name)
  const has = (pattern: string): boolean => new RegExp(pattern).test(body)
  const isMethod = (methods: string): boolean => has(`(?<![\\w$.])${own}\\??\\.(?:${methods})\\(`)
  if (has(`typeof ${own} [!=]==? ['"]string['"]`) && !has(`typeof ${own} [!=]==? ['"](?:object|number)['"]`)) return { kind: 'string', alphabet: 'unicode' }
  if (has(`Number\\.is(?:Safe)?Integer\\(${own}\\)`)) return { kind: 'integer' }
  if (has(`typeof ${own} [!=]==? ['"]number['"]|Number\\.isFinite\\(${own}\\)`)) return { kind: 'number' }
  if (has(`typeof ${own} [!=]==? ['"]boolean['"]`)) return { kind: 'boolean' }
  if (has(`Array\\.isArray\\(${own}\\)`)) return { kind: 'array', items: mixed }
  const called = new RegExp(`(?<![\\w$.])${own}(?:\\?\\.)?\\(([^()]*)\\)`).exec(body)
  if (called !== null) return callable(called[1] ?? '', body, own)
  if (isMethod(stringMethods)) return { kind: 'string', alphabet: 'unicode' }
  if (isMethod(arrayMethods)) return { kind: 'array', items: mixed }
  const isIndexed = has(`(?<![\\w$.])${own}\\[[^\\]]+\\]`) && has(`(?<![\\w$.])${own}\\.length`)
  if (isIndexed || has(`\\bof ${own}\\b`)) return byName(name) ?? { kind: 'array', items: mixed }
  return options(name, body)
}

/** A comparator, a predicate or a mapping: told by the number of its arguments and by what is done with the result. */
function callable(args: string, body: string, own: string): Generator {
  const arity = args.trim() === '' ? 0 : args.split(',').length
  const isCompared = arity === 2 && new RegExp(`${own}\\([^()]*\\)\\s*(?:[<>]=?|===?)\\s*-?[01]`).test(body)
  if (isCompared || (arity === 2 && /^(?:cmp|comp)/i.test(own))) return { kind: 'function', arity: 2, returns: { kind: 'integer' } }
  const isTested = new RegExp(`(?:if\\s*\\(|&&|\\|\\||!|\\?)\\s*!?${own}\\(`).test(body)
  return { kind: 'function', arity, returns: isTested ? { kind: 'boolean' } : { kind: 'oneOf', options: [{ kind: 'integer' }, { kind: 'string', maxLength: 6 }] } }
}

/** A parameter of which properties are read: an object that may have them. */
function options(name: string, body: string): Generator | null {
  const read = [...body.matchAll(new RegExp(`(?<![\\w$.])${escaped(name)}\\??\\.([A-Za-z_$][\\w$]*)(?!\\s*\\()`, 'g'))].map((match) => match[1] ?? '')
  const names = [...new Set(read)].filter((property) => property !== 'length')
  if (names.length === 0) return null
  return { kind: 'object', properties: Object.fromEntries(names.map((property) => [property, { kind: 'any' }])), optional: names }
}

const byNames: readonly (readonly [RegExp, Generator])[] = [
  [/^(?:list|arr|array|items?s|values|elements|rows|xs|ys|collection|tokens|words|numbers|nums)\d?$|(?:List|Array|Items|Values)$/, { kind: 'array', items: mixed }],
  [/^(?:str|string|text|input|s|line|name|path|url|html|source|pattern|key|prefix|suffix|word|sep|separator|delimiter)\d?$|(?:String|Text|Name|Path)$/, { kind: 'string', alphabet: 'unicode' }],
  [/^(?:n|count|index|idx|i|size|len|length|limit|start|end|offset|depth|times|width|max|min|step|position|pos)$|(?:Count|Index|Size|Length|Limit)$/, { kind: 'integer' }],
  [/^(?:cmp|compare|comparator|compareFn|comp)$/, { kind: 'function', arity: 2, returns: { kind: 'integer' } }],
  [/^(?:predicate|pred|test|filter|isMatch)$/, { kind: 'function', arity: 1, returns: { kind: 'boolean' } }],
  [/^(?:fn|f|func|callback|cb|iteratee|mapper|transform|getKey|selector)$/, { kind: 'function', arity: 1, returns: { kind: 'oneOf', options: [{ kind: 'integer' }, { kind: 'string', maxLength: 6 }] } }],
  [/^(?:is|has|should|with|no)[A-Z]|^(?:strict|deep|force|recursive|flag|loose)$/, { kind: 'boolean' }],
  [/^(?:num|number|value|val|x|y|z|a|b|amount|ratio|price|total|ms)$/, { kind: 'oneOf', options: [{ kind: 'number' }, { kind: 'any' }] }],
  [/^(?:date|time|now)$/, { kind: 'date' }],
  [/^(?:bytes|buf|buffer|data)$/, { kind: 'oneOf', options: [{ kind: 'bytes', type: 'Uint8Array' }, { kind: 'string' }] }],
  [/^(?:obj|object|map|dict|record|target)$/, { kind: 'record', keys: { kind: 'string', maxLength: 8 }, values: { kind: 'any' } }],
]

const byName = (name: string): Generator | null => byNames.find(([pattern]) => pattern.test(name))?.[1] ?? null

const escaped = (name: string): string => name.replaceAll('$', '\\$')
