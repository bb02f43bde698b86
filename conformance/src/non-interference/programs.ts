// Random programs of a curious caller: calls, pages by cursor, batches and transactions.
import type { Operation } from '@proj/dbal-contract'
import fc from 'fast-check'
import { pageOptions, READS, say } from './reads.ts'
import { ENTITIES } from './world.ts'
import { WRITES } from './writes.ts'

export type Step =
  | { readonly kind: 'call'; readonly operation: Operation }
  /** A list read on by cursor, with something done after the first page. */
  | {
      readonly kind: 'pages'
      readonly operation: Operation
      readonly between: Operation | undefined
    }
  | { readonly kind: 'batch'; readonly operations: readonly Operation[] }
  | {
      readonly kind: 'transaction'
      readonly operations: readonly Operation[]
      readonly end: 'commit' | 'roll back'
    }

const KINDS = { ...READS, ...WRITES }

/** What a program can be made of; each kind can be played alone. */
export type Kind = keyof typeof KINDS | 'pages' | 'batch' | 'commit' | 'roll back'

const entity = fc.constantFrom(...ENTITIES)

/** Made once: what they are made of is deep. */
const MADE = Object.fromEntries(
  Object.entries(KINDS).map(([kind, make]) => [kind, fc.oneof(...ENTITIES.map(make))]),
) as Readonly<Record<keyof typeof KINDS, fc.Arbitrary<Operation>>>

const oneOf = (kinds: readonly (keyof typeof KINDS)[]): fc.Arbitrary<Operation> =>
  fc.oneof(...kinds.map((kind) => MADE[kind]))

const read = oneOf(Object.keys(READS) as (keyof typeof READS)[])
const write = oneOf(Object.keys(WRITES) as (keyof typeof WRITES)[])
const operation = fc.oneof({ weight: 3, arbitrary: read }, { weight: 2, arbitrary: write })
const operations = fc.array(fc.oneof(read, write), { minLength: 1, maxLength: 4 })

const paged = entity.chain((name) => {
  const { limit: _, page: __, ...options } = pageOptions(name)
  return say(
    name,
    'list',
    fc.record({ ...options, limit: fc.constant(1) }, { requiredKeys: ['limit'] }),
  )
})

const COMPOSED: Readonly<Record<'pages' | 'batch' | 'commit' | 'roll back', fc.Arbitrary<Step>>> = {
  pages: fc.record({
    kind: fc.constant('pages' as const),
    operation: paged,
    between: fc.option(write, { nil: undefined }),
  }),
  batch: fc.record({ kind: fc.constant('batch' as const), operations }),
  commit: transactions('commit'),
  'roll back': transactions('roll back'),
}

function transactions(end: 'commit' | 'roll back'): fc.Arbitrary<Step> {
  return fc.record({
    kind: fc.constant('transaction' as const),
    operations,
    end: fc.constant(end),
  })
}

function stepOf(kind: Kind): fc.Arbitrary<Step> {
  if (kind in COMPOSED) return COMPOSED[kind as keyof typeof COMPOSED]
  return oneOf([kind as keyof typeof KINDS]).map(call)
}

const call = (each: Operation): Step => ({ kind: 'call', operation: each })

/** Programs of these kinds alone. */
export function programsOf(kinds: readonly Kind[]): fc.Arbitrary<readonly Step[]> {
  return fc.array(fc.oneof(...kinds.map(stepOf)), { minLength: 2, maxLength: 6 })
}

/** Three times as many reads as writes; a write may change what is seen, which ends a program early. */
export const programs: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: operation.map(call) },
    ...Object.values(COMPOSED).map((arbitrary) => ({ weight: 1, arbitrary })),
  ),
  { minLength: 2, maxLength: 8 },
)
