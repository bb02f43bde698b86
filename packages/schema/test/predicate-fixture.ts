// Entities as a predicate sees them: users own pages, pages have comments and sub-pages.
import type { Claim } from '../src/model/model.ts'
import type { Field, FieldType } from '../src/model/field.ts'
import type { Relation } from '../src/model/relation.ts'
import { camelCase } from '../src/naming/camel-case.ts'
import type { PredicateScope } from '../src/predicate/check-predicate.ts'
import type { EntityShape } from '../src/predicate/entity-shape.ts'

function field(column: string, type: FieldType, more: Partial<Field> = {}): Field {
  return {
    name: camelCase(column),
    column,
    type,
    primary: false,
    generated: false,
    required: false,
    nullable: true,
    unique: false,
    immutable: false,
    sensitive: false,
    autoUpdate: false,
    ...more,
  }
}

function relation(
  name: string,
  target: string,
  cardinality: 'one' | 'many',
  more: Partial<Relation> = {},
): Relation {
  const owning = cardinality === 'one'
  return {
    name,
    entity: '',
    target,
    cardinality,
    owning,
    from: owning ? `${name}Id` : 'id',
    to: owning ? 'id' : 'ownerId',
    inverse: '',
    optional: false,
    ...more,
  }
}

function shape(
  name: string,
  fields: readonly Field[],
  relations: readonly Relation[],
): EntityShape {
  return {
    name,
    fields: new Map(fields.map((one) => [one.name, one])),
    relations: new Map(relations.map((one) => [one.name, { ...one, entity: name }])),
  }
}

const user = shape(
  'User',
  [
    field('id', 'uuid', { primary: true }),
    field('username', 'string'),
    field('email', 'email'),
    field('role', 'enum', { values: ['user', 'admin'] }),
    field('level', 'integer'),
  ],
  [relation('pages', 'Page', 'many'), relation('manager', 'User', 'one')],
)

const page = shape(
  'Page',
  [
    field('id', 'uuid', { primary: true }),
    field('owner_id', 'uuid'),
    field('parentId', 'uuid'),
    field('title', 'string'),
    field('status', 'enum', { values: ['draft', 'placed', 'lost'] }),
    field('mood', 'enum', { values: ['good', 'bad'] }),
    field('level', 'integer'),
    field('views', 'bigint'),
    field('weight', 'float'),
    field('price', 'decimal', { precision: 10, scale: 2 }),
    field('isPublished', 'boolean'),
    field('createdAt', 'datetime'),
    field('expires_at', 'bigint'),
    field('dueOn', 'date'),
    field('opensAt', 'time'),
    field('meta', 'json'),
    field('blob', 'bytes'),
    field('key', 'cuid'),
    field('home', 'url'),
    field('from', 'date'),
    field('read', 'boolean'),
    field('order', 'integer'),
    field('not', 'integer'),
    field('exists', 'integer'),
    field('select', 'integer'),
  ],
  [
    relation('owner', 'User', 'one', { from: 'ownerId' }),
    relation('parent', 'Page', 'one'),
    relation('children', 'Page', 'many', { to: 'parentId' }),
    relation('comments', 'Comment', 'many', { to: 'pageId' }),
    relation('headComment', 'Comment', 'one'),
    relation('ghost', 'Ghost', 'one'),
  ],
)

const comment = shape(
  'Comment',
  [
    field('id', 'uuid', { primary: true }),
    field('pageId', 'uuid'),
    field('authorId', 'uuid'),
    field('text', 'text'),
    field('stars', 'integer'),
  ],
  [
    relation('page', 'Page', 'one'),
    relation('author', 'User', 'one'),
    relation('replies', 'Comment', 'many'),
  ],
)

export const entities: ReadonlyMap<string, EntityShape> = new Map(
  [user, page, comment].map((entity) => [entity.name, entity]),
)

export const claims: ReadonlyMap<string, Claim> = new Map(
  (
    [
      ['id', 'uuid', false],
      ['role', 'string', false],
      ['roles', 'string', true],
      ['username', 'string', false],
      ['level', 'integer', false],
      ['tenantId', 'uuid', false],
      ['groups', 'string', true],
      ['quotas', 'integer', true],
    ] as const
  ).map(([name, type, list]) => [name, { name, type, list }]),
)

export const pageScope: PredicateScope = { entity: page, entities, claims }
export const checkScope: PredicateScope = {
  ...pageScope,
  allowBefore: true,
  allowInput: true,
  inputs: new Map([
    ['username', 'string'],
    ['ids', 'list'],
    ['options', 'object'],
    ['query', 'json'],
  ]),
}
