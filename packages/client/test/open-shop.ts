import { DBALClient, type AdapterName, type ClientConfig, type ScopedClient } from '../src/index.ts'
import { shopModel } from './shop-model.ts'

const schema = shopModel()

export const ADAPTERS: readonly AdapterName[] = ['memory', 'sqlite']

export interface Shop {
  readonly client: DBALClient
  readonly ann: ScopedClient
  readonly bob: ScopedClient
  readonly admin: ScopedClient
  readonly system: ScopedClient
}

const ANN = '00000000-0000-4000-8000-00000000000a'
const BOB = '00000000-0000-4000-8000-00000000000b'
const ADMIN = '00000000-0000-4000-8000-00000000000c'

/** A store in memory with three people in it; the `restock` handler adds to an item as its caller. */
export async function openShop(adapter: AdapterName, config: ClientConfig = {}): Promise<Shop> {
  const client = new DBALClient({
    schema,
    adapter,
    database: { url: ':memory:' },
    operations: {
      'Item.restock': async ({ input, client: caller }) =>
        caller.items.update(input['id'], { stock: { increment: input['count'] } }),
    },
    ...config,
  })
  const people = [
    { id: ANN, name: 'ann', role: 'user' },
    { id: BOB, name: 'bob', role: 'user' },
    { id: ADMIN, name: 'boss', role: 'admin' },
  ]
  const system = client.system()
  await system.users.createMany(people)
  const as = (id: string, role: string): ScopedClient => client.as({ user: { id, role } })
  return { client, system, ann: as(ANN, 'user'), bob: as(BOB, 'user'), admin: as(ADMIN, 'admin') }
}
