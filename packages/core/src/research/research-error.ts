import { Failure } from '../failure/failure.ts'

export const researchErrorCodes = ['key-missing', 'host-refused', 'unreachable', 'unauthorised', 'request-refused', 'rate-limited', 'server-failed', 'timed-out', 'bad-reply', 'reply-too-large', 'documents-unreadable'] as const
export type ResearchErrorCode = (typeof researchErrorCodes)[number]

/** A search could not be made, or what came back is no answer. */
export class ResearchError extends Failure<ResearchErrorCode> {}
