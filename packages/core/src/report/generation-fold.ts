import { taskLead } from '../archive/task-tally.ts'
import type { EventBodies } from '../journal/event.ts'
import type { ModelLedger } from '../model/model-ledger.ts'
import type { ReportedJudgement, ReportedSelf, ReportedTasks, ReportedVariant } from './run-report.ts'

type Generation = ReportedSelf['generations'][number]

/** What a run of an agent that improves itself came to, gathered while its variants are decided. */
export class GenerationFold {
  readonly #generations: Generation[] = []
  readonly #barren: ReportedSelf['barren'][number][] = []
  readonly #depths: number[] = [0]
  #best: { readonly variant: number; readonly tasks: ReportedTasks | null } = { variant: 0, tasks: null }
  #transfer: ReportedTasks | null = null

  add({ index, parent, step, verdict, tasks }: ReportedVariant, ledger: ModelLedger): void {
    const depth = (this.#depths[parent] ?? 0) + 1
    this.#depths[index] = depth
    if (tasks !== undefined && verdict !== 'rejected' && leadOf(tasks) > (this.#best.tasks === null ? 0 : leadOf(this.#best.tasks))) this.#best = { variant: index, tasks }
    this.#generations.push({ variant: index, depth, usdMade: ledger.spent(`step ${step}`), usdSoFar: ledger.spent(), best: this.#best })
  }

  skip({ step, reason, refusal }: EventBodies['step-skipped'], { parent, ledger }: { readonly parent: number; readonly ledger: ModelLedger }): void {
    const { code, detail } = refusal ?? { code: reason, detail: '' }
    this.#barren.push({ step, parent, code, detail, usd: ledger.spent(`step ${step}`) })
  }

  settle({ purpose, heldOut }: ReportedJudgement): void {
    if (purpose === 'confirm' && heldOut !== undefined) this.#transfer = heldOut
  }

  report(usd: number): ReportedSelf {
    const gain = this.#best.tasks === null ? 0 : shareOf(this.#best.tasks)
    return { generations: this.#generations, barren: this.#barren, gain, gainPerUsd: usd === 0 ? null : gain / usd, transfer: this.#transfer }
  }
}

function leadOf({ asked, solved, baseline }: ReportedTasks): number {
  return taskLead({ asked, solved, lead: solved - baseline })
}

function shareOf({ asked, solved, baseline }: ReportedTasks): number {
  return asked === 0 ? 0 : (solved - baseline) / asked
}
