import { newPost, OWNER } from '../data/posts.ts'
import { sessionWork, type SessionWork } from './work.ts'

/** Posts stored by one call. */
export function bulkWork(size: number): SessionWork {
  return sessionWork({
    name: `bulk-${size}`,
    task: 'bulk',
    engines: ['sqlite', 'postgres', 'mariadb', 'duckdb'],
    leaves: true,
    input: (n) => Array.from({ length: size }, (_, i) => newPost(n * size + i)),
    call: (session, posts) => session.bulk(posts),
    evidence: async (session, posts) => [
      await session.count(OWNER),
      await session.pointRead(posts.at(-1)?.id ?? ''),
    ],
  })
}
