/** Which exports of one module a script uses. */
export interface UsedExports {
  /** `default`, or the name that the module gives it; whatever the script calls it. */
  has(name: string): boolean
}

const word = String.raw`[\w$]+`
const bindings = [
  // import one, { two as three } from './x'
  new RegExp(String.raw`\bimport\s+(?!type\b)([^'";]+?)\s+from\s*['"]([^'"]+)['"]()`, 'g'),
  // const { two: three } = await import('./x'); const one = require('./x').one
  new RegExp(String.raw`\b(?:const|let|var|import)\s+(${word}|\{[^}]*\})\s*=\s*\(?\s*(?:await\s+)?(?:require|import)\(\s*['"]([^'"]+)['"]\s*\)\s*\)?((?:\s*\.\s*${word})?)`, 'g'),
  // require('./x').one(...)
  new RegExp(String.raw`()\b(?:require|import)\(\s*['"]([^'"]+)['"]\s*\)\s*\)?(\s*\.\s*${word}|\s*\()`, 'g'),
]

/**
 * By the names that its imports give it, and by mentions of those outside of imports and comments. A function of its own that is called as an export is would otherwise pass for it.
 */
export function usedExports(text: string, isModule: (specifier: string) => boolean): UsedExports {
  let rest = text.replaceAll(/\/\*[^]*?\*\/|(?<![:'"`\\])\/\/.*$/gm, ' ')
  /** Exports by the names that they have here; of a name for the whole module, `*`. */
  const names: { readonly exported: string; readonly local: string }[] = []
  const direct = new Set<string>()
  for (const binding of bindings) {
    rest = rest.replaceAll(binding, (whole: string, clause: string, specifier: string, member: string) => {
      if (!isModule(specifier)) return whole
      const property = member.replaceAll(/[\s.(]/g, '')
      if (clause === '') direct.add(property === '' ? 'default' : property)
      else if (property !== '') names.push({ exported: property, local: clause })
      else names.push(...boundBy(clause, !whole.startsWith('import')))
      return ' '
    })
  }
  const isMentioned = (local: string): boolean => new RegExp(String.raw`(?<![\w$.])${escaped(local)}(?![\w$])`).test(rest)
  const isAsked = (local: string, name: string): boolean =>
    new RegExp(String.raw`(?<![\w$.])${escaped(local)}\s*(?:\?\s*)?\.\s*${escaped(name)}(?![\w$])|\{[^}]*(?<![\w$])${escaped(name)}(?![\w$])[^}]*\}\s*=\s*${escaped(local)}(?![\w$])`).test(rest)
  return {
    has: (name) => {
      if (direct.has(name)) return true
      return names.some(({ exported, local }) => {
        if (exported === name) return isMentioned(local)
        // What is exported as the module itself, or by default, may have the exports as its properties.
        if (exported === '*' || exported === 'default') return isAsked(local, name) || (name === 'default' && exported === '*' && isHanded(rest, local))
        return false
      })
    },
  }
}

/** The module itself is called or handed on: `differ()`, `measure(differ)`. */
function isHanded(rest: string, local: string): boolean {
  return new RegExp(String.raw`(?<![\w$.])${escaped(local)}(?![\w$])(?!\s*(?:\?\s*)?\.)`).test(rest)
}

function boundBy(clause: string, isRequired: boolean): readonly { readonly exported: string; readonly local: string }[] {
  const listed = /\{([^}]*)\}/.exec(clause)?.[1] ?? ''
  const pairs = listed.split(',').flatMap((part) => {
    const [, exported, local] = new RegExp(String.raw`^\s*(${word})(?:\s*(?::|\s+as\s+)\s*(${word}))?`).exec(part) ?? []
    return exported === undefined || /^\s*type\s+\w/.test(part) ? [] : [{ exported, local: local ?? exported }]
  })
  const whole = new RegExp(String.raw`\*\s*as\s+(${word})`).exec(clause)?.[1]
  const first = new RegExp(String.raw`^\s*(${word})\s*(?:,|$)`).exec(clause)?.[1]
  return [...pairs, ...(whole === undefined ? [] : [{ exported: '*', local: whole }]), ...(first === undefined ? [] : [{ exported: isRequired ? '*' : 'default', local: first }])]
}

function escaped(name: string): string {
  return name.replaceAll('$', String.raw`\$`)
}
