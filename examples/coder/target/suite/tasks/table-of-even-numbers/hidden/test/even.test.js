import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import test from 'node:test'

// What does not begin with this word was not printed by the checks.
const word = randomUUID()
const printed = execFileSync('python3', ['-B', 'test/check_even.py', word], { encoding: 'utf8' }).split('\n')
for (const name of ['values', 'a literal']) test(name, () => assert.ok(printed.includes(`${word} ${name} True`)))
