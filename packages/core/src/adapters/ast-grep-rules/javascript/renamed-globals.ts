import type { SgNode } from '@ast-grep/napi'
import { needsApproval, type CodeRule } from '../code-rule.ts'
import { rootText } from '../root-text.ts'
import { handedOn } from './handed-on.ts'
import { builtins, changers, clocks, judges } from './patched-globals.ts'
import { mayChange, storedPlaces } from './stored-places.ts'
import { firstArgument, storedTo, type Dialect, type Rule } from './syntax.ts'

/** A package's or Node's own module, not a file of the target. */
const foreign: Rule = { field: 'source', regex: '^["\'][^."\'/]' } as Rule
const imported: Rule = { kind: 'import_statement', has: foreign }
const known = `${builtins}|${clocks}|${judges}`
/** The object itself, in whatever brackets and casts. */
const itself = `[\\s(]*(?:<\\w+>[\\s(]*)?(?:${known})\\b(?:[\\s)!]|as\\s+[\\w.<> |]+|satisfies\\s+[\\w.<> |]+)*`
const choice = '\\|\\||\\?\\?|&&|\\?'
/** The object, alone or as what a choice or a list of expressions comes to; or a package's module. */
const value = `^(?:[^(\\[]*(?:${choice}|:)|\\(.*(?:${choice}|[:,]))?${itself}(?:$|${choice})|^[\\s(]*(?:await\\s+import|require)\\s*\\(\\s*["'\`][^."'\`/]`
/** Lists that hold it, and the object itself to be taken apart. */
const holding = `^[\\s(\\[]*(?:[^\\]]*,)?${itself}(?:$|[,\\]])`
const own: Rule = { kind: 'identifier' }
const packed: Rule = { any: [{ kind: 'object_pattern' }, { kind: 'array_pattern' }] }

/** What gives a built-in or a module another name. */
function renaming({ isTyped }: Dialect): Rule {
  const kinds = ['variable_declarator', 'assignment_expression', 'augmented_assignment_expression', 'assignment_pattern', 'for_in_statement', ...(isTyped ? ['required_parameter'] : [])].map((kind): Rule => ({ kind }))
  const inNames = (rule: Rule): Rule => ({ any: ['name', 'left', ...(isTyped ? ['pattern'] : [])].map((field): Rule => ({ has: { field, ...rule } })) })
  const inValues = (regex: string): Rule => ({ any: [{ has: { field: 'value', regex } }, { has: { field: 'right', regex } }] })
  return {
    any: [
      imported,
      { any: kinds, all: [inNames(own), inValues(value)] },
      { any: kinds, all: [inNames(packed), inValues(holding)] },
      { kind: 'for_in_statement', all: [inNames(own), inValues(holding)] },
      { kind: 'pair', has: { field: 'value', regex: value } },
      { kind: 'shorthand_property_identifier', regex: `^(?:${known})$` },
    ],
  }
}

/** New names of built-ins and modules, and names under which objects hold them. */
interface Renamed {
  readonly names: ReadonlySet<string>
  readonly held: ReadonlySet<string>
}

/** Asked once for a text, of what stores something under a name that may be such a one. */
function renamedIn(root: SgNode, rule: Rule): Renamed {
  const [names, held] = [new Set<string>(), new Set<string>()]
  for (const node of root.findAll({ rule })) {
    const kind = String(node.kind())
    if (kind === 'pair') held.add(node.field('key')?.text().replaceAll(/^["'`]|["'`]$/g, '') ?? '')
    else if (kind === 'shorthand_property_identifier') held.add(node.text())
    else for (const name of namesIn(kind === 'import_statement' ? node : (node.field('name') ?? node.field('left') ?? node.field('pattern')))) names.add(name)
  }
  return { names, held }
}

/** Every name in an import or a pattern: one too many asks a person, and no more. */
function namesIn(node: SgNode | null): readonly string[] {
  if (node?.kind() === 'identifier') return [node.text()]
  return node?.findAll({ rule: { any: [{ kind: 'identifier' }, { kind: 'shorthand_property_identifier_pattern' }] } }).map((name) => name.text()) ?? []
}

const givenName = new RegExp(`[=(\\[{,:?|&>/]\\s*(?:${known})\\b(?!\\s*(?:\\(|\\.|\\?\\.))|\\b(?:of|in)\\s+(?:${known})\\b`)
const naming = { any: ['import_statement', 'variable_declarator', 'assignment_expression', 'augmented_assignment_expression', 'assignment_pattern', 'for_in_statement', 'formal_parameters'].map((kind) => ({ kind })) }
/** More are not looked up one by one. */
const mostBases = 100
const naturals: ReadonlySet<string> = new Set(['this', 'super', 'exports', 'module'])

/** Whether something is stored under a name to which the file gives a built-in or a module: looked up in the texts of what gives names, which is wider than what the rule asks. */
function mayRename(root: SgNode): boolean {
  const isGiven = givenName.test(rootText(root))
  if (!isGiven && !/\b(?:import|require)\b/.test(rootText(root))) return false
  if (mayChange(root)) return true
  const stored = storedPlaces(root).flatMap((text) => (/^[^.[]*\/[/*]/.test(text) ? [{ base: '', isDeep: true }] : [{ base: /^[\s(]*([\w$]+)\s*(?:[.[]|\?\.|\/[/*])/.exec(text)?.[1] ?? '', isDeep: /[.[][^.[]*[.[]/.test(text) }])).filter(({ base, isDeep }) => isDeep || (base !== '' && !naturals.has(base)))
  if (stored.length === 0) return false
  if (isGiven && stored.some(({ isDeep }) => isDeep)) return true
  const bases = new Set(stored.map(({ base }) => base))
  if (bases.size > mostBases) return true
  return root.findAll({ rule: naming }).some((node) => {
    const text = node.text()
    return (givenName.test(` ${text}`) || /\b(?:import|require)\b/.test(text)) && [...bases].some((base) => text.includes(base))
  })
}

/** Places and objects whose name stands at their beginning. */
const named = /^\w+\s*(?:[.[]|\?\.|\/|$)/

/** A built-in object or a package's module under a name of the file's own: no rule on names knows it any more. */
export function renamedGlobals(dialect: Dialect): CodeRule {
  const rule = renaming(dialect)
  const handed = handedOn(dialect)
  const renamed = new WeakMap<SgNode, Renamed>()
  const renamedOf = (root: SgNode): Renamed => {
    const found = renamed.get(root) ?? renamedIn(root, rule)
    renamed.set(root, found)
    return found
  }
  return needsApproval({
    id: 'changes-renamed-object',
    words: ['import', 'require', ...known.split('|')],
    mayMatch: (root) => mayRename(root) || handed.mayStore(root),
    rule: {
      any: [
        storedTo('[.\\[]'),
        // The object itself, or its prototype, handed to what changes objects.
        firstArgument(changers, '^'),
      ],
    },
    spares: (found, file) => {
      if (handed.isStoredTo(found, file)) return false
      if (!named.test(found.text())) return true
      const { names, held } = renamedOf(file.root)
      const { base, path } = pathOf(found)
      const isRenamed = base !== null && names.has(base) && path.length <= 2
      const isHeld = path.length === 2 && held.has(path[0] ?? '')
      return !isRenamed && !isHeld
    },
    message: 'changes a built-in object or a module of a package under another name, or where it was handed on',
    risk: 0.6,
  })
}

/** `a.b.c`: the name at its beginning, and what stands behind dots; null for an index. */
function pathOf(found: SgNode): { readonly base: string | null; readonly path: readonly (string | null)[] } {
  const path: (string | null)[] = []
  let node: SgNode | null = found
  while (node?.kind() === 'member_expression' || node?.kind() === 'subscript_expression') {
    path.unshift(node.kind() === 'member_expression' ? (node.field('property')?.text() ?? null) : null)
    node = node.field('object')
  }
  return { base: node?.kind() === 'identifier' ? node.text() : null, path }
}
