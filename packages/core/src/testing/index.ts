export { journalContract } from './journal-contract.ts'
export { createMemoryJournal } from './memory-journal.ts'
export { createMemorySnapshots } from './memory-snapshots.ts'
export {
  decisionMade,
  decisionOf,
  evaluationRecorded,
  proposalMade,
  proposalScreened,
  runFinished,
  runStarted,
  tickingClock,
} from './sample-events.ts'
