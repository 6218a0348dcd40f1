import { z } from 'zod'
import { approverNames, keyIdentity, personOf, type Approver } from '../consent/approvers.ts'
import { period } from './quantity.ts'

const name = z
  .string()
  // Names come to stand in commit messages and on terminals.
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._@+-]{0,79}$/u, 'the name of an approver begins with a letter or digit and holds letters, digits, spaces and . _ @ + -')
  .meta({ examples: ['jane'] })

const approver = z.union([
  z.strictObject({
    name,
    key: z
      .string()
      .trim()
      .refine((key) => keyIdentity(key) !== null, 'a key is the public half, as in `ssh-ed25519 AAAA...` or `ed25519 MCow...`')
      .describe('Public key that the approver signs with.'),
  }),
  z.strictObject({
    name,
    token: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/, 'a token is given as `sha256:` and its SHA-256 in 64 lower-case hexadecimal digits, never itself')
      .describe('SHA-256 of a secret token that the approver keeps.'),
  }),
])

export const consentSchema = z
  .strictObject({
    approvers: z.array(approver).min(1, 'name at least one approver, or leave `consent` out').max(200).describe('Who may approve. A person may be listed with several keys.'),
    needed: z.int().min(1).max(100).default(1).describe('How many different approvers must say yes.'),
    expires: period.prefault('7d').describe('How long an approval lasts at most, for instance 7d (units: s, m, h, d).'),
    timeout: period.optional().describe('How long after the verdict an approval may still be given; after that the change must be judged again.'),
  })
  .refine(({ approvers, needed }) => approverNames(approvers).length >= needed, {
    error: '`needed` is more than there are approvers',
    path: ['needed'],
    params: { fix: 'name more approvers, or lower `needed`' },
  })
  .refine(({ approvers }) => eachOwned(approvers), {
    error: 'one key or token is listed for two names: it would count as two people',
    path: ['approvers'],
    params: { fix: 'give every approver a key or token of their own' },
  })

function eachOwned(approvers: readonly Approver[]): boolean {
  const owners = Map.groupBy(approvers, (one) => ('key' in one ? keyIdentity(one.key) : one.token))
  return [...owners.values()].every((held) => new Set(held.map(({ name }) => personOf(name))).size === 1)
}
