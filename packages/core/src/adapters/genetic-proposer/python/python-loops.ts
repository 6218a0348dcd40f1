import type { Syntax } from '../syntax-tree.ts'

const comprehensions = ['list_comprehension', 'set_comprehension', 'dictionary_comprehension', 'generator_expression']

/** Whether the loop or comprehension computes this part of it again and again. */
function repeats(loop: Syntax, part: Syntax): boolean {
  switch (loop.kind) {
    case 'for_statement':
      return part === loop.field('body')
    case 'while_statement':
      return part === loop.field('body') || part === loop.field('condition')
    default: {
      const [first] = loop.named.filter(({ kind }) => kind === 'for_in_clause')
      return part !== first
    }
  }
}

/** The loops and comprehensions of the function that repeat a node, outermost first. A generator counts only where a call uses it up at once. */
export function loopsAround(node: Syntax, home: Syntax): readonly Syntax[] {
  const found: Syntax[] = []
  let part = node
  for (const around of node.around()) {
    if (around === home) break
    if (around.kind === 'generator_expression' && around.parent?.kind !== 'call') return []
    if (['lambda', 'function_definition', 'class_definition'].includes(around.kind)) return []
    const isLoop = ['for_statement', 'while_statement', ...comprehensions].includes(around.kind)
    if (isLoop && repeats(around, part)) found.unshift(around)
    part = around
  }
  return found
}

/** The statement around a node that is a line of its own in some block; null within something that shares its line. */
export function statementAround(node: Syntax, text: string): Syntax | null {
  for (const statement of [node, ...node.around()]) {
    if (statement.parent?.kind !== 'block' && statement.parent?.kind !== 'module') continue
    const lineStart = text.lastIndexOf('\n', statement.start - 1) + 1
    return text.slice(lineStart, statement.start).trim() === '' ? statement : null
  }
  return null
}

/** The statement right before another one in the same block; comments do not count. */
export function statementBefore(statement: Syntax): Syntax | null {
  const siblings = statement.parent?.named ?? []
  return siblings[siblings.indexOf(statement) - 1] ?? null
}

/** An error on the way would be caught by the function itself, which then sees how far things had come. */
export function isGuarded(node: Syntax, home: Syntax): boolean {
  for (const around of node.around()) {
    if (around === home) return false
    if (around.kind === 'try_statement' || around.kind === 'with_statement') return true
  }
  return false
}

/** `async for`, and loops that hand over to somebody else on the way. */
export function isSuspended(loop: Syntax): boolean {
  return /^async\b/.test(loop.text()) || /\b(?:yield|await)\b/.test(loop.text())
}
