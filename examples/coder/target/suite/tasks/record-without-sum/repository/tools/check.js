// Checks every record, and says at the end which ones are wrong.
import { records } from '../src/records.js'

const wrong = []
for (const [index, record] of records.entries()) {
  const isRight = record.one + record.other === record.sum
  console.log(`record ${String(index).padStart(4, '0')}: ${isRight ? 'looked at, nothing to say' : 'looked at, see below'}`)
  if (!isRight) wrong.push(index)
}
for (const index of wrong) console.log(`WRONG ${index} ${JSON.stringify(records[index])}`)
