import { printableText } from './printable-text.ts'

const bytesKept = 16 * 1024
const linesKept = 20
const lineLength = 400

/** The last lines of what a command said (stdout's, then stderr's share), for a person; what could steer a terminal is taken out. Never interpreted. */
export function outputTail(stdout: Uint8Array, stderr: Uint8Array): string {
  const out = lastLines(stdout)
  const err = lastLines(stderr)
  // Neither stream may crowd out the other: a noisy one would hide why a run failed.
  const fromErr = err.slice(-Math.max(linesKept - out.length, linesKept / 2))
  return [...out.slice(-Math.max(0, linesKept - fromErr.length)), ...fromErr].join('\n')
}

function lastLines(bytes: Uint8Array): readonly string[] {
  const end = Buffer.from(bytes.subarray(Math.max(0, bytes.length - bytesKept))).toString('utf8')
  return printableText(end.replaceAll('\r', '\n'))
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .map((line) => line.slice(0, lineLength).toWellFormed())
}
