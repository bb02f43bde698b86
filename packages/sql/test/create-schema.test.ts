import { expect, test } from 'vitest'
import {
  createIndex,
  createSchema,
  dialectFor,
  mysqlDialect,
  postgresql,
  recordModel,
  schemaFingerprint,
  sqlite,
} from '../src/index.ts'
import { compileModel, shop } from './shop.ts'

test('SQLite', () => {
  expect(createSchema(shop, sqlite).join(';\n')).toMatchInlineSnapshot(`
    "CREATE TABLE "customers" (
      "id" TEXT NOT NULL,
      "name" TEXT NOT NULL,
      "tier" TEXT NOT NULL DEFAULT 'free',
      PRIMARY KEY ("id"),
      CONSTRAINT "customers_id_type" CHECK (typeof("id") = 'text'),
      CONSTRAINT "customers_name_type" CHECK (typeof("name") = 'text'),
      CONSTRAINT "customers_tier_type" CHECK (typeof("tier") = 'text'),
      CONSTRAINT "customers_tier_values" CHECK ("tier" IN ('free', 'it''s paid'))
    );
    CREATE TABLE "orders" (
      "id" INTEGER NOT NULL,
      "customer_id" TEXT,
      "total" TEXT NOT NULL DEFAULT '0.00',
      "open" BOOLEAN NOT NULL DEFAULT 1,
      "placedAt" DATETIME,
      "units" BIGINT,
      "meta" TEXT,
      "scan" BLOB,
      PRIMARY KEY ("id"),
      CONSTRAINT "orders_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customers" ("id") ON DELETE CASCADE ON UPDATE NO ACTION,
      CONSTRAINT "orders_id_type" CHECK (typeof("id") = 'integer' AND "id" BETWEEN -2147483648 AND 2147483647),
      CONSTRAINT "orders_customer_id_type" CHECK (typeof("customer_id") IN ('text', 'null')),
      CONSTRAINT "orders_total_type" CHECK (typeof("total") = 'text'),
      CONSTRAINT "orders_open_type" CHECK ("open" IN (0, 1)),
      CONSTRAINT "orders_placedAt_type" CHECK (typeof("placedAt") IN ('text', 'null')),
      CONSTRAINT "orders_units_type" CHECK (typeof("units") IN ('integer', 'null')),
      CONSTRAINT "orders_meta_type" CHECK (typeof("meta") IN ('text', 'null')),
      CONSTRAINT "orders_scan_type" CHECK (typeof("scan") IN ('blob', 'null')),
      CONSTRAINT "orders_sane_units_check" CHECK ("units" >= 0)
    );
    CREATE INDEX "orders_placedAt_idx" ON "orders" ("placedAt") WHERE "open" = 1"
  `)
})

test('PostgreSQL', () => {
  expect(createSchema(shop, postgresql).join(';\n')).toMatchInlineSnapshot(`
    "CREATE TABLE "customers" (
      "id" text COLLATE "C" NOT NULL,
      "name" text COLLATE "C" NOT NULL,
      "tier" text COLLATE "C" NOT NULL DEFAULT 'free',
      PRIMARY KEY ("id"),
      CONSTRAINT "customers_tier_values" CHECK ("tier" IN ('free', 'it''s paid'))
    );
    CREATE TABLE "orders" (
      "id" int4 NOT NULL,
      "customer_id" text COLLATE "C",
      "total" numeric(12,2) NOT NULL DEFAULT '0.00',
      "open" boolean NOT NULL DEFAULT TRUE,
      "placedAt" timestamp(3),
      "units" bigint,
      "meta" jsonb,
      "scan" bytea,
      PRIMARY KEY ("id"),
      CONSTRAINT "orders_sane_units_check" CHECK ("units" >= CAST(0 AS bigint))
    );
    CREATE INDEX "orders_placedAt_idx" ON "orders" ("placedAt") WHERE "open" = CAST(TRUE AS boolean);
    ALTER TABLE "orders" ADD CONSTRAINT "orders_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customers" ("id") ON DELETE CASCADE ON UPDATE RESTRICT"
  `)
})

test('MariaDB', () => {
  expect(createSchema(shop, dialectFor('mysql')).join(';\n')).toMatchInlineSnapshot(`
    "CREATE TABLE \`customers\` (
      \`id\` VARCHAR(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
      \`name\` VARCHAR(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
      \`tier\` VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL DEFAULT ('free'),
      PRIMARY KEY (\`id\`),
      CONSTRAINT \`customers_tier_values\` CHECK (\`tier\` IN ('free', 'it''s paid'))
    );
    CREATE TABLE \`orders\` (
      \`id\` INT NOT NULL,
      \`customer_id\` VARCHAR(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
      \`total\` DECIMAL(12,2) NOT NULL DEFAULT ('0.00'),
      \`open\` TINYINT(1) NOT NULL DEFAULT (TRUE),
      \`placedAt\` DATETIME(3),
      \`units\` BIGINT,
      \`meta\` JSON,
      \`scan\` LONGBLOB,
      PRIMARY KEY (\`id\`),
      CONSTRAINT \`orders_open_type\` CHECK (\`open\` IN (0, 1)),
      CONSTRAINT \`orders_sane_units_check\` CHECK (\`units\` >= 0)
    );
    CREATE INDEX \`orders_placedAt_idx\` ON \`orders\` (\`placedAt\`);
    ALTER TABLE \`orders\` ADD CONSTRAINT \`orders_customer_id_fkey\` FOREIGN KEY (\`customer_id\`) REFERENCES \`customers\` (\`id\`) ON DELETE CASCADE ON UPDATE RESTRICT"
  `)
})

test('DuckDB', () => {
  expect(createSchema(shop, dialectFor('duckdb')).join(';\n')).toMatchInlineSnapshot(`
    "CREATE TABLE "customers" (
      "id" VARCHAR NOT NULL,
      "name" VARCHAR NOT NULL,
      "tier" VARCHAR NOT NULL DEFAULT 'free',
      PRIMARY KEY ("id"),
      CONSTRAINT "customers_tier_values" CHECK ("tier" IN ('free', 'it''s paid'))
    );
    CREATE TABLE "orders" (
      "id" INTEGER NOT NULL,
      "customer_id" VARCHAR,
      "total" DECIMAL(12,2) NOT NULL DEFAULT '0.00',
      "open" BOOLEAN NOT NULL DEFAULT TRUE,
      "placedAt" TIMESTAMP,
      "units" BIGINT,
      "meta" VARCHAR,
      "scan" BLOB,
      PRIMARY KEY ("id"),
      CONSTRAINT "orders_sane_units_check" CHECK ("units" >= CAST(0 AS BIGINT))
    );
    CREATE INDEX "orders_placedAt_idx" ON "orders" ("placedAt")"
  `)
})

test('what an engine cannot keep is refused by name', () => {
  const model = compileModel(`
entity: Account
fields:
  id: { type: integer, primary: true }
  balance: { type: decimal, precision: 30, scale: 10 }
  code: { type: string, max_length: 2000, unique: true }
  open: { type: boolean, required: true }
indexes:
  - { fields: [balance], unique: true, where: "open = true" }
`)
  const refusal = (reason: RegExp) =>
    expect.objectContaining({
      code: 'CAPABILITY_NOT_SUPPORTED',
      details: expect.objectContaining({ reason: expect.stringMatching(reason) }),
    })
  expect(() => createSchema(model, sqlite)).toThrow(refusal(/18 digits.*balance/))
  expect(() => createSchema(model, mysqlDialect())).toThrow(refusal(/768 characters.*code/))
  const account = model.entities.get('Account')!
  const partial = account.indexes.find((index) => index.where !== undefined)!
  expect(() => createIndex(model, account, partial, mysqlDialect('mariadb'))).toThrow(
    refusal(/partial/),
  )
  expect(createSchema(model, dialectFor('postgresql'))).toHaveLength(3)
})

test('keys in a circle, and names that are too long for PostgreSQL', () => {
  const long = 'a_name_that_goes_on_for_so_long_that_hardly_any_engine_likes_it'
  const model = compileModel(`
entity: Egg
fields:
  id: { type: integer, primary: true }
  ${long}: { type: integer, foreign_key: { entity: Hen, field: id, name: hen, inverse: eggs } }
---
entity: Hen
fields:
  id: { type: integer, primary: true }
  eggId: { type: integer, nullable: true, foreign_key: { entity: Egg, field: id, name: egg, inverse: hens } }
`)
  const statements = createSchema(model, postgresql)
  expect(statements.map((text) => text.slice(0, 11))).toEqual([
    'CREATE TABL',
    'CREATE TABL',
    'ALTER TABLE',
    'ALTER TABLE',
  ])
  const names = statements.flatMap((text) => /CONSTRAINT "([^"]+)"/.exec(text)?.[1] ?? [])
  expect(names.every((name) => Buffer.byteLength(name) <= 63)).toBe(true)
})

test('the fingerprint follows the tables, and the record holds it as a literal', () => {
  const other = compileModel('entity: Other\nfields: { id: { type: integer, primary: true } }')
  expect(schemaFingerprint(shop, sqlite)).toBe(schemaFingerprint(shop, sqlite))
  expect(schemaFingerprint(shop, sqlite)).not.toBe(schemaFingerprint(shop, postgresql))
  expect(schemaFingerprint(shop, sqlite)).not.toBe(schemaFingerprint(other, sqlite))
  const record = { fingerprint: 'f', model: `{"it's":1}`, appliedAt: new Date(0) }
  expect(recordModel(sqlite, record).at(-1)).toContain(`'{"it''s":1}', '1970-01-01T00:00:00.000Z'`)
})
