import { ERROR_CODES, type ErrorCode } from './dbal-error.ts'

/** First of the two last digits of a workspace's own codes. */
const OWN = 50

/**
 * The number of an error in JSON-RPC: its HTTP status, then two digits that tell codes of one status
 * apart (the order of `ERROR_CODES`; from 50 for a workspace's own). It stays clear of the numbers that
 * JSON-RPC reserves. Two own codes of one status may share a number: the name decides.
 */
export function rpcErrorCode(code: ErrorCode, httpStatus: number): number {
  const known = Object.entries(ERROR_CODES)
  const status = known.find(([name]) => name === code)?.[1]
  const siblings = known.filter(([, other]) => other === status)
  const place = siblings.findIndex(([name]) => name === code)
  return httpStatus * 100 + (place >= 0 ? place : OWN + (sumOf(code) % (100 - OWN)))
}

function sumOf(code: string): number {
  let sum = 0
  for (const character of code) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003
  return sum
}
