import { stripVTControlCharacters } from 'node:util'

const bytesKept = 16 * 1024
const linesKept = 20

/** The last lines of what a command said, for a person; what could steer a terminal is taken out. Never interpreted. */
export function outputTail(stdout: Uint8Array, stderr: Uint8Array): string {
  const tails = [stderr, stdout].map((bytes) => Buffer.from(bytes.subarray(Math.max(0, bytes.length - bytesKept))).toString('utf8'))
  const lines = tails.flatMap((text) => text.split('\n')).map(printable).filter((line) => line !== '')
  return lines.slice(-linesKept).join('\n')
}

function printable(line: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  return stripVTControlCharacters(line).replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '').slice(0, 400).trimEnd()
}
