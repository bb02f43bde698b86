// A record that is let go while another writer ties it elsewhere.
import { expect, it } from 'vitest'
import type { ScopedClient } from '@proj/dbal'
import { meet, told } from './meet.ts'
import { onServers } from './scene.ts'

onServers('a record that is let go', ['shelves', 'pins'], (scene) => {
  const move = async (tx: ScopedClient) => {
    await tx.shelves.create({ id: 't' })
    await tx.pins.update('n', { shelfId: 't' })
  }

  it.each([
    ['disconnect', { disconnect: { id: 'n' } }],
    ['set', { set: [] }],
  ])('stays where it went meanwhile: %s (REL-17)', async (_, pins) => {
    const part = () => scene.ann.shelves.update('s', { pins })
    expect(told(await meet(scene.pair, move, part))).toBe('NOT_FOUND')
    expect(await scene.rows('pins')).toMatchObject([{ id: 'n', shelfId: 't' }])
  })

  it('is let go where tying it elsewhere was undone (REL-17)', async () => {
    const part = () => scene.ann.shelves.update('s', { pins: { disconnect: { id: 'n' } } })
    const answer = await meet(scene.pair, move, part, { end: 'roll back' })
    expect(told(answer)).toMatchObject({ id: 's' })
    expect(await scene.rows('pins')).toMatchObject([{ id: 'n', shelfId: null }])
  })
})
