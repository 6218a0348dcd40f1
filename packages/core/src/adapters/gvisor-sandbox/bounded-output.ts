/** Where a piece of output belongs. */
export type OutputPart = 'stdout' | 'stderr' | 'collected' | 'channel'

/** Keeps what a launch gives out, over all parts together never more than the limit. */
export class BoundedOutput {
  readonly #chunks: Readonly<Record<OutputPart, Buffer[]>> = { stdout: [], stderr: [], collected: [], channel: [] }
  readonly #onOverflow: () => void
  #left: number

  constructor(limit: number, onOverflow: () => void) {
    this.#left = limit
    this.#onOverflow = onOverflow
  }

  add(part: OutputPart, chunk: Buffer): void {
    const kept = chunk.subarray(0, this.#left)
    this.#left -= kept.length
    if (kept.length > 0) this.#chunks[part].push(kept)
    if (kept.length < chunk.length) this.#onOverflow()
  }

  bytes(part: OutputPart): Uint8Array {
    return Buffer.concat(this.#chunks[part])
  }
}
