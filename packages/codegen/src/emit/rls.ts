// Target `rls`: PostgreSQL's row-level security from the rules that the policy package folds into
// queries (docs/guides/row-level-security.md). It leaves fields, foreign keys and cascades to that package.
import type { Model } from '@proj/dbal-schema'
import { postgresql } from '@proj/dbal-sql'
import type { Emitter } from '../generated-file.ts'
import { header } from '../header.ts'
import { ConditionWriter, dollarQuoted, string } from './rls/condition-writer.ts'
import { principalFunctions } from './rls/principal-functions.ts'
import { comment, tablePolicies } from './rls/table-policies.ts'

const { quote } = postgresql

const ABOUT = `-- A second lock on the tables, made of the rules that DBAL folds into its queries.
--
-- Who asks is said for each transaction, as JSON; claims are scalars or lists of scalars, instants ISO text:
--   SET LOCAL dbal."user" = '{"id": "...", "role": "user", "tenantId": "..."}';
--   SET LOCAL dbal.context = '{"tenantId": "..."}';   -- what rules call $context; may be left out
-- '{}' is a caller who is nobody in particular. Without dbal.user, or with what is no such JSON, all is closed.
--
-- The system principal has no setting. It connects as a role that is SUPERUSER or BYPASSRLS; the owner of a
-- table is bound like everybody else. Run this script as such a role: it then owns the functions below,
-- which must see all rows. It may be run again, as one transaction, after each change of the contract.`

export const emitRls: Emitter = (model) => [
  { path: 'rls.sql', text: `${header(model, '--')}\n${ABOUT}\n\n${script(model)}` },
]

function script(model: Model): string {
  const writer = new ConditionWriter(model)
  const tables = [...model.entities.values()].map((entity) => ({
    entity,
    ...tablePolicies(entity, writer),
  }))
  const names = tables.map(({ entity }) => entity.table)
  const notices = tables.flatMap((table) => table.notices)
  const statements = [
    'BEGIN',
    'SET LOCAL standard_conforming_strings = on',
    opening(names),
    'SET LOCAL client_min_messages = warning',
    'DROP SCHEMA IF EXISTS dbal_rls CASCADE',
    'SET LOCAL client_min_messages = notice',
    'CREATE SCHEMA dbal_rls',
    ...principalFunctions(model),
    ...writer.functions,
    'GRANT USAGE ON SCHEMA dbal_rls TO PUBLIC',
    'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA dbal_rls TO PUBLIC',
    ...tables.flatMap(({ entity, statements: policies }) => [
      ...fence(quote(entity.table)),
      ...policies,
    ]),
    ...notices.map(
      (notice) =>
        `${comment(`NOTICE ${notice}`)}\nDO ${dollarQuoted(`BEGIN RAISE NOTICE '%', ${string(notice)}; END`)}`,
    ),
    'COMMIT',
  ]
  return `${statements.join(';\n\n')};\n`
}

/** Names mean the schema where the tables are, in functions too; temporary tables cannot stand in for them. */
function opening(tables: readonly string[]): string {
  const list = tables.map(string).join(', ')
  return `DO ${dollarQuoted(`
DECLARE
  old record;
BEGIN
  IF NOT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) THEN
    RAISE EXCEPTION 'rls.sql is run by a role that is SUPERUSER or BYPASSRLS';
  END IF;
  PERFORM set_config('search_path', format('%I, pg_temp', current_schema()), true);
  FOR old IN
    SELECT tablename, policyname FROM pg_policies
    WHERE schemaname = current_schema() AND tablename = ANY (ARRAY[${list}]::text[])
  LOOP
    IF starts_with(old.policyname, 'dbal_') THEN
      EXECUTE format('DROP POLICY %I ON %I', old.policyname, old.tablename);
    ELSE
      RAISE WARNING 'policy % on % is not of this contract', old.policyname, old.tablename;
    END IF;
  END LOOP;
END
`)}`
}

function fence(table: string): readonly string[] {
  const known = '((SELECT dbal_rls.is_known()))'
  return [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY "dbal_known" ON ${table} AS RESTRICTIVE\n  USING ${known}\n  WITH CHECK ${known}`,
  ]
}
