import type { SourceRange } from '@proj/dbal-schema'

type PlainRecord = Readonly<Record<string, unknown>>

/** One case of the folder `policy-cases`, held against its JSON Schema. */
export interface PolicyCase {
  readonly name: string
  readonly as?: PlainRecord | null
  readonly context?: PlainRecord
  readonly given?: Readonly<Record<string, readonly PlainRecord[]>>
  readonly operation: {
    readonly entity: string
    readonly action: string
    readonly input?: PlainRecord
  }
  readonly expected: 'allow' | 'deny'
  readonly shown?: readonly string[]
  readonly hidden?: readonly string[]
  readonly source: SourceRange
}
