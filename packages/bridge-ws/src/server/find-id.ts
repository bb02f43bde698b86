import type { FrameId } from '../protocol/frame.ts'

/** Only the beginning is looked at: what is too large to be read is not searched either. */
const HEAD = 256
const ID = /"id"\s*:\s*(?:"([^"\\]{1,64})"|(-?\d{1,10})\b)/

/** The id of a message that is too large to be parsed, so that its sender can be told. */
export function findId(text: string): FrameId | undefined {
  const found = ID.exec(text.slice(0, HEAD))
  if (found === null) return undefined
  return found[1] ?? Number(found[2])
}
