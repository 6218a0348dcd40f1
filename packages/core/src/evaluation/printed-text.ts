import { printableText } from './printable-text.ts'

/** Characters of what a command printed for one task that are kept. */
export const mostPrinted = 500

/** What a command printed for one task, for who reads the record. What is cut short ends with a mark that no whole text has. */
export function printedText(stdout: Uint8Array): string {
  const text = printableText(Buffer.from(stdout.subarray(0, 8 * mostPrinted)).toString('utf8')).trim()
  return text.length <= mostPrinted ? text : `${text.slice(0, mostPrinted).toWellFormed()}${cutMark}`
}

const cutMark = '\n[...]'

export function isWhole(printed: string): boolean {
  return printed !== '' && !printed.endsWith(cutMark)
}
