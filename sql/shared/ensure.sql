-- Functions for the steps of this transaction; ensure-drop.sql removes them before COMMIT.
-- They act only where something is missing or differs, so a step that finds all in order takes no lock for it.
-- In pg_temp, where nobody else can put a function; arguments of PostgreSQL's own functions and operators have exactly
-- the types that those are declared with, so that no overload of somebody else's fits better.

CREATE FUNCTION pg_temp.yokeflow_upgrade_ensure_constraint(p_table regclass, p_name name, p_definition text)
RETURNS void LANGUAGE plpgsql AS $ensure$
DECLARE
  found text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = p_table::oid AND conname = p_name);
  -- When a foreign key is checked, and whether old rows were, is the owner's choice and stays.
  choice text := CASE WHEN p_definition ~ '^(FOREIGN KEY|CHECK) '
                      THEN COALESCE(substring(found FROM '(( DEFERRABLE( INITIALLY DEFERRED)?)?( NOT VALID)?)$'), '') ELSE '' END;
BEGIN
  IF found = p_definition || choice THEN
    RETURN;
  END IF;
  IF found IS NOT NULL THEN
    EXECUTE pg_catalog.format('ALTER TABLE %s DROP CONSTRAINT %I', p_table, p_name);
  END IF;
  EXECUTE pg_catalog.format('ALTER TABLE %s ADD CONSTRAINT %I %s', p_table, p_name, p_definition || choice);
END
$ensure$;

CREATE FUNCTION pg_temp.yokeflow_upgrade_ensure_index(p_table regclass, p_name name, p_definition text, p_unique boolean DEFAULT false)
RETURNS void LANGUAGE plpgsql AS $ensure$
DECLARE
  found record;
BEGIN
  SELECT i.indexrelid::regclass AS name, i.indisunique AS is_unique, i.indisvalid AS is_valid, c.reloptions IS NOT NULL AS has_options,
         substring(pg_get_indexdef(i.indexrelid) FROM 'USING .*$') AS definition
    INTO found
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
   WHERE i.indrelid = p_table::oid AND c.relname = p_name;
  -- Storage options such as a fillfactor are the owner's choice.
  IF found.has_options THEN
    found.definition := pg_catalog.regexp_replace(found.definition, ' WITH [(][a-z_]+=''[^'']*''(, [a-z_]+=''[^'']*'')*[)]', '');
  END IF;
  IF found.definition = p_definition AND found.is_unique = p_unique AND found.is_valid THEN
    RETURN;
  END IF;
  IF found.definition IS NOT NULL THEN
    EXECUTE pg_catalog.format('DROP INDEX %s', found.name);
  END IF;
  EXECUTE pg_catalog.format('CREATE %s INDEX %I ON %s %s', CASE WHEN p_unique THEN 'UNIQUE' ELSE '' END, p_name, p_table, p_definition);
END
$ensure$;

-- Adds the columns that are missing, all of them in one ALTER TABLE. Each is written as its name and what follows it there.
CREATE FUNCTION pg_temp.yokeflow_upgrade_ensure_columns(p_table regclass, p_columns text[])
RETURNS void LANGUAGE plpgsql AS $ensure$
DECLARE
  missing text := (SELECT string_agg('ADD COLUMN '::text || wanted.text, ', '::text ORDER BY wanted.place)
                     FROM pg_catalog.unnest(p_columns) WITH ORDINALITY AS wanted (text, place)
                    WHERE NOT EXISTS (SELECT FROM pg_attribute a
                                       WHERE a.attrelid = p_table::oid AND a.attname = split_part(wanted.text, ' '::text, 1)::name
                                         AND a.attnum > 0 AND NOT a.attisdropped));
BEGIN
  IF missing IS NOT NULL THEN
    EXECUTE pg_catalog.format('ALTER TABLE %s %s', p_table, missing);
  END IF;
END
$ensure$;

-- A CHECK that a varchar column has one of these values. PostgreSQL renders it in one way as it is made, and in another
-- once it comes out of a dump, so it can be neither made nor known again by its text.
CREATE FUNCTION pg_temp.yokeflow_upgrade_ensure_one_of(p_table regclass, p_name name, p_column name, p_values text[])
RETURNS void LANGUAGE plpgsql AS $ensure$
DECLARE
  found text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = p_table::oid AND conname = p_name);
  -- Whether old rows were checked is the owner's choice and stays.
  choice text := COALESCE(substring(found FROM '( NOT VALID)$'), '');
  made text;
  restored text;
  listed text;
BEGIN
  SELECT string_agg(pg_catalog.format('%L::character varying', v.value), ', '::text ORDER BY v.place),
         string_agg(pg_catalog.format('(%L::character varying)::text', v.value), ', '::text ORDER BY v.place),
         string_agg(quote_literal(v.value), ', '::text ORDER BY v.place)
    INTO made, restored, listed
    FROM pg_catalog.unnest(p_values) WITH ORDINALITY AS v (value, place);
  IF found = pg_catalog.format('CHECK (((%I)::text = ANY ((ARRAY[%s])::text[])))', p_column, made) || choice
     OR found = pg_catalog.format('CHECK (((%I)::text = ANY (ARRAY[%s])))', p_column, restored) || choice THEN
    RETURN;
  END IF;
  IF found IS NOT NULL THEN
    EXECUTE pg_catalog.format('ALTER TABLE %s DROP CONSTRAINT %I', p_table, p_name);
  END IF;
  EXECUTE pg_catalog.format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (%I IN (%s))%s', p_table, p_name, p_column, listed, choice);
END
$ensure$;
