/** What the guest's first program says, see guest-program.ts. */
export const frameKinds = { R: 'ready', S: 'started', O: 'stdout', E: 'stderr', F: 'collected', H: 'channel', X: 'ended', '!': 'failed' } as const
export type FrameKind = (typeof frameKinds)[keyof typeof frameKinds]

export interface Frame {
  readonly kind: FrameKind
  readonly content: Buffer
}

const headLength = 5
/** The guest sends at most 64 KiB at a time. */
const largestContent = 128 * 1024

/**
 * Cuts a stream of bytes into frames. Only a guest whose kernel was taken over can send anything else; it gets an error for it, and never makes
 * more than one frame be kept.
 */
export class FrameReader {
  #pending: Buffer = Buffer.alloc(0)

  /** Frames that these bytes complete. Throws RangeError for what is no frame. */
  take(bytes: Buffer): readonly Frame[] {
    const frames: Frame[] = []
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes])
    while (this.#pending.length >= headLength) {
      const kind = kindOf(this.#pending.toString('latin1', 0, 1))
      const end = headLength + this.#pending.readUInt32BE(1)
      if (end > headLength + largestContent) throw new RangeError('a frame of the guest is too long')
      if (this.#pending.length < end) break
      frames.push({ kind, content: this.#pending.subarray(headLength, end) })
      this.#pending = this.#pending.subarray(end)
    }
    return frames
  }
}

function kindOf(letter: string): FrameKind {
  if (!Object.hasOwn(frameKinds, letter)) throw new RangeError('the guest sent what is no frame')
  return frameKinds[letter as keyof typeof frameKinds]
}

/** How a command ended, as the guest's first program saw it. */
export interface GuestReport {
  /** Null when the command was gone before it could be asked. */
  readonly exitCode: number | null
  readonly memoryLimitHit: boolean
  readonly processLimitHit: boolean
}

export function readGuestReport(content: Buffer): GuestReport {
  const [, code, memory, processes, known] = /^(\d{1,3}) (\d{1,9}) (\d{1,9}) ([01])$/.exec(content.toString('latin1')) ?? []
  if (code === undefined || Number(code) > 255) throw new RangeError('the guest sent what is no report')
  return { exitCode: known === '1' ? Number(code) : null, memoryLimitHit: memory !== '0', processLimitHit: processes !== '0' }
}
