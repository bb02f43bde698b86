import type { Model } from '@proj/dbal-schema'
import type { GeneratedFile, Provider } from './generated-file.ts'
import { emitterOf, type Target } from './targets.ts'

export interface GenerateRequest {
  readonly model: Model
  readonly targets: readonly Target[]
  /** For schema.prisma; default `sqlite`. */
  readonly provider?: Provider | undefined
}

/**
 * The files of the targets, by path. Pure: nothing is read or written, and the same request gives the
 * same bytes. Throws CodegenError for a target that is not there.
 */
export function generate(request: GenerateRequest): readonly GeneratedFile[] {
  const options = { provider: request.provider ?? 'sqlite' }
  const emitters = [...new Set(request.targets)].map(
    (target) => [target, emitterOf(target)] as const,
  )
  return emitters
    .flatMap(([target, emit]) =>
      emit(request.model, options).map((file): GeneratedFile => ({ ...file, target })),
    )
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}
