import type { ChildProcess } from 'node:child_process'
import type { Duplex, Readable } from 'node:stream'

const statusLimit = 4096
/** Descriptors of the launching program. */
export const channels = { stdout: 1, stderr: 2, collected: 3, status: 4, channel: 5 } as const

/** Keeps what a launch writes, never more than the limit over all of its streams. */
export class LaunchOutput {
  readonly #chunks: readonly Buffer[][] = [[], [], [], [], [], []]
  readonly #ended: Promise<unknown>
  #left: number

  constructor(child: ChildProcess, limit: number, onOverflow: () => void) {
    this.#left = limit
    // There are none when there were no descriptors left to make them of.
    const streams = (child.stdio as readonly (ChildProcess['stdio'][number])[] | undefined) ?? []
    this.#ended = Promise.all(streams.map((stream, number) => (stream === null || number === 0 ? undefined : this.#follow(stream as Readable, number, onOverflow))))
  }

  /** Resolves when every stream is closed, which is when every process that held one is dead. */
  async drained(): Promise<void> {
    await this.#ended
  }

  bytes(number: number): Buffer {
    return Buffer.concat(this.#chunks[number] ?? [])
  }

  /** What the launching program itself reported; the command never has this descriptor. */
  report(): readonly string[] {
    return this.bytes(channels.status).toString('latin1').split('\n').filter((line) => line !== '')
  }

  #follow(stream: Readable, number: number, onOverflow: () => void): Promise<void> {
    const isStatus = number === channels.status
    let statusLeft = statusLimit
    stream.on('data', (chunk: Buffer) => {
      const kept = chunk.subarray(0, isStatus ? statusLeft : this.#left)
      if (isStatus) statusLeft -= kept.length
      else this.#left -= kept.length
      if (kept.length > 0) this.#chunks[number]?.push(kept)
      if (kept.length < chunk.length) onOverflow()
    })
    return new Promise((resolve) => {
      stream.once('close', resolve)
      stream.once('error', () => resolve())
    })
  }
}

/** Puts what waits on the channel into it. A command that never reads it is no error, nor is one that is gone. */
export function fillChannel(child: ChildProcess, bytes: Uint8Array | undefined): void {
  const streams = child.stdio as readonly (ChildProcess['stdio'][number])[]
  const stream = streams[channels.channel] as Duplex | null | undefined
  if (bytes === undefined || stream === undefined || stream === null) return
  stream.end(bytes)
}
