import * as intrinsic from './intrinsics.ts'

/** Results longer than this are reported by digest. */
const longest = 200_000
const headLength = 500

/** A text, or its digest where it is long. */
export function shortened(text: string): string {
  if (text.length <= longest) return text
  return `{"$":"digest","sha256":"${intrinsic.sha256(text)}","length":${text.length},"head":${intrinsic.quote(intrinsic.sliceText(text, 0, headLength))}}`
}
