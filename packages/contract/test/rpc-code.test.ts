import { expect, it } from 'vitest'
import { ERROR_CODES, rpcErrorCode } from '../src/index.ts'

it('gives every code that always exists a number of its own, outside what JSON-RPC reserves', () => {
  const numbers = Object.entries(ERROR_CODES).map(([code, status]) => rpcErrorCode(code, status))
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(Math.min(...numbers)).toBeGreaterThan(0)
})

it('keeps the status in the number, and the numbers as they are', () => {
  expect(rpcErrorCode('NOT_FOUND', 404)).toBe(40400)
  expect(rpcErrorCode('CONFLICT', 409)).toBe(40900)
  expect(rpcErrorCode('TX_ABORTED', 409)).toBe(40901)
  expect(rpcErrorCode('MALICIOUS_CODE_DETECTED', 403)).toBe(40302)
})

it('keeps codes of a workspace apart from those', () => {
  const own = rpcErrorCode('LOAN_LIMIT_REACHED', 409)
  expect(own).toBeGreaterThanOrEqual(40950)
  expect(own).toBeLessThan(41000)
  expect(rpcErrorCode('LOAN_LIMIT_REACHED', 409)).toBe(own)
})
