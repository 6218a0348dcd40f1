import type { ChildProcess } from 'node:child_process'
import { SandboxError, type Ending, type Launch } from '../../sandbox/sandbox.ts'
import type { ControlGroup } from '../bubblewrap-sandbox/control-group.ts'
import { watchDiskUse } from '../bubblewrap-sandbox/disk-watch.ts'
import { sampleTree, type TreeSample } from '../bubblewrap-sandbox/process-sampler.ts'
import { LaunchOutput } from './launch-output.ts'
import type { LaunchPlace } from './launch-place.ts'

const samplePeriodMs = 25
/** The keeper and the killer. */
const ownProcesses = 2
/** The keeper itself gives up after ten seconds. */
const teardownMs = 15_000

/** Why we ended a launch ourselves; the first reason stands. */
export type Stop = Extract<Ending, 'wall-limit' | 'cpu-limit' | 'memory-limit' | 'process-limit' | 'disk-limit' | 'output-limit' | 'aborted'>

export interface Watched {
  readonly child: ChildProcess
  readonly group: ControlGroup | null
  readonly launch: Launch
  readonly place: LaunchPlace
}

/** Watches one running launch: limits, abort, output. Every timer and listener ends with `finish`. */
export class LaunchWatch {
  readonly output: LaunchOutput
  stop: Stop | null = null
  peak: TreeSample = { cpuMs: 0, memoryBytes: 0, processes: 0 }
  readonly #watched: Watched

  constructor(watched: Watched) {
    this.#watched = watched
    this.output = new LaunchOutput(watched.child, watched.launch.limits.outputBytes, () => this.#end('output-limit'))
    // It is only ever ended, and the keeper may be gone before that.
    watched.child.stdin?.on('error', ignored)
  }

  async finish(signal: AbortSignal): Promise<void> {
    const { child, group, launch: { limits }, place } = this.#watched
    const onAbort = (): void => this.#end('aborted')
    const wall = setTimeout(() => this.#end('wall-limit'), limits.wallMs)
    const sampling = setInterval(() => this.#sample(), samplePeriodMs)
    const disks = [place.tree, place.scratch].map((directory) => watchDiskUse(directory, limits.diskBytes, () => this.#end('disk-limit')))
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
    try {
      await new Promise<void>((resolve, reject) => {
        child.once('error', (error) => reject(new SandboxError('sandbox-setup-failed', 'the sandbox could not be started', { cause: error })))
        // `exit`, not `close`: the pipes may be held by what is about to be killed.
        child.once('exit', () => resolve())
      })
    } finally {
      clearTimeout(wall)
      clearInterval(sampling)
      for (const disk of disks) disk.stop()
      signal.removeEventListener('abort', onAbort)
      group?.kill()
      await this.#drained()
    }
  }

  /** When everything is dead, every pipe is closed. */
  async #drained(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new SandboxError('sandbox-teardown-failed', 'processes of a launch could not be ended')), teardownMs)
    })
    try {
      await Promise.race([this.output.drained(), late])
    } finally {
      clearTimeout(timer)
    }
  }

  #sample(): void {
    const { child, group, launch: { limits } } = this.#watched
    if (group !== null) {
      if (group.cpuMs() > limits.cpuMs) this.#end('cpu-limit')
      return
    }
    const allowed = limits.processes + ownProcesses
    const sample = sampleTree(child.pid ?? 0, allowed + 1)
    this.peak = {
      cpuMs: Math.max(this.peak.cpuMs, sample.cpuMs),
      memoryBytes: Math.max(this.peak.memoryBytes, sample.memoryBytes),
      processes: Math.max(this.peak.processes, sample.processes),
    }
    if (sample.cpuMs > limits.cpuMs) this.#end('cpu-limit')
    else if (sample.memoryBytes > limits.memoryBytes) this.#end('memory-limit')
    else if (sample.processes > allowed) this.#end('process-limit')
  }

  #end(reason: Stop): void {
    this.stop ??= reason
    this.#watched.group?.kill()
    // The keeper is told, not killed: it is what knows of everything that was started.
    this.#watched.child.stdin?.destroy()
  }
}

function ignored(): void {
  // Nothing is written to it.
}
