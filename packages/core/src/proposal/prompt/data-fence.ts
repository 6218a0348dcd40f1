import { createHash } from 'node:crypto'

/**
 * Marks that stand round untrusted text in a prompt. Their number follows from that text, so that nothing in it can hold them: whoever changed the text to close the fence would change the number.
 */
export interface DataFence {
  /** What every mark begins with. */
  readonly mark: string
  quote(name: string, text: string): string
}

export function createDataFence(texts: readonly string[]): DataFence {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(`${text.length}:`).update(text)
  let digest = hash.digest('hex')
  while (texts.some((text) => text.includes(digest.slice(0, 12)))) digest = createHash('sha256').update(digest).digest('hex')
  const mark = `:::${digest.slice(0, 12)}`
  return { mark, quote: (name, text) => `${mark} ${printable(name)}\n${text}${text.endsWith('\n') ? '' : '\n'}${mark} end` }
}

/** On one line: a path may hold a line break. */
function printable(name: string): string {
  return JSON.stringify(name.slice(0, 300)).slice(1, -1)
}
