/** Why a connection was closed (RFC 6455, section 7.4; from 4400 our own). */
export const CLOSE = {
  NORMAL: 1000,
  GOING_AWAY: 1001,
  UNSUPPORTED_DATA: 1003,
  /** What a socket reports that ended without a closing frame. */
  LOST: 1006,
  TOO_BIG: 1009,
  INTERNAL: 1011,
  PROTOCOL: 4400,
  UNAUTHORIZED: 4401,
  FORBIDDEN_ORIGIN: 4403,
  NO_SUBPROTOCOL: 4406,
  HELLO_TIMEOUT: 4408,
  OTHER_PRINCIPAL: 4409,
  SLOW_CONSUMER: 4413,
  SILENT: 4414,
  TOO_MANY: 4429,
} as const
