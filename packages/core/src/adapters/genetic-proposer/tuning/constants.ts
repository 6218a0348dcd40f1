import type { CppOperator, EditedCode, EditSite, PythonOperator, PythonSource } from '../edit-operator.ts'
import type { Syntax, SyntaxTree } from '../syntax-tree.ts'
import { replaced } from '../tree-edits.ts'
import { numberSteps, parameterWeight, type Step } from './number-steps.ts'

/** A value with the name it goes by. */
interface Setting {
  readonly name: string
  readonly value: Syntax
}

/** One site for each other value. */
export function tuningSites({ path }: Pick<EditedCode, 'path'>, { name, start, end, text }: { readonly name: string; readonly start: number; readonly end: number; readonly text: string }, steps: readonly Step[]): readonly EditSite[] {
  const worth = parameterWeight(name)
  if (worth === 0) return []
  return steps.map((step) => ({
    offset: start,
    key: `${start}:${step.text}`,
    weight: worth * step.weight,
    rationale: `sets \`${name}\` to ${step.text} instead of ${text}`,
    edits: () => [{ ...replaced({ start, end }, step.text), path, part: 0 }],
  }))
}

function sitesOf(source: EditedCode, settings: readonly Setting[], steps: (setting: Setting) => readonly Step[]): readonly EditSite[] {
  return settings.flatMap((setting) => tuningSites(source, { name: setting.name, start: setting.value.start, end: setting.value.end, text: setting.value.text() }, steps(setting)))
}

/** Constants of a module or class in capitals, and what parameters are when nobody says otherwise. */
function pythonSettings(tree: SyntaxTree): readonly Setting[] {
  const constants = tree.all('assignment').flatMap((node): Setting[] => {
    const [left, right] = [node.field('left'), node.field('right')]
    const home = node.parent?.parent
    const isOutside = home?.kind === 'module' || (home?.kind === 'block' && home.parent?.kind === 'class_definition')
    return isOutside && left?.kind === 'identifier' && /^_?[A-Z][A-Z0-9_]*$/.test(left.text()) && right !== null ? [{ name: left.text(), value: right }] : []
  })
  const defaults = tree.all('default_parameter', 'typed_default_parameter').flatMap((node): Setting[] => {
    const [name, value] = [node.field('name'), node.field('value')]
    return name?.kind === 'identifier' && value !== null ? [{ name: name.text(), value }] : []
  })
  return [...constants, ...defaults]
}

export const tunePythonNumber: PythonOperator = {
  name: 'tune-number',
  kind: 'tuning',
  sites: (source) => sitesOf(source, pythonSettings(source.tree), ({ value }) => (['integer', 'float', 'unary_operator'].includes(value.kind) ? numberSteps(value.text()) : [])),
}

/** Switches what is on or off, and a text that is one of several the file knows. */
export const tunePythonChoice: PythonOperator = {
  name: 'tune-choice',
  kind: 'tuning',
  sites: (source) =>
    sitesOf(source, pythonSettings(source.tree), ({ name, value }) => {
      if (value.kind === 'true' || value.kind === 'false') return [{ text: value.kind === 'true' ? 'False' : 'True', weight: 2 }]
      return value.kind === 'string' ? alternativesTo(source, name, value).map((text) => ({ text, weight: 2 })) : []
    }),
}

function literal(node: Syntax): string | null {
  return node.kind === 'string' && /^['"]/.test(node.text()) ? node.text() : null
}

const bare = (text: string): string => text.replaceAll(/^['"]+|['"]+$/g, '')

/** What the name is compared with, and what stands with its value in one list. */
function alternativesTo({ tree }: PythonSource, name: string, value: Syntax): readonly string[] {
  const compared = tree.all('comparison_operator').filter((node) => node.named.some((part) => part.text() === name)).flatMap((node) => node.named)
  const listed = tree.all('list', 'tuple', 'set', 'dictionary').flatMap((node) => {
    const parts = node.named.map((part) => (part.kind === 'pair' ? (part.field('key') ?? part) : part))
    return parts.length > 1 && parts.some((part) => part !== value && part.kind === 'string' && bare(part.text()) === bare(value.text())) ? parts : []
  })
  const texts = [...compared, ...listed].flatMap((node) => literal(node) ?? [])
  const found = new Map(texts.map((text) => [bare(text), text]))
  found.delete(bare(value.text()))
  return [...found.values()]
}

/** `constexpr`, `const` and `#define` with a value, and what parameters are when nobody says otherwise. */
function cppSettings(tree: SyntaxTree): readonly Setting[] {
  const constants = tree.all('declaration', 'field_declaration').flatMap((node): Setting[] => {
    if (!node.named.some(({ kind, start }) => kind === 'type_qualifier' && tree.text.startsWith('const', start))) return []
    const declarators = node.named.filter(({ kind }) => kind === 'init_declarator')
    const pairs = declarators.length > 0 ? declarators.map((part) => [part.field('declarator'), part.field('value')] as const) : [[node.field('declarator'), node.field('default_value')] as const]
    return pairs.flatMap(([name, value]): Setting[] => (name !== null && value !== null && ['identifier', 'field_identifier'].includes(name.kind) ? [{ name: name.text(), value }] : []))
  })
  const macros = tree.all('preproc_def').flatMap((node): Setting[] => {
    const [name, value] = [node.field('name'), node.field('value')]
    return name !== null && value !== null ? [{ name: name.text(), value }] : []
  })
  const defaults = tree.all('optional_parameter_declaration').flatMap((node): Setting[] => {
    const [name, value] = [node.field('declarator'), node.field('default_value')]
    return name !== null && value !== null ? [{ name: name.text(), value }] : []
  })
  return [...constants, ...macros, ...defaults]
}

export const tuneCppNumber: CppOperator = {
  name: 'tune-number',
  kind: 'tuning',
  sites: (source) =>
    sitesOf(source, cppSettings(source.tree), ({ value }) => (value.kind === 'number_literal' || (value.kind === 'preproc_arg' && /^\s*\d+(?:\.\d+)?\s*$/.test(value.text())) ? numberSteps(value.text().trim()) : [])),
}

export const tuneCppChoice: CppOperator = {
  name: 'tune-choice',
  kind: 'tuning',
  sites: (source) =>
    sitesOf(source, cppSettings(source.tree), ({ value }) => {
      if (value.kind === 'true' || value.kind === 'false') return [{ text: value.kind === 'true' ? 'false' : 'true', weight: 2 }]
      const scope = value.kind === 'qualified_identifier' ? value.field('scope')?.text() : undefined
      const own = source.tree.all('enum_specifier').find((node) => node.field('name')?.text() === scope)
      const names = own === undefined ? [] : source.tree.within(own, 'enumerator').flatMap((node) => node.field('name')?.text() ?? [])
      return names.map((name) => `${scope}::${name}`).filter((text) => text !== value.text()).map((text) => ({ text, weight: 2 }))
    }),
}
