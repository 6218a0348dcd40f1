export interface MakeRule {
  readonly prerequisites: readonly string[]
  /** Lines of the recipe with plain variables filled in. */
  readonly recipe: readonly string[]
}

/** Rules by target, as far as they can be read without make: plain variables are filled in, functions are left as they stand. */
export function parseMakefile(text: string): ReadonlyMap<string, MakeRule> {
  const lines = text.replaceAll(/\\\r?\n[ \t]*/g, ' ').split(/\r?\n/)
  const variables = new Map<string, string>()
  const rules = new Map<string, { readonly prerequisites: string[]; readonly recipe: string[] }>()
  let current: readonly { readonly recipe: string[] }[] = []
  for (const line of lines) {
    if (line.startsWith('\t')) {
      for (const rule of current) if (line.trim() !== '' && !line.trim().startsWith('#')) rule.recipe.push(line.trim())
      continue
    }
    const plain = line.replace(/#.*$/, '').trim()
    if (plain === '') continue
    current = []
    const assigned = /^(?:export\s+|override\s+)?([\w.-]+)\s*(\?=|\+=|::?=|=)\s*(.*)$/.exec(plain)
    if (assigned !== null) assign(variables, assigned)
    else current = rulesOf(plain, variables, rules)
  }
  return new Map([...rules].map(([target, rule]) => [target, { prerequisites: rule.prerequisites, recipe: rule.recipe.map((line) => filled(line, variables, { target, prerequisites: rule.prerequisites })) }]))
}

function assign(variables: Map<string, string>, [, name = '', operator = '', value = '']: RegExpExecArray): void {
  const known = variables.get(name)
  if (operator === '?=' && known !== undefined) return
  variables.set(name, operator === '+=' && known !== undefined ? `${known} ${value}` : value)
}

function rulesOf(line: string, variables: ReadonlyMap<string, string>, rules: Map<string, { readonly prerequisites: string[]; readonly recipe: string[] }>): readonly { readonly recipe: string[] }[] {
  const match = /^([^:=]+?)\s*::?(?!=)\s*([^;]*)(?:;\s*(.*))?$/.exec(filled(line, variables))
  if (match === null) return []
  const words = (text: string | undefined): readonly string[] => (text ?? '').split(/[\s|]+/).filter((word) => word !== '')
  return words(match[1]).map((target) => {
    const rule = rules.get(target) ?? { prerequisites: [], recipe: [] }
    rule.prerequisites.push(...words(match[2]))
    if (match[3] !== undefined && match[3] !== '') rule.recipe.push(match[3])
    rules.set(target, rule)
    return rule
  })
}

/** Variables within variables are few; a definition that bites its tail ends here too. */
const deepest = 5

function filled(line: string, variables: ReadonlyMap<string, string>, rule: { readonly target: string; readonly prerequisites: readonly string[] } | null = null): string {
  let text = line
  for (let round = 0; round < deepest && /\$[({]/.test(text); round++) text = text.replaceAll(/\$(?:\(([\w.-]+)\)|\{([\w.-]+)\})/g, (all, a?: string, b?: string) => variables.get(a ?? b ?? '') ?? all)
  if (rule === null) return text
  return text.replaceAll('$@', rule.target).replaceAll('$<', rule.prerequisites[0] ?? '').replaceAll('$^', rule.prerequisites.join(' '))
}
