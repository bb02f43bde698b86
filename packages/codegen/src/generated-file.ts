import type { Model } from '@proj/dbal-schema'
import type { Target } from './targets.ts'

export type Provider = 'sqlite' | 'postgresql' | 'mysql' | 'cockroachdb'

export interface EmitOptions {
  /** The database that schema.prisma is for. */
  readonly provider: Provider
}

/** One text of a target. */
export interface EmittedFile {
  /** Relative to the output folder, with forward slashes. */
  readonly path: string
  readonly text: string
}

export interface GeneratedFile extends EmittedFile {
  /** What it was generated for; a later run for other targets leaves it alone. */
  readonly target: Target
}

/** A pure function: the same model and options give the same bytes. */
export type Emitter = (model: Model, options: EmitOptions) => readonly EmittedFile[]
