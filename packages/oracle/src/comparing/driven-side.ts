import { readFile } from 'node:fs/promises'
import { DriverProcess } from '../running/driver-process.ts'
import { exitedLine, prepareDriver, type PreparedDriver } from '../running/run-spec.ts'
import type { Spec } from '../spec.ts'
import type { Case } from '../tagged.ts'

export interface SideOptions {
  readonly directory: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  readonly now: () => number
  /** Milliseconds one call may take. */
  readonly callLimit: number
}

/** One tree with a driver that outlives calls that end its process. */
export class DrivenSide implements AsyncDisposable {
  readonly #spec: Spec
  readonly #options: SideOptions
  readonly #prepared: PreparedDriver
  #driver: DriverProcess | null = null
  #killer = new AbortController()
  /** Processor time of drivers that are gone. */
  #spent = 0
  /** What the system last told of the driver that runs; null: it tells nothing. */
  #told: number | null = null

  private constructor(spec: Spec, options: SideOptions, prepared: PreparedDriver) {
    this.#spec = spec
    this.#options = options
    this.#prepared = prepared
  }

  static async open(spec: Spec, options: SideOptions): Promise<DrivenSide> {
    const side = new DrivenSide(spec, options, await prepareDriver(spec, options))
    try {
      await side.#running()
      return side
    } catch (error) {
      await side[Symbol.asyncDispose]()
      throw error
    }
  }

  /** The answer to one case as a line; a call that ends the process or takes too long is an answer too. */
  async ask(one: Case): Promise<string> {
    const driver = await this.#running()
    const killer = this.#killer
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      killer.abort()
    }, this.#options.callLimit)
    try {
      const answer = await driver.ask(one)
      if (answer.kind === 'line') return answer.line
      this.#options.signal.throwIfAborted()
      await this.#drop()
      return isLate ? JSON.stringify({ case: one.id, class: one.class, timeout: true }) : exitedLine(one, answer)
    } finally {
      clearTimeout(timer)
    }
  }

  /** A fresh process: what earlier calls left in the module is gone. */
  async restart(): Promise<void> {
    await this.#drop()
    await this.#running()
  }

  /** Milliseconds of processor time of the drivers' main threads; wall-clock time where the system does not tell. */
  async spent(): Promise<number> {
    return this.#spent + (await this.#current())
  }

  async #current(): Promise<number> {
    const pid = this.#driver?.pid
    if (pid === undefined) return 0
    try {
      this.#told = Number((await readFile(`/proc/${pid}/schedstat`, 'utf8')).split(' ')[0]) / 1e6
      return this.#told
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // ESRCH: it ended between the opening of the file and the reading of it.
      if (code === 'ENOENT' || code === 'ESRCH') return this.#told ?? this.#options.now()
      throw error
    }
  }

  async #running(): Promise<DriverProcess> {
    if (this.#driver !== null) return this.#driver
    this.#killer = new AbortController()
    const signal = AbortSignal.any([this.#options.signal, this.#killer.signal])
    this.#driver = await DriverProcess.start(this.#prepared.command, this.#spec, { ...this.#options, signal })
    this.#told = null
    this.#spent -= await this.#current()
    return this.#driver
  }

  async #drop(): Promise<void> {
    const driver = this.#driver
    if (driver === null) return
    this.#spent += await this.#current()
    this.#driver = null
    await driver[Symbol.asyncDispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#drop()
    await this.#prepared[Symbol.asyncDispose]()
  }
}
