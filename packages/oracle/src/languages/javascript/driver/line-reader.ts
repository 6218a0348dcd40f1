import { Socket } from 'node:net'
import * as intrinsic from './intrinsics.ts'

const lineFeed = '\n'

/**
 * Lines of a descriptor. While a call is being made, the descriptor does not keep the process alive: a promise that never settles
 * then shows as an event loop with nothing left to do.
 */
export class LineReader {
  readonly #hold: () => void
  readonly #release: () => void
  #text = ''
  #searched = 0
  #hasEnded = false
  #waiting: ((line: string | null) => void) | null = null

  constructor(descriptor: number) {
    const socket = new Socket({ fd: descriptor, readable: true, writable: false })
    socket.setEncoding('utf8')
    socket.on('data', (chunk) => {
      this.#text += chunk as unknown as string
      this.#deliver()
    })
    socket.on('end', () => {
      this.#hasEnded = true
      this.#deliver()
    })
    this.#hold = intrinsic.bound(socket.ref, socket)
    this.#release = intrinsic.bound(socket.unref, socket)
  }

  /** The next line, or `null` at the end of the input. */
  next(use: (line: string | null) => void): void {
    this.#waiting = use
    this.#hold()
    this.#deliver()
  }

  #deliver(): void {
    const waiting = this.#waiting
    if (waiting === null) return
    const feed = intrinsic.indexOfText(this.#text, lineFeed, this.#searched)
    this.#searched = feed === -1 ? this.#text.length : 0
    if (feed === -1 && !this.#hasEnded) return
    this.#waiting = null
    this.#release()
    if (feed === -1) return waiting(null)
    const line = intrinsic.sliceText(this.#text, 0, feed)
    this.#text = intrinsic.sliceText(this.#text, feed + 1)
    waiting(line)
  }
}
