// How each dialect spells the queries in which they differ most. What the spellings mean is tested on
// the engines themselves.
import { expect, test } from 'vitest'
import type { Dialect, Query } from '@proj/dbal-contract'
import { explainQuery } from '../src/adapter/explain-query.ts'
import { dialectFor, dialectOfServer } from '../src/index.ts'
import { equal, order, param, select, shop } from './shop.ts'

const DIALECTS: readonly Dialect[] = ['sqlite', 'postgresql', 'mysql', 'duckdb']

function spell(query: Query): Record<string, string> {
  return Object.fromEntries(
    DIALECTS.map((name) => [name, explainQuery(shop, dialectFor(name), query).join('\n')]),
  )
}

test('a row by its key', () => {
  expect(spell(select({ where: equal(order('id'), param(0, 'integer')) }))).toMatchInlineSnapshot(`
    {
      "duckdb": "SELECT "t0"."id", CAST("t0"."total" AS VARCHAR) AS "c1", epoch_ms("t0"."placedAt") AS "c2", "t0"."meta" FROM "orders" "t0" WHERE "t0"."id" = CAST($1 AS BIGINT)",
      "mysql": "SELECT \`t0\`.\`id\` AS \`c0\`, \`t0\`.\`total\` AS \`c1\`, CAST(\`t0\`.\`placedAt\` AS CHAR) AS \`c2\`, CAST(\`t0\`.\`meta\` AS CHAR) AS \`c3\` FROM \`orders\` \`t0\` WHERE \`t0\`.\`id\` = ?",
      "postgresql": "SELECT "t0"."id", "t0"."total", "t0"."placedAt", CAST("t0"."meta" AS text) AS "c3" FROM "orders" "t0" WHERE "t0"."id" = CAST($1 AS bigint)",
      "sqlite": "SELECT "t0"."id", "t0"."total", "t0"."placedAt", "t0"."meta" FROM "orders" "t0" WHERE "t0"."id" = ?",
    }
  `)
})

test('text, NULLs and pages', () => {
  const query = select({
    fields: ['id'],
    where: {
      kind: 'match',
      op: 'contains',
      insensitive: false,
      left: order('name', 'customer'),
      right: param(0, 'string'),
    },
    sort: [
      { operand: order('placedAt'), direction: 'desc', nulls: 'last' },
      { operand: order('id'), direction: 'asc', nulls: 'last' },
    ],
    offset: param(1, 'integer'),
  })
  expect(spell(query)).toMatchInlineSnapshot(`
    {
      "duckdb": "SELECT "t0"."id" FROM "orders" "t0" WHERE (contains((SELECT "t1"."name" FROM "customers" "t1" WHERE "t1"."id" = "t0"."customer_id"), CAST($1 AS VARCHAR))) ORDER BY "t0"."placedAt" DESC, "t0"."id" OFFSET CAST($2 AS BIGINT)",
      "mysql": "SELECT \`t0\`.\`id\` AS \`c0\` FROM \`orders\` \`t0\` WHERE (LOCATE(?, (SELECT \`t1\`.\`name\` FROM \`customers\` \`t1\` WHERE \`t1\`.\`id\` = \`t0\`.\`customer_id\`)) > 0) ORDER BY \`t0\`.\`placedAt\` DESC, \`t0\`.\`id\` LIMIT 18446744073709551615 OFFSET ?",
      "postgresql": "SELECT "t0"."id" FROM "orders" "t0" WHERE (strpos((SELECT "t1"."name" FROM "customers" "t1" WHERE "t1"."id" = "t0"."customer_id"), CAST($1 AS text)) > 0) ORDER BY "t0"."placedAt" DESC NULLS LAST, "t0"."id" OFFSET CAST($2 AS bigint)",
      "sqlite": "SELECT "t0"."id" FROM "orders" "t0" WHERE (instr((SELECT "t1"."name" FROM "customers" "t1" WHERE "t1"."id" = "t0"."customer_id"), ?) > 0) ORDER BY "t0"."placedAt" DESC, "t0"."id" LIMIT -1 OFFSET ?",
    }
  `)
})

test('an update that counts, moves a time on and answers', () => {
  const query: Query = {
    kind: 'update',
    entity: 'Order',
    set: [
      { field: 'units', kind: 'add', value: param(0, 'bigint') },
      { field: 'placedAt', kind: 'advance', value: param(1, 'datetime') },
    ],
    where: {
      kind: 'distinct',
      left: { kind: 'jsonPath', field: order('meta'), path: ['tags', 0] },
      right: param(2, 'text'),
    },
    returning: ['units'],
  }
  expect(spell(query)).toMatchInlineSnapshot(`
    {
      "duckdb": "UPDATE "orders" SET "units" = "orders"."units" + CAST($1 AS BIGINT), "placedAt" = CASE WHEN "orders"."placedAt" IS NULL THEN CAST($2 AS TIMESTAMP) ELSE greatest(CAST($3 AS TIMESTAMP), "orders"."placedAt" + INTERVAL 1 MILLISECOND) END WHERE (CASE WHEN json_type("orders"."meta", '$."tags"[0]') IN ('VARCHAR') THEN CAST(json_extract_string("orders"."meta", '$."tags"[0]') AS VARCHAR) END IS DISTINCT FROM CAST($4 AS VARCHAR)) RETURNING "orders"."units", "orders"."id"",
      "mysql": "UPDATE \`orders\` SET \`units\` = \`orders\`.\`units\` + ?, \`placedAt\` = CASE WHEN \`orders\`.\`placedAt\` IS NULL THEN CAST(? AS DATETIME(3)) ELSE GREATEST(CAST(? AS DATETIME(3)), \`orders\`.\`placedAt\` + INTERVAL 1000 MICROSECOND) END WHERE (NOT (CASE WHEN JSON_TYPE(CASE WHEN JSON_TYPE(JSON_EXTRACT(\`orders\`.\`meta\`, '$."tags"')) = 'ARRAY' THEN JSON_EXTRACT(\`orders\`.\`meta\`, '$."tags"[0]') END) IN ('STRING') THEN CONVERT(JSON_UNQUOTE(CASE WHEN JSON_TYPE(JSON_EXTRACT(\`orders\`.\`meta\`, '$."tags"')) = 'ARRAY' THEN JSON_EXTRACT(\`orders\`.\`meta\`, '$."tags"[0]') END) USING utf8mb4) COLLATE utf8mb4_nopad_bin END <=> ?))",
      "postgresql": "UPDATE "orders" SET "units" = "orders"."units" + CAST($1 AS bigint), "placedAt" = CASE WHEN "orders"."placedAt" IS NULL THEN CAST($2 AS timestamp(3)) ELSE greatest(CAST($3 AS timestamp(3)), "orders"."placedAt" + interval '1 millisecond') END WHERE (CASE WHEN jsonb_typeof(jsonb_path_query_first("orders"."meta", 'strict $."tags"[0]', '{}', true)) = 'string' THEN (jsonb_path_query_first("orders"."meta", 'strict $."tags"[0]', '{}', true) #>> '{}') COLLATE "C" END IS DISTINCT FROM CAST($4 AS text)) RETURNING "orders"."units", "orders"."id"",
      "sqlite": "UPDATE "orders" SET "units" = CASE WHEN typeof("orders"."units" + ?) = 'integer' THEN "orders"."units" + ? WHEN "orders"."units" + ? IS NOT NULL THEN abs(-9223372036854775808) END, "placedAt" = CASE WHEN "orders"."placedAt" IS NULL THEN ? ELSE max(?, strftime('%Y-%m-%dT%H:%M:%f+00:00', "orders"."placedAt", '+0.001 seconds')) END WHERE (CASE json_type("orders"."meta", '$."tags"[0]') WHEN 'text' THEN json_extract("orders"."meta", '$."tags"[0]') END IS NOT ?) RETURNING "orders"."units", "orders"."id"",
    }
  `)
})

test('a list that travels, and locks where there are any', () => {
  const list = { ...param(0, 'datetime'), list: true }
  const query = select({
    fields: ['id'],
    where: { kind: 'in', left: order('placedAt'), list },
    forUpdate: true,
  })
  expect(spell(query)).toMatchInlineSnapshot(`
    {
      "duckdb": "SELECT "t0"."id" FROM "orders" "t0" WHERE "t0"."placedAt" IN (CAST($1 AS TIMESTAMP))",
      "mysql": "SELECT \`t0\`.\`id\` AS \`c0\` FROM \`orders\` \`t0\` WHERE \`t0\`.\`placedAt\` IN (CAST(? AS DATETIME(3))) FOR UPDATE",
      "postgresql": "SELECT "t0"."id" FROM "orders" "t0" WHERE "t0"."placedAt" IN (CAST($1 AS timestamp(3))) FOR UPDATE",
      "sqlite": "SELECT "t0"."id" FROM "orders" "t0" WHERE "t0"."placedAt" IN (?)",
    }
  `)
})

test('an update that stores a row where it matches none', () => {
  const query: Query = {
    kind: 'update',
    entity: 'Order',
    set: [{ field: 'units', kind: 'set', value: param(0, 'bigint') }],
    where: equal(order('id'), param(1, 'integer')),
    returning: ['units'],
    otherwise: [
      { field: 'id', value: param(2, 'integer') },
      { field: 'units', value: param(3, 'bigint') },
    ],
  }
  const dialect = dialectOfServer('postgresql', 'PostgreSQL 17.2 on x86_64')
  expect(explainQuery(shop, dialect, query).join('\n')).toMatchInlineSnapshot(
    `"WITH changed AS (UPDATE "orders" SET "units" = CAST($1 AS bigint) WHERE "orders"."id" = CAST($2 AS bigint) RETURNING "orders"."units", "orders"."id"), stored AS (INSERT INTO "orders" ("id", "units") SELECT CAST($3 AS bigint), CAST($4 AS bigint) WHERE NOT EXISTS (SELECT 1 FROM changed)) SELECT * FROM changed"`,
  )
  const products = ['CockroachDB CCL v25.1.0', '11.4.2-MariaDB', '8.4.0'].map(
    (version) =>
      dialectOfServer(/^\d/.test(version) ? 'mysql' : 'postgresql', version).changesInWith,
  )
  expect(products).toEqual([false, false, false])
})
