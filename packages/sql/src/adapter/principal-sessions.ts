// A session for each principal, where the engine is told of him: each of its statements is a transaction.
import type { Principal, StopSignal } from '@proj/dbal-contract'
import type { SqlDriver, SqlSession, SqlTransaction } from '../driver/driver.ts'

export interface PrincipalSessions {
  /** The same one for the same principal; the driver itself for none. */
  of(principal: Principal | undefined): SqlSession
}

export function createPrincipalSessions(driver: SqlDriver): PrincipalSessions {
  const known = new WeakMap<Principal, SqlSession>()
  return {
    of(principal) {
      if (principal === undefined) return driver
      const session = known.get(principal) ?? sessionOf(driver, principal)
      known.set(principal, session)
      return session
    },
  }
}

function sessionOf(driver: SqlDriver, principal: Principal): SqlSession {
  const alone = async <T>(
    signal: StopSignal | undefined,
    work: (transaction: SqlTransaction) => Promise<T> | T,
  ): Promise<T> => {
    const transaction = await driver.begin({ signal, principal })
    let result: T
    try {
      result = await work(transaction)
    } catch (error) {
      await transaction.rollback()
      throw error
    }
    await transaction.commit()
    return result
  }
  return {
    all: (statement, binds, signal) => alone(signal, (on) => on.all(statement, binds, signal)),
    run: (statement, binds, signal) => alone(signal, (on) => on.run(statement, binds, signal)),
  }
}
