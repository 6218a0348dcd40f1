import { AutonomyError } from '@ratchet/core/autonomy/autonomy-error'
import { BenchmarkError } from '@ratchet/core/benchmark/benchmark-error'
import { ConsentError } from '@ratchet/core/consent/consent-error'
import { ConstitutionError } from '@ratchet/core/constitution/constitution-error'
import { CycleError } from '@ratchet/core/cycle/cycle-error'
import { EvaluationError } from '@ratchet/core/evaluation/evaluation-error'
import { InstallationError } from '@ratchet/core/installation/installation-error'
import { ModelError } from '@ratchet/core/model/model-error'
import { ResearchError } from '@ratchet/core/research/research-error'
import { SignatureError } from '@ratchet/core/signature/signature-error'
import { ConfigError } from '@ratchet/core/target/config-error'
import { KeyRingError } from '@ratchet/core/transparency-log/key-ring'
import { WorkspaceError } from '@ratchet/core/workspace/workspace'
import { ReplaceError } from '@ratchet/core/adapters/durable-files/replace-file'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { UsageError } from './usage-error.ts'

/** What the user can mend is 2; what is Ratchet's or the machine's fault is 1. */
export function failureExitCode(error: unknown): ExitCode {
  if (error instanceof UsageError || error instanceof ConfigError || error instanceof ConsentError || error instanceof ConstitutionError || error instanceof SignatureError || error instanceof CycleError || error instanceof KeyRingError || (error instanceof InstallationError && error.code === 'judge-differs')) return exitCodes.usage
  if (error instanceof AutonomyError) return error.code === 'paused' || error.code === 'stopped' ? exitCodes.approvalRequired : error.code === 'orders-unreadable' || error.code === 'order-unheeded' ? exitCodes.failure : exitCodes.usage
  if (error instanceof ReplaceError) return error.code === 'not-replaceable' ? exitCodes.usage : exitCodes.failure
  if (error instanceof WorkspaceError) return error.code === 'git-failed' || error.code === 'slot-failed' || error.code === 'git-missing' ? exitCodes.failure : exitCodes.usage
  if (error instanceof ModelError) return error.code === 'key-missing' || error.code === 'template-invalid' || error.code === 'price-unknown' || error.code === 'recording-missing' ? exitCodes.usage : exitCodes.failure
  if (error instanceof ResearchError) return error.code === 'key-missing' ? exitCodes.usage : exitCodes.failure
  if (error instanceof BenchmarkError) return error.code === 'model-unavailable' || error.code === 'budget-spent' ? exitCodes.failure : exitCodes.usage
  if (error instanceof EvaluationError) return error.code === 'evaluation-aborted' ? exitCodes.interrupted : exitCodes.failure
  return exitCodes.failure
}
