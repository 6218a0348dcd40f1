import type { SgNode, SgRoot } from '@ast-grep/napi'

/**
 * A node of a syntax tree, read once: asking the parser's own node for its parent walks down from the root, and each question crosses over to native code.
 * Offsets count UTF-16 code units.
 */
export class Syntax {
  readonly parent: Syntax | null
  readonly kind: string
  readonly start: number
  readonly end: number
  /** From 0. */
  readonly line: number
  readonly isNamed: boolean
  readonly children: readonly Syntax[]
  readonly #native: SgNode
  readonly #whole: string

  constructor(native: SgNode, { parent, whole, seen }: { readonly parent: Syntax | null; readonly whole: string; readonly seen: (node: Syntax) => void }) {
    this.parent = parent
    this.#native = native
    this.#whole = whole
    this.kind = String(native.kind())
    const { start, end } = native.range()
    this.start = start.index
    this.end = end.index
    this.line = start.line
    this.isNamed = native.isNamed()
    seen(this)
    this.children = native.children().map((child) => new Syntax(child, { parent: this, whole, seen }))
  }

  text(): string {
    return this.#whole.slice(this.start, this.end)
  }

  /** Children without punctuation and comments. */
  get named(): readonly Syntax[] {
    return this.children.filter((child) => child.isNamed && child.kind !== 'comment')
  }

  field(name: string): Syntax | null {
    const native = this.#native.field(name)
    if (native === null) return null
    const { start, end } = native.range()
    const kind = String(native.kind())
    return this.children.find((child) => child.start === start.index && child.end === end.index && child.kind === kind) ?? null
  }

  /** The nodes around this one, innermost first. */
  *around(): Iterable<Syntax> {
    for (let node = this.parent; node !== null; node = node.parent) yield node
  }

  /** The innermost node around this one that is of one of the kinds. */
  nearest(...kinds: readonly string[]): Syntax | null {
    for (const node of this.around()) if (kinds.includes(node.kind)) return node
    return null
  }

  isWithin(outer: Syntax): boolean {
    return outer.start <= this.start && this.end <= outer.end
  }
}

/** A whole file's tree with its nodes by kind. */
export class SyntaxTree {
  readonly root: Syntax
  readonly text: string
  readonly #byKind = new Map<string, Syntax[]>()

  constructor(native: SgRoot, text: string) {
    this.text = text
    this.root = new Syntax(native.root(), {
      parent: null,
      whole: text,
      seen: (node) => {
        const known = this.#byKind.get(node.kind)
        if (known === undefined) this.#byKind.set(node.kind, [node])
        else known.push(node)
      },
    })
  }

  /** In the order of the text; those of one kind after the other. */
  all(...kinds: readonly string[]): readonly Syntax[] {
    return kinds.flatMap((kind) => this.#byKind.get(kind) ?? [])
  }

  within(outer: Syntax, ...kinds: readonly string[]): readonly Syntax[] {
    return this.all(...kinds).filter((node) => node !== outer && node.isWithin(outer))
  }

  /** What the grammar could not make sense of, and what it had to imagine: such nodes span nothing. */
  get errors(): number {
    const imagined = [...this.#byKind.values()].flat().filter((node) => node.start === node.end && node !== this.root && node.children.length === 0)
    return this.all('ERROR').length + imagined.length
  }
}
