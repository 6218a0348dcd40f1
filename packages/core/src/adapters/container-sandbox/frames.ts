/** What the supervisor inside reports. */
export type FrameKind = 'started' | 'failed' | 'stdout' | 'stderr' | 'channel' | 'collected' | 'disk-limit' | 'ended'

const kinds: Readonly<Record<string, FrameKind>> = { H: 'started', F: 'failed', '1': 'stdout', '2': 'stderr', X: 'channel', C: 'collected', D: 'disk-limit', E: 'ended' }
const headBytes = 5
/** The supervisor sends no larger piece. */
const largest = 64 * 1024

/** Takes apart the stream of frames as it comes, whatever pieces it comes in. */
export class FrameReader {
  readonly #take: (kind: FrameKind, bytes: Buffer) => void
  #rest: Buffer = Buffer.alloc(0)

  constructor(take: (kind: FrameKind, bytes: Buffer) => void) {
    this.#take = take
  }

  /** False when this is no stream of frames: whatever writes there is not the supervisor. */
  add(chunk: Buffer): boolean {
    let data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    while (data.length >= headBytes) {
      const kind = kinds[String.fromCharCode(data[0] ?? 0)]
      const length = data.readUInt32BE(1)
      if (kind === undefined || length > largest) return false
      if (data.length < headBytes + length) break
      this.#take(kind, data.subarray(headBytes, headBytes + length))
      data = data.subarray(headBytes + length)
    }
    this.#rest = data
    return true
  }
}

/** The orders for the supervisor: single values, then lists, each piece with its length before it. */
export function ordersOf(values: readonly (string | Uint8Array)[], lists: readonly (readonly string[])[]): Buffer {
  const count = (number: number): Buffer => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(number)
    return bytes
  }
  const piece = (value: string | Uint8Array): readonly Buffer[] => {
    const bytes = Buffer.from(value)
    return [count(bytes.length), bytes]
  }
  return Buffer.concat([...values.flatMap(piece), ...lists.flatMap((list) => [count(list.length), ...list.flatMap(piece)])])
}
