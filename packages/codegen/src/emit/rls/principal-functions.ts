// The functions that read who asks from the settings of the session. They judge claims as the policy
// package does: one that does not fit its type is absent, nothing is converted (ACC-5).
import type { Model } from '@proj/dbal-schema'
import { string } from './condition-writer.ts'

/** Any error while a setting is read means that nobody is known. */
export function principalFunctions({ roles }: Model): readonly string[] {
  const lowest = roles.names.slice(0, 1).map(string).join('')
  return [
    `-- The claims, or NULL where the setting is no principal: then every table is closed.
CREATE FUNCTION dbal_rls.read_claims(setting text) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $dbal$
DECLARE
  found jsonb;
BEGIN
  found := jsonb_strip_nulls(setting::jsonb);
  IF jsonb_typeof(found) IS DISTINCT FROM 'object' THEN RETURN NULL; END IF;
  IF EXISTS (
    SELECT FROM jsonb_each(found) AS claim(name, value)
    WHERE CASE jsonb_typeof(value)
      WHEN 'object' THEN true
      WHEN 'array' THEN name = 'role' OR EXISTS (
        SELECT FROM jsonb_array_elements(value) AS list(item)
        WHERE jsonb_typeof(item) NOT IN ('string', 'number', 'boolean'))
      ELSE false
    END
  ) THEN RETURN NULL; END IF;
  RETURN found;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END
$dbal$`,
    `CREATE FUNCTION dbal_rls.principal(kind text) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $dbal$
DECLARE
  found jsonb;
  roles jsonb;
BEGIN
  IF kind = 'context' THEN
    RETURN dbal_rls.read_claims(coalesce(nullif(current_setting('dbal.context', true), ''), '{}'));
  END IF;
  found := dbal_rls.read_claims(current_setting('dbal.user', true));
  IF NOT (CASE jsonb_typeof(found -> 'id')
    WHEN 'string' THEN true
    WHEN 'number' THEN (found ->> 'id')::numeric = trunc((found ->> 'id')::numeric)
    ELSE NOT found ? 'id'
  END) THEN RETURN NULL; END IF;
  IF jsonb_typeof(found -> 'roles') <> 'array' THEN RETURN NULL; END IF;
  SELECT coalesce(jsonb_agg(DISTINCT role), '[]') INTO roles
  FROM (SELECT found -> 'role' UNION ALL SELECT jsonb_array_elements(
    coalesce(found -> 'roles', '[]'))) AS named(role)
  WHERE role IS NOT NULL AND role <> 'null';
  IF EXISTS (SELECT FROM jsonb_array_elements(roles) AS named(role) WHERE jsonb_typeof(role) <> 'string')
  THEN RETURN NULL; END IF;
  IF jsonb_array_length(roles) > 0 THEN found := found || jsonb_build_object('roles', roles); END IF;
  IF jsonb_array_length(roles) = 1 THEN found := found || jsonb_build_object('role', roles -> 0); END IF;
  RETURN found;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END
$dbal$`,
    `CREATE FUNCTION dbal_rls.is_known() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $dbal$
SELECT dbal_rls.principal('user') IS NOT NULL AND dbal_rls.principal('context') IS NOT NULL
$dbal$`,
    `-- Whoever has neither id nor roles has the lowest role.
CREATE FUNCTION dbal_rls.has_role(asked text[]) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $dbal$
SELECT coalesce(
  CASE
    WHEN claims ? 'id' OR jsonb_array_length(claims -> 'roles') > 0 THEN claims -> 'roles' ?| asked
    ELSE ${lowest === '' ? 'false' : `${lowest} = ANY (asked)`}
  END, false)
FROM dbal_rls.principal('user') AS claims
$dbal$`,
    `-- The text of a value of that type; NULL where the claim is none.
CREATE FUNCTION dbal_rls.fitting(claim jsonb, type text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD'
AS $dbal$
DECLARE
  kind text := jsonb_typeof(claim);
  found text := claim #>> '{}';
BEGIN
  IF type IN ('integer', 'bigint', 'float') THEN
    IF kind <> 'number' THEN RETURN NULL; END IF;
    IF type = 'float' THEN
      RETURN found::double precision;
    END IF;
    IF found::numeric <> trunc(found::numeric) THEN RETURN NULL; END IF;
    IF type = 'integer' THEN RETURN found::numeric::integer; END IF;
    RETURN found::numeric::bigint;
  END IF;
  IF type = 'boolean' THEN RETURN CASE WHEN kind = 'boolean' THEN found END; END IF;
  IF kind <> 'string' THEN RETURN NULL; END IF;
  CASE type
    WHEN 'datetime' THEN
      IF found !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,3})?Z$' THEN RETURN NULL; END IF;
      RETURN found::timestamptz AT TIME ZONE 'UTC';
    WHEN 'date' THEN
      IF found !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' THEN RETURN NULL; END IF;
      RETURN found::date;
    WHEN 'time' THEN
      RETURN CASE WHEN found ~ '^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,3})?)?$' THEN found END;
    WHEN 'uuid' THEN
      RETURN CASE WHEN found ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' THEN lower(found) END;
    WHEN 'decimal' THEN
      RETURN CASE WHEN length(found) <= 1200 AND found ~ '^[+-]?[0-9]+(\\.[0-9]+)?$' THEN found END;
    WHEN 'bytes', 'json' THEN
      RETURN NULL;
    ELSE
      RETURN found;
  END CASE;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END
$dbal$`,
    `CREATE FUNCTION dbal_rls.claim(kind text, name text, type text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $dbal$
SELECT dbal_rls.fitting(dbal_rls.principal(kind) -> name, type)
$dbal$`,
    `-- A list as the text of a JSON array; elements that do not fit are left out.
CREATE FUNCTION dbal_rls.claims_in(kind text, name text, type text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $dbal$
SELECT CASE WHEN jsonb_typeof(claim) = 'array' THEN (
  SELECT coalesce(json_agg(fit), '[]')::text
  FROM (SELECT dbal_rls.fitting(item, type) FROM jsonb_array_elements(claim) AS list(item)) AS fits(fit)
  WHERE fit IS NOT NULL
) END
FROM (SELECT dbal_rls.principal(kind) -> name) AS found(claim)
$dbal$`,
    `CREATE FUNCTION dbal_rls.is_missing(kind text, name text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $dbal$
SELECT NOT dbal_rls.principal(kind) ? name
$dbal$`,
    `-- A backslash at the end of a pattern stands for itself.
CREATE FUNCTION dbal_rls.pattern(wanted text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $dbal$
SELECT CASE WHEN length(substring(wanted FROM '\\\\*$')) % 2 = 1 THEN wanted || '\\' ELSE wanted END
$dbal$`,
  ]
}
