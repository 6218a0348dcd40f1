/** Program of a child process in a test: appends three events a call to the journal in argv[2] and prints each acknowledged sequence number. */
import process from 'node:process'
import { writeSync } from 'node:fs'
import { proposalMade, runFinished, runStarted } from './sample-events.ts'
import { openSqliteJournal } from '../adapters/sqlite-journal/sqlite-journal.ts'

const journal = await openSqliteJournal({ directory: process.argv[2] ?? '', mode: 'write', clock: () => new Date() })
for (let index = 0; ; index++) {
  const events = await journal.append([runStarted(`r${index}`), proposalMade(`r${index}`, `p${index}`), runFinished(`r${index}`, null)])
  writeSync(1, `${events.at(-1)?.sequence}\n`)
}
