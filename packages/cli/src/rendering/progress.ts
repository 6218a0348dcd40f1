import type { CycleEvent, Observe } from '@ratchet/core'
import { createLogUpdate } from 'log-update'
import { faint, oneLine, strong, type Console } from '../console.ts'
import { ratio, summary } from './verdict.ts'

interface Live {
  clear(): void
  render(text: string): void
}

/** Follows a run: at a terminal a live block under a growing list, elsewhere one line for every decision. */
export interface Progress extends Disposable {
  readonly observe: Observe
}

interface Figures {
  started: number
  evaluated: number
  budget: number
  atStart: number
  best: string
  now: string
}

export function createProgress(console: Console, stream: NodeJS.WritableStream, clock: () => number): Progress {
  const live = console.live ? liveBlock(stream) : null
  const figures: Figures = { started: clock(), evaluated: 0, budget: 0, atStart: 0, best: 'none yet', now: 'starting' }
  const redraw = (): void => live?.render(block(figures, clock()))
  const timer = live === null ? null : setInterval(redraw, 250)
  timer?.unref()
  return {
    observe: (event) => {
      const line = follow(figures, event)
      if (line !== null) {
        live?.clear()
        console.note(line)
      }
      redraw()
    },
    [Symbol.dispose]: () => {
      if (timer !== null) clearInterval(timer)
      live?.clear()
    },
  }
}

function liveBlock(stream: NodeJS.WritableStream): Live {
  const update = createLogUpdate(stream as NodeJS.WriteStream, { showCursor: true })
  return { clear: () => update.clear(), render: (text) => update(text) }
}

/** Takes an event into the figures; a returned line is worth keeping on screen. */
function follow(figures: Figures, event: CycleEvent): string | null {
  switch (event.kind) {
    case 'run-started':
      figures.budget = event.evaluations
      figures.evaluated = event.evaluated
      figures.atStart = event.evaluated
      return `${strong(`run ${event.run}`)}  seed ${event.seed}  baseline ${event.baseline.slice(0, 10)}${event.evaluated > 0 ? `  resumed after ${event.evaluated} evaluations` : ''}`
    case 'observing':
      figures.now = 'profiling the baseline'
      return null
    case 'opportunities': {
      const hot = event.opportunities.flatMap((o) => (o.kind === 'hot-function' ? [`${oneLine(o.functionName)} (${oneLine(o.path)}:${o.line}) ${(o.weight * 100).toFixed(0)}%`] : []))
      const suspicious = event.opportunities.flatMap((o) => (o.kind === 'failing-test' ? [`${oneLine(o.path)}:${o.line}`] : []))
      if (suspicious.length > 0) return faint(`failing tests point at: ${suspicious.slice(0, 3).join(', ')}${suspicious.length > 3 ? `, and ${suspicious.length - 3} more lines` : ''}`)
      return hot.length === 0 ? null : faint(`hot: ${hot.slice(0, 3).join(', ')}`)
    }
    case 'proposed':
      figures.now = `#${event.step} ${event.proposal.operator}: ${oneLine(event.proposal.rationale)}`
      return null
    case 'skipped':
      figures.now = `#${event.step} ${event.reason}`
      return event.detail === undefined ? null : faint(`#${event.step} no proposal: ${oneLine(event.detail)}`)
    case 'stage':
      figures.now = figures.now.replace(/( \| .*)?$/, ` | ${stageText(event.stage)}`)
      return null
    case 'decided':
      return decidedLine(figures, event)
    case 'settling':
      figures.now = `${event.action === 'minimise' ? 'dropping what does not carry the gain' : 'confirming on fresh seeds'}: ${oneLine(event.proposal.rationale)}`
      return null
    case 'run-finished':
      figures.now = 'done'
      return null
  }
}

function decidedLine(figures: Figures, event: Extract<CycleEvent, { kind: 'decided' }>): string {
  figures.evaluated = event.evaluated
  const { gain } = event.best
  if (gain !== null && event.best.index > 0) figures.best = `${ratio(Math.exp(gain.estimate))} (at least ${ratio(Math.exp(gain.low))})`
  const label = event.purpose === 'search' ? `#${event.evaluated}`.padStart(5) : event.purpose
  return `${faint(label)} ${summary(event.decision)}  ${event.proposal.operator}  ${faint(oneLine(event.proposal.rationale))}`
}

function stageText(stage: Extract<CycleEvent, { kind: 'stage' }>['stage']): string {
  return stage.stage === 'metric' ? `measuring ${stage.metric}, pair ${stage.pairs}` : stage.stage
}

function block(figures: Figures, now: number): string {
  const width = 24
  const done = figures.budget === 0 ? 0 : Math.min(width, Math.round((figures.evaluated / figures.budget) * width))
  const seconds = Math.max(0.001, (now - figures.started) / 1000)
  const fresh = figures.evaluated - figures.atStart
  const rate = fresh / seconds
  const left = rate > 0 ? `about ${span((figures.budget - figures.evaluated) / rate)} left` : 'time left not known yet'
  return [
    `${'█'.repeat(done)}${faint('░'.repeat(width - done))} ${figures.evaluated}/${figures.budget} evaluations, ${Math.max(0, figures.budget - figures.evaluated)} left, ${(rate * 60).toFixed(1)}/min, ${left}`,
    `best  ${figures.best}`,
    `now   ${figures.now}`,
  ].join('\n')
}

export function span(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}
