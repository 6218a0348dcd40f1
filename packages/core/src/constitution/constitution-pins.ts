import type { PublicKey } from '../signature/signature.ts'

/** Where a signature is looked for: beside the constitution, in the same commit. */
export const signatureSuffix = '.sig'

/** Which key signs the constitution of a target, as this user has come to know it. Outside of every repository and sandbox. */
export interface ConstitutionPins {
  /** Null: none yet. A pin that cannot be read is an error, never none. */
  read(target: string): Promise<PublicKey | null>
  write(target: string, key: PublicKey): Promise<void>
  /** Null: there was none. */
  remove(target: string): Promise<PublicKey | null>
}
