/** One command of a CMake file, as far as it can be read without running it. */
export interface CmakeCommand {
  readonly name: string
  readonly words: readonly string[]
  /** Conditions of the blocks around it, outermost first; a branch of `else` has the condition `not certain`. */
  readonly conditions: readonly string[]
}

const commandPattern = /#\[(=*)\[[^]*?\]\1\]|#[^\n]*|\b([A-Za-z_]\w*)[ \t]*\(((?:"(?:\\[^]|[^"\\])*"|#[^\n]*|\((?:[^()"]|"(?:\\[^]|[^"\\])*")*\)|[^()"#])*)\)/g

/** Commands in their order. Functions, macros and loops count as conditions: what stands in them may run never or often. */
export function parseCmake(text: string): readonly CmakeCommand[] {
  const found: CmakeCommand[] = []
  const open: string[] = []
  for (const [, , given, inside = ''] of text.matchAll(commandPattern)) {
    if (given === undefined) continue
    const name = given.toLowerCase()
    const plain = inside.replaceAll(/#[^\n]*/g, '').trim()
    if (name === 'if') open.push(plain)
    else if (['foreach', 'while', 'function', 'macro', 'block'].includes(name)) open.push('not certain')
    else if (/^end(?:if|foreach|while|function|macro|block)$/.test(name)) open.pop()
    else if (name === 'else' || name === 'elseif') open.splice(-1, 1, 'not certain')
    else found.push({ name, words: wordsOf(plain), conditions: [...open] })
  }
  return found
}

function wordsOf(inside: string): readonly string[] {
  return [...inside.matchAll(/"((?:\\[^]|[^"\\])*)"|([^\s;"]+)/g)].map((match) => match[1] ?? match[2] ?? '')
}
