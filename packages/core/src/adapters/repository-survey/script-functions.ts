import { languageOf } from '../ast-grep-rules/languages.ts'
import { isJudge, refusedClass, type OracleFunction } from './oracle-function.ts'
import { importedScripts, resolveImport } from './resolve-import.ts'
import type { RepositoryFiles } from './survey.ts'
import { usedExports } from './used-exports.ts'

/** Exported functions of the repository's own modules that a script imports and uses. */
export async function scriptFunctions(caller: string, text: string, files: RepositoryFiles): Promise<readonly OracleFunction[]> {
  const known = new Set(files.paths)
  const found: OracleFunction[] = []
  for (const module of importedScripts(caller, text, known)) {
    if (isJudge(module)) continue
    const source = (await files.read(module)) ?? ''
    const names = [...new Set([...exportedBy(source), ...(await handedOn(module, source, { files, known, depth: 0 }))])]
    const classes = classesOf(source, names)
    for (const { name, methods } of classes) {
      const method = methods.find((each) => new RegExp(`\\.${escaped(each)}\\s*\\(`).test(text))
      if (method !== undefined) found.push(refusedClass({ module, name, method, caller }))
    }
    const functions = names.filter((name) => !classes.some((each) => each.name === name))
    const isModule = (specifier: string): boolean => specifier.startsWith('.') && resolveImport(caller, specifier, known) === module
    const used = usedExports(text, { language: languageOf(caller, text) ?? 'javascript', isModule, hasDefault: names.includes('default') })
    for (const name of functions) if (used.has(name)) found.push({ module, function: name, reason: `${caller} calls it` })
  }
  return found
}

/** Modules that only hand on what others export, one behind the other. */
const deepest = 4

/** Names that a module exports although other modules hold what they mean. */
async function handedOn(module: string, source: string, { files, known, depth }: { readonly files: RepositoryFiles; readonly known: ReadonlySet<string>; readonly depth: number }): Promise<readonly string[]> {
  const listed = [...source.matchAll(/^export\s*\{([^}]*)\}/gm)].flatMap(([, list = '']) => list.split(','))
  const names = listed.filter((part) => !/^\s*type\s/.test(part)).map((part) => part.trim().split(/\s+as\s+/).at(-1) ?? '')
  const all = [...source.matchAll(/^export\s*\*\s*from\s*['"]([^'"]+)['"]/gm)].map(([, specifier = '']) => resolveImport(module, specifier, known))
  const required = /^module\.exports\s*=\s*require\(\s*['"]([^'"]+)['"]\s*\)/m.exec(source)?.[1]
  const behind = [...all, required === undefined ? undefined : resolveImport(module, required, known)].filter((file): file is string => file !== undefined)
  if (depth < deepest) {
    for (const next of behind.slice(0, 200)) {
      const text = (await files.read(next)) ?? ''
      names.push(...exportedBy(text), ...(await handedOn(next, text, { files, known, depth: depth + 1 })))
    }
  }
  return names.filter((name) => /^[\w$]+$/.test(name))
}

const escaped = (name: string): string => name.replaceAll('$', String.raw`\$`)

interface ExportedClass {
  /** As `ratchet-oracle` names it: what it is exported as. */
  readonly name: string
  readonly methods: readonly string[]
}

/** Classes among the exports, as far as their text stands at the start of a line; their methods by the usual indentation. */
function classesOf(text: string, exported: readonly string[]): readonly ExportedClass[] {
  const found: ExportedClass[] = []
  for (const match of text.matchAll(/^(export\s+default\s+|export\s+|module\.exports\s*=\s*|(?:module\.)?exports\.([\w$]+)\s*=\s*)?(?:abstract\s+)?class\b(?:\s+(?!extends\b|implements\b)([\w$]+))?/gm)) {
    const [, how = '', as, own = ''] = match
    const isExportedLater = own !== '' && new RegExp(`^(?:export\\s+default|module\\.exports\\s*=)\\s+${escaped(own)}\\s*;?\\s*$`, 'm').test(text)
    const isDefault = isExportedLater || /default|^module\.exports\s*=/.test(how)
    const name = isDefault ? 'default' : (as ?? own)
    if (!isDefault && !how.startsWith('export') && !exported.includes(name)) continue
    const body = text.slice(match.index).split(/\n\}/, 1)[0] ?? ''
    const methods = [...body.matchAll(/^[ \t]+(?:public\s+)?(?:static\s+)?(?:async\s+)?\*?\s*([\w$]+)\s*(?:<[^>\n]*>)?\([^\n]*\{/gm)].map((each) => each[1] ?? '')
    found.push({ name, methods: methods.filter((each) => !/^(?:constructor|if|for|while|switch|catch|function)$/.test(each)) })
  }
  return found
}

function exportedBy(text: string): readonly string[] {
  const names = [
    ...[...text.matchAll(/^export\s+(?:async\s+)?function\s*\*?\s*([\w$]+)/gm)].map((match) => match[1]),
    ...[...text.matchAll(/^export\s+const\s+([\w$]+)\s*(?::[^=\n]+)?=\s*(?:async\s*)?(?:function|\(|[\w$]+\s*=>)/gm)].map((match) => match[1]),
    ...[...text.matchAll(/^(?:module\.)?exports\.([\w$]+)\s*=/gm)].map((match) => match[1]),
    ...[...text.matchAll(/^module\.exports\s*=\s*\{([^}]*)\}/gm)].flatMap((match) => (match[1] ?? '').split(',').map((part) => part.split(':')[0]?.trim())),
    /^export\s+default\s+(?:async\s+)?(?:function|[\w$]+\s*;?\s*$|\(|[\w$]+\s*=>)/m.test(text) || /^module\.exports\s*=\s*(?:function|[\w$]+\s*;?\s*$|\(|[\w$]+\s*=>)/m.test(text) ? 'default' : undefined,
  ]
  return [...new Set(names.filter((name): name is string => name !== undefined && /^[\w$]+$/.test(name)))]
}
