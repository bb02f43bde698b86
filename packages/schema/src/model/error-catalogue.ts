// The error codes that always exist, with the status and the sentence of each. What errors.yaml says over them is
// read in build; the class that carries them is of the contract.

/** errors.yaml may change what a code says, and add further ones. */
export const ERROR_CATALOGUE = {
  NOT_FOUND: { httpStatus: 404, message: 'The record was not found' },
  CONFLICT: { httpStatus: 409, message: 'The change conflicts with stored data' },
  UNAUTHORIZED: { httpStatus: 401, message: 'Sign in to do this' },
  FORBIDDEN: { httpStatus: 403, message: 'You may not do this' },
  VALIDATION_ERROR: { httpStatus: 422, message: 'The input is not valid' },
  RATE_LIMIT_EXCEEDED: { httpStatus: 429, message: 'Too many attempts; try again later' },
  INTERNAL_ERROR: { httpStatus: 500, message: 'Something went wrong on our side' },
  TIMEOUT: { httpStatus: 504, message: 'The operation took too long' },
  DATABASE_ERROR: { httpStatus: 503, message: 'The database could not answer' },
  CAPABILITY_NOT_SUPPORTED: { httpStatus: 501, message: 'This database cannot do that' },
  SANDBOX_VIOLATION: { httpStatus: 403, message: 'The code tried to do something it may not' },
  MALICIOUS_CODE_DETECTED: { httpStatus: 403, message: 'The code was refused as malicious' },
  TX_ABORTED: { httpStatus: 409, message: 'The transaction was rolled back' },
  TX_LOST: { httpStatus: 409, message: 'The transaction was lost with its connection' },
  SERIALIZATION_CONFLICT: {
    httpStatus: 409,
    message: 'Another transaction changed the same data; try again',
  },
  SCHEMA_MISMATCH: { httpStatus: 409, message: 'The two sides were built from different models' },
  OUTCOME_UNKNOWN: { httpStatus: 504, message: 'It is unknown whether the change was made' },
  CANCELLED: { httpStatus: 499, message: 'The operation was cancelled' },
  DATA_CORRUPT: { httpStatus: 500, message: 'Stored data does not fit the model' },
  UNAVAILABLE: { httpStatus: 503, message: 'The service is not available' },
} as const satisfies Readonly<
  Record<string, { readonly httpStatus: number; readonly message: string }>
>

export type KnownErrorCode = keyof typeof ERROR_CATALOGUE
