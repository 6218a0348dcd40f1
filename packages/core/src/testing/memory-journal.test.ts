import { journalContract } from './journal-contract.ts'
import { createMemoryJournal } from './memory-journal.ts'

journalContract('the journal in memory', async (clock) => createMemoryJournal({ clock }))
