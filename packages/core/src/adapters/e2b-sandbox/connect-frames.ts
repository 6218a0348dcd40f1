/** One message of a Connect stream; `isLast` marks the closing one, which carries an error or nothing. */
export interface ConnectFrame {
  readonly isLast: boolean
  readonly value: unknown
}

/** Far more than the daemon sends at once; a length beyond it is not a message but somebody who wants our memory. */
const largestFrame = 16 * 1024 ** 2

export class BrokenStream extends Error {}

/** One message as the protocol wants it: a byte of flags, four of length, JSON. */
export function encodeFrame(value: unknown): Uint8Array<ArrayBuffer> {
  const body = Buffer.from(JSON.stringify(value))
  const frame = new Uint8Array(5 + body.length)
  new DataView(frame.buffer).setUint32(1, body.length)
  frame.set(body, 5)
  return frame
}

/**
 * Takes a stream apart into its messages, however they were cut on the way.
 *
 * @throws BrokenStream when it ends within a message, or a message is compressed, too long or no JSON
 */
export async function* decodeFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ConnectFrame> {
  let held = Buffer.alloc(0)
  for await (const chunk of chunks) {
    held = Buffer.concat([held, chunk])
    while (held.length >= 5) {
      const length = held.readUInt32BE(1)
      if (length > largestFrame) throw new BrokenStream(`a message of ${length} bytes`)
      if (held.length < 5 + length) break
      const flags = held.readUInt8(0)
      if ((flags & 1) !== 0) throw new BrokenStream('a compressed message')
      yield { isLast: (flags & 2) !== 0, value: parsed(held.toString('utf8', 5, 5 + length)) }
      held = held.subarray(5 + length)
    }
  }
  if (held.length > 0) throw new BrokenStream('the stream ends within a message')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text)
  } catch (error) {
    throw new BrokenStream('a message that is no JSON', { cause: error })
  }
}
