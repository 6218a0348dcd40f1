import process from 'node:process'
import * as intrinsic from './intrinsics.ts'

/** Texts kept whole; longer ones are told by digest. */
const shown = 200

/**
 * Takes what the function writes to the console or to standard output and error. Both are behaviour, and neither may reach the
 * channel of the answers. Returns a function that hands out, and forgets, what was written since the last call.
 */
export function captureOutput(): () => string {
  const kept = { text: '' }
  const take = (chunk: unknown, encoding?: unknown, callback?: unknown): boolean => {
    if (typeof chunk === 'string') kept.text += chunk
    else if (intrinsic.isTypedArray(chunk)) kept.text += intrinsic.bufferText(chunk as Buffer, 'utf8', 0, chunk.byteLength)
    const after = typeof encoding === 'function' ? encoding : callback
    if (typeof after === 'function') intrinsic.laterOn(() => void after())
    return true
  }
  process.stdout.write = take as typeof process.stdout.write
  process.stderr.write = take as typeof process.stderr.write
  return () => {
    const { text } = kept
    kept.text = ''
    if (text === '') return ''
    if (text.length <= shown) return intrinsic.quote(text)
    return `{"$":"digest","sha256":"${intrinsic.sha256(text)}","length":${text.length},"head":${intrinsic.quote(intrinsic.sliceText(text, 0, shown))}}`
  }
}
