import { expect, it } from 'vitest'
import { renderNothingProposed } from './nothing-proposed.ts'

it('says once why nothing was proposed, on a line of its own, and what to do', () => {
  const text = renderNothingProposed({ code: 'empty', detail: 'the agent changed nothing and ended with status 127: codex:\nnot\u001B[2J found', steps: 16 })
  expect(text.split('\n')).toHaveLength(3)
  expect(text).not.toContain('\u001B')
  expect(text).toMatch(/each of its 16 steps was refused.*\n {2}empty: the agent changed nothing and ended with status 127: codex:.*\n.*`ratchet doctor`.*`ratchet models check`/)
})

it('sends nobody to a model that was never asked for want of money', () => {
  const text = renderNothingProposed({ code: 'budget', detail: 'no room for a call', steps: 1 })
  expect(text).toMatch(/its one step was refused.*\n {2}budget: no room for a call\nRaise models\.budget/)
  expect(text).not.toContain('models check')
})
