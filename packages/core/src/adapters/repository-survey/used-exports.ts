import type { SgNode } from '@ast-grep/napi'
import { parseAs } from '../ast-grep-rules/languages.ts'
import type { Language } from '../ast-grep-rules/code-rule.ts'

/** Which exports of one module a script uses. */
export interface UsedExports {
  /** `default`, or the name that the module gives it; whatever the script calls it. */
  has(name: string): boolean
}

interface Module {
  readonly language: Language
  readonly isModule: (specifier: string) => boolean
  /** A module that is one thing itself is handed on as that; one that only holds others as all of them. */
  readonly hasDefault: boolean
}

/** The module itself, of an import and of `require`; otherwise it is named what it is exported as. */
const whole = '*'
const required = '='

/** What an expression gives on as it is. */
const passing = new Set(['parenthesized_expression', 'await_expression', 'as_expression', 'satisfies_expression', 'non_null_expression', 'ternary_expression', 'sequence_expression'])
const parameters = new Set(['formal_parameters', 'required_parameter', 'optional_parameter'])
const inText = /(?:\bfrom\s*|\brequire\(\s*|\bimport\(?\s*)['"]([^'"]+)['"]/g

/**
 * By the names that its imports give it, and by what is done with those. A function of its own that is called as an export is would otherwise pass for it. Where that cannot be followed (the module is handed to
 * somebody, asked for a computed name, imported by a text that is code) an export counts as used: one oracle too many is a line to take out, one too few leaves changes unjudged.
 */
export function usedExports(text: string, module: Module): UsedExports {
  const root = parseAs(module.language, text).root()
  const uses = new Uses(root, module)
  for (const statement of root.findAll({ rule: { kind: 'import_statement' } })) uses.import(statement)
  for (const call of root.findAll({ rule: { kind: 'call_expression' } })) uses.call(call)
  uses.settle()
  return { has: (name) => uses.isAll || uses.used.has(name) }
}

class Uses {
  readonly used = new Set<string>()
  isAll = false
  private readonly module: Module
  private readonly mentions = new Map<string, SgNode[]>()
  private readonly texts: readonly string[]
  private readonly isDamaged: boolean
  private readonly open: { readonly local: string; readonly exported: string }[] = []
  private readonly seen = new Set<string>()
  /** Nodes that give a name, and do not mention it. */
  private readonly binders = new Set<number>()

  constructor(root: SgNode, module: Module) {
    this.module = module
    for (const node of root.findAll({ rule: { any: [{ kind: 'identifier' }, { kind: 'shorthand_property_identifier' }] } })) {
      const known = this.mentions.get(node.text())
      if (known === undefined) this.mentions.set(node.text(), [node])
      else known.push(node)
    }
    this.texts = root.findAll({ rule: { kind: 'string_fragment' } }).map((node) => node.text()).filter((text) => !/^[\w@./-]*$/.test(text))
    this.isDamaged = root.find({ rule: { kind: 'ERROR' } }) !== null
  }

  import(statement: SgNode): void {
    const clause = statement.children().find((child) => child.kind() === 'import_clause' || child.kind() === 'import_require_clause')
    const source = statement.field('source') ?? clause?.children().find((child) => child.kind() === 'string')
    if (clause === undefined || !this.names(source) || isForTypes(statement)) return
    const isRequired = clause.kind() === 'import_require_clause'
    for (const child of clause.children()) {
      if (child.kind() === 'identifier') this.name(child, isRequired ? required : 'default')
      if (child.kind() === 'namespace_import') this.bind(child.children().find((each) => each.kind() === 'identifier') ?? child, whole)
      if (child.kind() === 'named_imports') for (const specifier of child.children()) this.specifier(specifier)
    }
  }

  call(call: SgNode): void {
    const callee = call.field('function')
    const isImport = callee?.kind() === 'import'
    if (!isImport && !/(?:^|\.)require$/.test(callee?.text() ?? '')) return
    const [first] = call.field('arguments')?.children().filter((child) => child.isNamed() && child.kind() !== 'comment') ?? []
    if (this.names(first)) this.follow(call, isImport ? whole : required)
  }

  settle(): void {
    for (let bound = this.open.pop(); bound !== undefined; bound = this.open.pop()) {
      const { local, exported } = bound
      for (const mention of this.mentions.get(local) ?? []) if (!this.binders.has(mention.id())) this.follow(mention, exported)
      // A text may be code for a worker, or for a benchmark that builds its loop around it.
      const spoken = new RegExp(String.raw`(?<![\w$.])${local.replaceAll('$', String.raw`\$`)}\s*[(.]`)
      if (this.texts.some((text) => spoken.test(text))) this.handOn(exported)
      // What stands where the syntax breaks off may be anything.
      if (this.isDamaged && exported !== whole && exported !== required) this.handOn(exported)
    }
    if (this.texts.some((text) => [...text.matchAll(inText)].some(([, specifier = '']) => this.module.isModule(specifier)))) this.isAll = true
    if (this.isDamaged && this.seen.size === 0 && this.used.size === 0) this.isAll = true
  }

  private names(source: SgNode | null | undefined): boolean {
    return source?.kind() === 'string' && this.module.isModule(source.text().slice(1, -1))
  }

  private specifier(specifier: SgNode): void {
    const exported = specifier.field('name')
    if (specifier.kind() !== 'import_specifier' || exported === null || isForTypes(specifier)) return
    this.binders.add(exported.id())
    this.bind(specifier.field('alias') ?? exported, exported.text().replaceAll(/^['"]|['"]$/g, ''))
  }

  private name(node: SgNode, exported: string): void {
    this.binders.add(node.id())
    const key = `${exported} ${node.text()}`
    if (this.seen.has(key)) return
    this.seen.add(key)
    this.open.push({ local: node.text(), exported })
  }

  /** What a pattern names of a value. */
  private bind(pattern: SgNode, exported: string): void {
    const kind = String(pattern.kind())
    if (kind === 'identifier' || kind === 'shorthand_property_identifier_pattern') this.name(pattern, exported)
    else if (kind === 'object_pattern') for (const part of pattern.children().filter((child) => child.isNamed())) this.part(part, exported)
    else if (kind === 'assignment_pattern' || kind === 'object_assignment_pattern') this.bind(pattern.field('left') ?? pattern.children()[0] ?? pattern, exported)
    else if (parameters.has(kind)) this.bind(pattern.field('pattern') ?? pattern.children().find((child) => child.isNamed()) ?? pattern.children()[0] ?? pattern, exported)
    else this.handOn(exported)
  }

  private part(part: SgNode, exported: string): void {
    const kind = String(part.kind())
    if (kind === 'comment') return
    if (kind === 'rest_pattern') return this.bind(part.children().find((child) => child.isNamed()) ?? part, exported)
    const key = part.field('key') ?? (kind === 'object_assignment_pattern' ? (part.field('left') ?? part.children()[0] ?? part) : part)
    if (key.kind() === 'computed_property_name') return this.handOn(exported)
    this.property(key.text().replaceAll(/^['"]|['"]$/g, ''), exported, (name) => this.bind(part.field('value') ?? key, name))
  }

  /** A property of the module is an export; one of the default may be, one of any other says that this is used. */
  private property(name: string, exported: string, go: (exported: string) => void): void {
    if (exported !== whole && exported !== required) this.used.add(exported)
    if (exported === whole || exported === required || exported === 'default') go(name)
  }

  private follow(from: SgNode, exported: string): void {
    let node = from
    let parent = node.parent()
    while (parent !== null && (passing.has(String(parent.kind())) || isEither(parent))) [node, parent] = [parent, parent.parent()]
    if (parent === null) return
    const is = (field: string): boolean => parent.field(field)?.id() === node.id()
    switch (String(parent.kind())) {
      case 'variable_declarator':
        if (is('value')) this.declared(parent, exported)
        return
      case 'assignment_expression':
        return is('right') ? this.assigned(parent, exported) : undefined
      case 'member_expression':
        return this.asked(parent, parent.field('property')?.text() ?? '', exported)
      case 'subscript_expression': {
        const index = parent.field('index')
        return is('object') && index?.kind() === 'string' ? this.asked(parent, index.text().slice(1, -1), exported) : this.handOn(exported)
      }
      case 'call_expression':
      case 'new_expression':
        if (exported === whole || exported === required) this.used.add('default')
        this.used.add(exported)
        return
      case 'expression_statement':
        if (exported !== whole && exported !== required) this.used.add(exported)
        return
      case 'formal_parameters':
      case 'required_parameter':
      case 'optional_parameter':
      case 'type_query':
        return
      default:
        return this.handOn(exported)
    }
  }

  private declared(declarator: SgNode, exported: string): void {
    const pattern = declarator.field('name')
    if (pattern === null || declarator.parent()?.parent()?.kind() === 'export_statement') this.handOn(exported)
    if (pattern !== null) this.bind(pattern, exported)
  }

  private assigned(assignment: SgNode, exported: string): void {
    const left = assignment.field('left')
    if (left === null) return this.handOn(exported)
    this.bind(left, exported)
    if (assignment.parent()?.kind() !== 'expression_statement') this.follow(assignment, exported)
  }

  private asked(access: SgNode, name: string, exported: string): void {
    const call = access.parent()
    const isPromise = exported === whole && name === 'then' && call?.kind() === 'call_expression' && call.field('function')?.id() === access.id()
    if (!isPromise) return this.property(name, exported, (next) => this.follow(access, next))
    const [taker] = call.field('arguments')?.children().filter((child) => child.isNamed()) ?? []
    const taken = taker?.field('parameter') ?? taker?.field('parameters')?.children().find((child) => child.isNamed())
    const isFunction = /function/.test(String(taker?.kind()))
    if (isFunction && taken !== undefined) this.bind(taken, exported)
    if (!isFunction) this.handOn(exported)
  }

  /** Somebody else does something with it. */
  private handOn(exported: string): void {
    if (exported !== whole && exported !== required) this.used.add(exported)
    else if (exported === required && this.module.hasDefault) this.used.add('default')
    else this.isAll = true
    if (exported === 'default' && !this.module.hasDefault) this.isAll = true
  }
}

function isForTypes(node: SgNode): boolean {
  return node.children().some((child) => !child.isNamed() && (child.kind() === 'type' || child.kind() === 'typeof'))
}

function isEither(node: SgNode): boolean {
  return node.kind() === 'binary_expression' && ['||', '&&', '??'].includes(node.field('operator')?.text() ?? '')
}
