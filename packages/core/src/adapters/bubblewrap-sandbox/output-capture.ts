import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { Descriptors } from './launch-arguments.ts'

const statusLimit = 64 * 1024

export interface CaptureOptions {
  /** Bytes kept over stdout, stderr, the collected file and the command's channel together. */
  readonly limit: number
  readonly descriptors: Descriptors
}

/** Collects what a launch writes, never more than the limit. */
export class OutputCapture {
  readonly #chunks: readonly Buffer[][] = [[], [], [], [], [], []]
  readonly #ended: Promise<unknown>
  readonly #descriptors: Descriptors
  #left: number

  constructor(child: ChildProcess, options: CaptureOptions, onOverflow: () => void) {
    this.#left = options.limit
    this.#descriptors = options.descriptors
    // There are none when there were no descriptors left to make them of.
    const channels = child.stdio as readonly (ChildProcess['stdio'][number])[] | undefined
    const streams = (channels ?? []).map((stream) => stream as Readable | null)
    this.#ended = Promise.all(streams.map((stream, channel) => (stream === null || channel === 0 || channel > options.descriptors.status ? undefined : this.#follow(stream, channel, onOverflow))))
  }

  /** Resolves when every channel is closed, which is when every process that held one is dead. */
  async drained(): Promise<void> {
    await this.#ended
  }

  stdout = (): Uint8Array => this.#all(1)
  stderr = (): Uint8Array => this.#all(2)
  /** Null when nothing was to be collected or nothing came. */
  collected = (): Uint8Array | null => {
    const bytes = this.#descriptors.collected === null ? null : this.#all(this.#descriptors.collected)
    return bytes === null || bytes.length === 0 ? null : bytes
  }
  /** Null when the command had no channel. */
  channel = (): Uint8Array | null => (this.#descriptors.channel === null ? null : this.#all(this.#descriptors.channel))
  status = (): string => this.#all(this.#descriptors.status).toString('utf8')

  #all(channel: number): Buffer {
    return Buffer.concat(this.#chunks[channel] ?? [])
  }

  #follow(stream: Readable, channel: number, onOverflow: () => void): Promise<void> {
    const isStatus = channel === this.#descriptors.status
    let statusLeft = statusLimit
    stream.on('data', (chunk: Buffer) => {
      const kept = chunk.subarray(0, isStatus ? statusLeft : this.#left)
      if (isStatus) statusLeft -= kept.length
      else this.#left -= kept.length
      if (kept.length > 0) this.#chunks[channel]?.push(kept)
      if (kept.length < chunk.length) onOverflow()
    })
    return new Promise((resolve) => {
      stream.once('close', resolve)
      stream.once('error', () => resolve())
    })
  }
}
