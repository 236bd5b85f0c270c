DROP FUNCTION yokeflow_upgrade_ensure_constraint(regclass, name, text);
DROP FUNCTION yokeflow_upgrade_ensure_index(regclass, name, text, boolean);
