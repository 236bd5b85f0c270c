-- A project with two sessions, an epic, a task, a quality check and a prompt proposal, for the probes. They exist inside a savepoint
-- only. They take after existing rows (sample-shapes.sql), and are tried again with other values as long as a constraint says which
-- columns it minds. Nothing is taken from a sequence: a sequence moves on in spite of ROLLBACK.
-- What cannot be made is named in yokeflow_upgrade.hindered, with the reason.
DO $sample$
DECLARE
  own CONSTANT jsonb := current_setting('yokeflow_upgrade.own');
  shapes CONSTANT jsonb := COALESCE(NULLIF(current_setting('yokeflow_upgrade.shapes', true), ''), '{}');
  letters CONSTANT text := (SELECT string_agg(chr(97 + floor(random() * 26)::integer), '') FROM generate_series(1, 12));
  tables CONSTANT jsonb := '{"project_id": "projects", "epic_id": "epics", "session_id": "sessions"}';
  hindered jsonb := current_setting('yokeflow_upgrade.hindered');
  made jsonb := '{}';
  sample record; field record; key record; shape jsonb; filled jsonb; tried jsonb; other jsonb; spare jsonb; minded text[]; part text; known text; n integer;
  state text; said text; context text; rule text; of_type text; of_table text; of_schema text; of_column text; blamed text;
BEGIN
  FOR sample IN
    SELECT * FROM (VALUES
      (1, 'project', 'projects', 'sample rows', '{}'::text[], jsonb_build_object('id', gen_random_uuid(), 'name', 'yokeflow-upgrade-probe-' || letters), '{}'::jsonb),
      (2, 'next_session', 'sessions', 'sample rows', '{project_id}', jsonb_build_object('id', gen_random_uuid(), 'session_number', '2', 'type', 'coding', 'status', 'pending'), '{"model": "probe"}'),
      (3, 'session', 'sessions', 'sample rows', '{project_id}', jsonb_build_object('id', gen_random_uuid(), 'session_number', '1', 'type', 'coding', 'status', 'running'), '{"model": "probe"}'),
      (4, 'epic', 'epics', 'sample rows', '{project_id}', '{"id": "-1"}', '{"name": "probe"}'),
      (5, 'task', 'tasks', 'sample rows', '{epic_id,project_id}', '{"id": "-1"}', '{"description": "probe"}'),
      (6, 'quality_check', 'session_quality_checks', 'insert session_quality_checks', '{session_id}',
          jsonb_build_object('id', gen_random_uuid(), 'overall_rating', '4', 'playwright_count', '12', 'error_rate', '0.05'), '{}'),
      (7, 'proposal', 'prompt_proposals', 'insert prompt_proposals', '{}', jsonb_build_object('id', gen_random_uuid()),
          '{"prompt_file": "probe", "original_text": "probe", "proposed_text": "probe", "rationale": "probe"}')
    ) AS s (place, name, tbl, need, links, fixed, plain) ORDER BY place
  LOOP
    EXIT WHEN hindered ? 'sample rows';
    IF to_regclass(sample.tbl) IS NULL THEN
      hindered := hindered || jsonb_build_object(sample.need, jsonb_build_object('state', '42P01', 'reason', format('there is no table %s', sample.tbl)));
      CONTINUE;
    END IF;
    shape := shapes -> sample.tbl;
    -- No default that takes from a sequence: nothing, where nothing may stand there, and otherwise what an existing row has.
    filled := (SELECT COALESCE(jsonb_object_agg(c.key, NULL), '{}') FROM jsonb_each(shape -> 'columns') AS c
                WHERE (c.value -> 'draws')::boolean AND NOT (c.value -> 'defaults')::boolean AND NOT (c.value -> 'must')::boolean)
      || sample.plain || CASE WHEN shape ->> 'template' IS NULL THEN '{}' ELSE
      (SELECT COALESCE(jsonb_object_agg(t.key, t.value), '{}') FROM jsonb_each(shape -> 'template') AS t JOIN jsonb_each(shape -> 'columns') AS c ON c.key = t.key
        WHERE NOT (c.value -> 'own')::boolean OR (sample.plain ? t.key OR ((c.value -> 'must')::boolean OR (c.value -> 'draws')::boolean) AND NOT (c.value -> 'defaults')::boolean) AND t.value <> 'null') END
      || sample.fixed || (SELECT COALESCE(jsonb_object_agg(link, made -> (tables ->> link) -> 'id'), '{}') FROM unnest(sample.links) AS link);
    -- What leads to another sample row leads there with all of its columns; what must lead somewhere leads to any row.
    FOR key IN SELECT k ->> 'sample' AS tbl, k ->> 'from' AS source, ARRAY(SELECT jsonb_array_elements_text(k -> 'columns')) AS columns, ARRAY(SELECT jsonb_array_elements_text(k -> 'leads')) AS leads
                 FROM jsonb_array_elements(shape -> 'keys') AS k
    LOOP
      IF key.columns && sample.links AND made ? key.tbl THEN
        filled := filled || (SELECT jsonb_object_agg(c, made -> key.tbl -> l) FROM unnest(key.columns, key.leads) AS u (c, l));
      ELSIF EXISTS (SELECT FROM unnest(key.columns) AS c WHERE (shape -> 'columns' -> c -> 'must')::boolean AND NOT (shape -> 'columns' -> c -> 'defaults')::boolean AND filled ->> c IS NULL) THEN
        EXECUTE format('SELECT jsonb_object(%L::text[], ARRAY[%s]) FROM %s LIMIT 1', key.columns, (SELECT string_agg(format('%I::text', l), ', ') FROM unnest(key.leads) AS l), key.source) INTO other;
        -- An empty table of its own kind: the row leads to itself.
        filled := filled || COALESCE(other, (SELECT jsonb_object_agg(c, filled -> l) FROM unnest(key.columns, key.leads) AS u (c, l) WHERE key.tbl = sample.tbl), '{}');
      END IF;
    END LOOP;
    tried := (SELECT COALESCE(jsonb_object_agg(c.key, 0), '{}') FROM jsonb_each(shape -> 'columns') AS c
               WHERE NOT filled ? c.key AND NOT (c.value -> 'defaults')::boolean AND (c.value -> 'must')::boolean);
    minded := ARRAY(SELECT jsonb_object_keys(tried));

    FOR attempt IN 1..40 LOOP
      -- Another value for each column that was minded.
      FOREACH part IN ARRAY minded LOOP
        n := COALESCE((tried ->> part)::integer, 1);
        known := COALESCE(shape -> 'template' ->> part, filled ->> part, 'probe');
        SELECT c.value ->> 'kind' AS kind, c.value ->> 'type' AS type, c.value -> 'labels' AS labels, (c.value -> 'must')::boolean AS must INTO field
          FROM jsonb_each(shape -> 'columns') AS c WHERE c.key = part;
        filled := filled || jsonb_build_object(part, CASE
          WHEN n = 1 AND state NOT IN ('23505', '23P01') AND shape -> 'template' ->> part IS DISTINCT FROM filled ->> part AND NOT sample.fixed ? part THEN shape -> 'template' ->> part
          WHEN n = 1 AND NOT field.must AND filled ->> part IS NOT NULL THEN NULL
          WHEN part = 'id' AND n = 2 AND known ~ '^[0-9]{1,9}$' THEN (known::integer + 1)::text
          WHEN part = 'id' AND field.kind = 'N' THEN (CASE WHEN n % 2 = 1 THEN -1 ELSE 1 END * (1 + floor(random() * CASE field.type WHEN 'smallint' THEN 32000 ELSE 2147480000 END)))::text
          WHEN field.type = 'uuid' THEN gen_random_uuid()::text
          WHEN field.type IN ('json', 'jsonb') THEN format(CASE n WHEN 0 THEN '{}' WHEN 1 THEN '[]' ELSE '{"probe": %s}' END, floor(random() * 1e9))
          WHEN field.kind = 'S' THEN CASE WHEN n = 0 THEN 'probe' WHEN known !~ '[A-Za-z0-9]' THEN known || letters ELSE
            -- The same shape with other letters and digits: a code stays a code.
            (SELECT string_agg(CASE WHEN later > 8 THEN ch WHEN ch ~ '[0-9]' THEN floor(random() * 10)::integer::text
                                    WHEN ch ~ '[A-Z]' THEN chr(65 + floor(random() * 6)::integer) WHEN ch ~ '[a-z]' THEN chr(97 + floor(random() * 6)::integer) ELSE ch END, '' ORDER BY spot)
               FROM (SELECT ch, spot, count(*) FILTER (WHERE ch ~ '[A-Za-z0-9]') OVER (ORDER BY spot DESC) AS later FROM regexp_split_to_table(known COLLATE "C", '') WITH ORDINALITY AS r (ch, spot)) AS spelled) END
          WHEN field.kind = 'N' THEN CASE n WHEN 0 THEN 0 WHEN 1 THEN 1 WHEN 2 THEN -1 WHEN 3 THEN 10 ELSE floor(random() * 10 ^ (1 + n % 9)) END::text
          WHEN field.kind = 'B' THEN (n % 2 = 1)::text
          WHEN field.kind = 'E' THEN field.labels ->> (n % jsonb_array_length(field.labels))
          WHEN field.kind = 'D' THEN CASE WHEN n = 0 THEN now() ELSE now() + floor(random() * 1e6) * interval '1 hour' END::text
          WHEN field.kind = 'T' THEN make_interval(secs => n)::text
          WHEN field.kind = 'R' THEN CASE WHEN n < 2 THEN 'empty' WHEN field.type ~ '^(ts|date)' THEN format('[%1$s-01-01,%1$s-01-02)', 2200 + floor(random() * 1000)) ELSE format('[%s,%s)', 1000000 + attempt, 1000001 + attempt) END
          WHEN field.kind = 'A' THEN CASE WHEN n < 2 OR field.type NOT IN ('text[]', 'character varying[]') THEN '{}' ELSE format('{%s}', letters) END
          WHEN field.kind = 'I' THEN format('10.%s.%s.%s', floor(random() * 255), floor(random() * 255), floor(random() * 255))
          WHEN field.kind = 'V' THEN repeat((n % 2)::text, GREATEST(1, (shape -> 'columns' -> part ->> 'size')::integer))
          WHEN field.kind = 'G' THEN format('(%s,0)', n)
          ELSE known END);
        tried := tried || jsonb_build_object(part, n + 1);
      END LOOP;
      BEGIN
        other := NULL;
        EXECUTE (SELECT format('INSERT INTO %1$I (%2$s) OVERRIDING SYSTEM VALUE VALUES (%3$s) RETURNING jsonb_object(ARRAY[%4$s], ARRAY[%5$s])', sample.tbl, c.names, c.literals, a.names, a.casts)
                   FROM (SELECT string_agg(quote_ident(f.key), ', ') AS names,
                                string_agg(quote_nullable(COALESCE(left(f.value, (shape -> 'columns' -> f.key ->> 'size')::integer), f.value)), ', ') AS literals FROM jsonb_each_text(filled) AS f) AS c,
                        (SELECT string_agg(quote_literal(k), ', ') AS names, string_agg(format('CASE WHEN pg_column_size(%1$I) < 8000 THEN %1$I::text END', k), ', ') AS casts FROM jsonb_object_keys(shape -> 'columns') AS k) AS a)
           INTO other;
        IF other IS NULL THEN RAISE EXCEPTION 'a trigger or rule keeps new rows out' USING ERRCODE = 'YF001'; END IF;
        EXIT;
      EXCEPTION WHEN OTHERS OR assert_failure THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, said = MESSAGE_TEXT, context = PG_EXCEPTION_CONTEXT, rule = CONSTRAINT_NAME,
          of_type = PG_DATATYPE_NAME, of_schema = SCHEMA_NAME, of_table = TABLE_NAME, of_column = COLUMN_NAME;
        blamed := substring(context FROM 'PL/pgSQL[^\n(]*?(\w+)"?\(');
        -- What passes, what is the machine's fault and what YokeFlow's own function does is no hindrance of the fork's.
        IF state = '55P03' OR left(state, 2) IN ('40', '53', '57', '58', 'XX') OR own -> 'functions' ? blamed AND (rule = '' OR own -> 'constraints' ? rule) THEN RAISE; END IF;
        minded := ARRAY(
          SELECT DISTINCT a.attname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
           WHERE c.relname = of_table AND c.relnamespace = to_regnamespace(quote_ident(of_schema)) AND sample.tbl::regclass IN (c.oid, pg_partition_root(c.oid)) AND (a.attname = of_column
              OR EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.conname = rule AND a.attnum = ANY (k.conkey))
              OR EXISTS (SELECT FROM pg_depend d JOIN pg_class i ON i.oid = d.objid AND i.relname = rule WHERE d.classid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum)
              OR rule = '' AND state = '23514' AND a.attnum = ANY ((SELECT partattrs FROM pg_partitioned_table WHERE partrelid = c.oid)::smallint[]))
          UNION SELECT a.attname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid AND t.typname = of_type AND t.typnamespace = to_regnamespace(quote_ident(of_schema)) WHERE a.attrelid = sample.tbl::regclass
          -- A trigger does not say what it minds: the name is what people have rules for.
          UNION SELECT 'name' WHERE sample.tbl = 'projects' AND rule = '' AND NOT tried ? 'name');
        -- One row for each of another table's: one that has none yet.
        SELECT ARRAY(SELECT jsonb_array_elements_text(k -> 'columns')) AS columns, k ->> 'from' AS source, ARRAY(SELECT jsonb_array_elements_text(k -> 'leads')) AS leads INTO key
          FROM jsonb_array_elements(shape -> 'keys') AS k WHERE state = '23505' AND minded <@ ARRAY(SELECT jsonb_array_elements_text(k -> 'columns')) LIMIT 1;
        IF FOUND THEN
          EXECUTE format('SELECT jsonb_object(%L::text[], ARRAY[%s]) FROM %s AS r WHERE NOT EXISTS (SELECT FROM %I AS x WHERE %s) LIMIT 1', key.columns,
                         (SELECT string_agg(format('r.%I::text', l), ', ') FROM unnest(key.leads) AS l), key.source, sample.tbl,
                         (SELECT string_agg(format('x.%I = r.%I', c, l), ' AND ') FROM unnest(key.columns, key.leads) AS u (c, l))) INTO spare;
          filled := filled || COALESCE(spare, '{}');
          minded := CASE WHEN spare IS NULL THEN minded ELSE '{}' END;
          IF spare IS NOT NULL THEN CONTINUE; END IF;
        END IF;
        minded := ARRAY(SELECT m FROM unnest(minded) AS m WHERE m <> ALL (sample.links) AND COALESCE((tried ->> m)::integer, 0) < 12
                           AND (m NOT IN ('session_number', 'type', 'status') OR sample.tbl <> 'sessions'));
        IF minded = '{}' THEN EXIT; END IF;
      END;
    END LOOP;
    IF other IS NULL THEN
      hindered := hindered || jsonb_build_object(sample.need, jsonb_build_object('state', state, 'reason',
        format('no sample row could be added to %s: %s', sample.tbl, said || CASE WHEN state LIKE 'YF%' THEN '' ELSE format(' (SQLSTATE %s)', state) END)));
    ELSE
      made := made || jsonb_build_object(sample.tbl, other);
      PERFORM set_config('yokeflow_upgrade.' || sample.name, other ->> 'id', true);
    END IF;
  END LOOP;
  PERFORM set_config('yokeflow_upgrade.hindered', hindered::text, true);
END
$sample$;
