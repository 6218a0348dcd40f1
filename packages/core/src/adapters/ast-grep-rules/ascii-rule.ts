import type { CodeRule } from './code-rule.ts'

/**
 * The same rule with classes of ASCII characters only. Patterns are compiled anew for each file, and those of all Unicode's letters take twenty times as long; a
 * name with other letters is none that a rule knows.
 */
export function asciiRule(rule: CodeRule): CodeRule {
  return { ...rule, rule: ascii(rule.rule) as CodeRule['rule'] }
}

function ascii(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return key === 'regex' ? asciiPattern(value) : value
  if (Array.isArray(value)) return value.map((item) => ascii(item))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, ascii(item, name)]))
}

const classes: Readonly<Record<string, string>> = { w: '[0-9A-Za-z_]', s: '[ \\t\\r\\n\\f\\v]', d: '[0-9]', b: '(?-u:\\b)' }

/** Escapes are read in pairs, so that the `w` of an escaped backslash stays a letter. */
function asciiPattern(pattern: string): string {
  return pattern.replaceAll(/\\([^])/g, (escape, letter: string) => classes[letter] ?? escape)
}
