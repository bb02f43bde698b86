import type { BuiltIn } from '@proj/dbal-schema'
import type { BuiltInHandler } from '../operation/operation-context.ts'
import { aggregate, count } from './aggregate.ts'
import { create, createMany } from './create.ts'
import { deleteMany, deleteOne } from './delete.ts'
import { getTree } from './get-tree.ts'
import { list } from './list.ts'
import { move } from './move.ts'
import { listBy, read, readBy } from './read.ts'
import { reorder } from './reorder.ts'
import { search } from './search.ts'
import { update, updateMany } from './update.ts'
import { upsert } from './upsert.ts'

/** Every operation with a built-in meaning; a forgotten one does not compile. */
export const BUILT_IN: Readonly<Record<BuiltIn, BuiltInHandler>> = {
  create,
  create_many: createMany,
  read,
  update,
  update_many: updateMany,
  upsert,
  delete: deleteOne,
  delete_many: deleteMany,
  list,
  search,
  count,
  aggregate,
  read_by: readBy,
  get_by: listBy,
  list_by: listBy,
  get_tree: getTree,
  reorder,
  move,
}
