import { Failure } from '@ratchet/core/failure/failure'
import { stripVTControlCharacters, styleText } from 'node:util'

/** Where a command writes. With `json`, stdout carries exactly one document; everything for people goes to stderr. */
export interface Console {
  readonly json: boolean
  /** stderr is a terminal: live progress is welcome. */
  readonly live: boolean
  /** The one JSON document. */
  document(value: unknown): void
  /** The one document, as a list that is written while it comes: a journal may be larger than any string. Fails as `stream` does, or as the list; what was begun then stays unfinished, and no other document follows it. */
  list(items: AsyncIterable<unknown>): Promise<void>
  /** The command's result for a person, on stdout; nothing with `json`. */
  print(text: string): void
  /** Text on stdout as it is, whatever its length: resolves when the next may come. Fails with a StdoutError where nobody takes it. */
  stream(text: string): Promise<void>
  /** Progress and notices, on stderr. */
  note(text: string): void
}

/** stdout is full or gone; what listens to its errors has said so. */
export class StdoutError extends Failure<'stdout-failed'> {}

export interface Streams {
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean }
}

export function createConsole({ stdout, stderr }: Streams, json: boolean): Console {
  let begun = false
  const stream: Console['stream'] = (text) =>
    new Promise((resolve, reject) => {
      stdout.write(text, (error) => {
        if (error === null || error === undefined) return resolve()
        return reject(new StdoutError('stdout-failed', 'stdout could not be written', { cause: error }))
      })
    })
  return {
    json,
    live: stderr.isTTY === true && !json,
    document: (value) => {
      if (!begun) stdout.write(`${JSON.stringify(value, null, 2)}\n`)
    },
    list: async (items) => {
      let before = '['
      for await (const item of items) {
        begun = true
        await stream(`${before}\n  ${JSON.stringify(item, null, 2).replaceAll('\n', '\n  ')}`)
        before = ','
      }
      begun = true
      await stream(before === '[' ? '[]\n' : '\n]\n')
    },
    print: (text) => {
      if (!json) stdout.write(`${text}\n`)
    },
    stream,
    note: (text) => void stderr.write(`${text}\n`),
  }
}

/** Text from a repository or a candidate must not steer the terminal. */
export function harmless(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  return stripVTControlCharacters(text).replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\uFFFD')
}

/** As `harmless`, on one line: a name that holds a line break must not forge a line of ours. */
export function oneLine(text: string): string {
  return harmless(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t')
}

export const good = (text: string): string => styleText('green', text)
export const bad = (text: string): string => styleText('red', text)
export const unsure = (text: string): string => styleText('yellow', text)
export const strong = (text: string): string => styleText('bold', text)
export const faint = (text: string): string => styleText('dim', text)
