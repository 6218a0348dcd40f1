import fc from 'fast-check'
import { expect, it } from 'vitest'
import { outputTail } from './output-tail.ts'

const tail = (stdout: string, stderr = ''): string => outputTail(Buffer.from(stdout), Buffer.from(stderr))
const numbered = (count: number): string => Array.from({ length: count }, (_, index) => `line ${index}\n`).join('')

it('keeps the last lines of both streams', () => {
  expect(tail(numbered(100)).split('\n')).toHaveLength(20)
  expect(tail(numbered(100))).toMatch(/line 99$/)
  expect(tail('out\n', 'err\n')).toBe('out\nerr')
  expect(tail(numbered(100), numbered(100)).split('\n')).toHaveLength(20)
  expect(tail(numbered(100), 'why it failed')).toContain('why it failed')
  expect(tail('why it failed', numbered(100))).toContain('why it failed')
})

it('takes out what steers a terminal or hides text', () => {
  expect(tail('\u001b[31mred\u001b[0m \u001b]0;title\u0007x\u001b]8;;http://a\u001b\\link\u0000\u0008\u009b2J\u202etxt\n')).toBe('red xlink2Jtxt')
  expect(tail('first\rsecond')).toBe('first\nsecond')
})

it('is short, printable and well-formed for any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.uint8Array({ maxLength: 3000 }), (stdout, stderr) => {
      const text = outputTail(stdout, stderr)
      expect(text.isWellFormed()).toBe(true)
      expect(text.split('\n').length).toBeLessThanOrEqual(20)
      // oxlint-disable-next-line no-control-regex -- exactly these must be gone
      expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
    }),
  )
})

it('takes as long for much output as for little', () => {
  const started = performance.now()
  outputTail(Buffer.alloc(64 * 1024 * 1024, 0x1b), Buffer.alloc(64 * 1024 * 1024, 0x61))
  expect(performance.now() - started).toBeLessThan(2000)
})
