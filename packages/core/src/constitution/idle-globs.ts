import type { ASTNode } from '@marcbachmann/cel-js'
import { childrenOf } from './rule-expression.ts'

/** What is wrong with the first pattern of an expression that no path can ever match; null where there is none. Looked for when a constitution is loaded: what is recorded is answered as it was. */
export function idleGlob(ast: ASTNode): string | null {
  return globsIn(ast).map(problemOf).find((problem) => problem !== null) ?? null
}

/** Patterns that stand in an expression as such. */
function globsIn(node: ASTNode): readonly string[] {
  const own = node.op === 'call' && (node.args as readonly unknown[])[0] === 'glob' ? [childrenOf(node)[1]] : []
  return [...own.flatMap((argument) => (argument?.op === 'value' && typeof argument.args === 'string' ? [argument.args] : [])), ...childrenOf(node).flatMap(globsIn)]
}

/** A pattern that is written for another kind of glob matches nothing here, and its rule would never apply. */
function problemOf(pattern: string): string | null {
  const says = (what: string): string => `glob(path, ${JSON.stringify(pattern)}) can never match: ${what}`
  if (pattern === '' || pattern.startsWith('/')) return says('paths are relative to the repository; write it without the leading slash, for instance "src/**"')
  if (/(?:^|\/)\.{1,2}\//.test(pattern)) return says('paths hold no "./" and no "../"; write it as git shows it, for instance "src/**"')
  const odd = /[?[\]{}!]/.exec(pattern)?.[0]
  return odd === undefined ? null : says(`${odd} has no meaning of its own here; use * (anything but a slash) and ** (anything), and several glob() joined by || or with ! before them`)
}
