// Everything that a game is made of, drawn together.
import fc from 'fast-check'
import type { Game } from './play.ts'
import { programs, programsOf, type Kind } from './programs.ts'
import { rules } from './rules.ts'
import type { Shape } from './world.ts'
import { callers, hiddenChanges, others, worlds } from './worlds.ts'

const shape = fc.record({
  docOwner: fc.constantFrom('cascade' as const, 'restrict' as const, 'set_null' as const),
  docParent: fc.constantFrom('cascade' as const, 'restrict' as const, 'set_null' as const),
  noteDoc: fc.constantFrom('cascade' as const, 'restrict' as const),
  noteAuthor: fc.constantFrom('cascade' as const, 'restrict' as const, 'set_null' as const),
})

/** Two worlds under one policy that one caller cannot tell apart, and what the caller does in them. */
export function gamesWith(
  parts: { readonly kinds?: readonly Kind[]; readonly shapes?: readonly Shape[] } = {},
): fc.Arbitrary<Game> {
  const { kinds, shapes } = parts
  return fc
    .record({
      shape: shapes === undefined ? shape : fc.constantFrom(...shapes),
      rules,
      caller: callers,
      world: worlds,
      other: others,
      program: kinds === undefined ? programs : programsOf(kinds),
    })
    .map(({ world, other, ...rest }) => ({
      ...rest,
      worlds: [world, hiddenChanges(world, other, rest.rules, rest.caller)] as const,
    }))
}

export const games = gamesWith()
