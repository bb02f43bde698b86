import type { MaybePromise } from './driver.ts'

/** Goes on at once where there is nothing to wait for: an in-process engine answers synchronously. */
export function chain<T, R>(
  value: MaybePromise<T>,
  work: (value: T) => MaybePromise<R>,
): MaybePromise<R> {
  return value instanceof Promise ? value.then((result) => work(result)) : work(value)
}
