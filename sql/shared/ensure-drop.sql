DROP FUNCTION pg_temp.yokeflow_upgrade_ensure_constraint(regclass, name, text);
DROP FUNCTION pg_temp.yokeflow_upgrade_ensure_index(regclass, name, text, boolean);
DROP FUNCTION pg_temp.yokeflow_upgrade_ensure_columns(regclass, text[]);
DROP FUNCTION pg_temp.yokeflow_upgrade_ensure_one_of(regclass, name, name, text[]);
