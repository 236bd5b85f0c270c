/**
 * Every code that a user can meet. The text behind each lives in `explanations.ts`. Codes are never reused and never
 * renumbered: support pages link to them.
 */
export const errorCodes = [
  // 1xx: the command line
  'YF101', // wrong option, argument or command
  'YF102', // a question would have to be asked, and there is no terminal
  'YF103', // options that exclude each other
  'YF104', // unknown release in --to
  'YF105', // explain: unknown code
  'YF106', // restore: the file cannot be read
  'YF107', // report: the file is there already
  'YF108', // report: the file cannot be written
  'YF109', // standard output could not be written
  'YF110', // Node is too old
  'YF111', // this program cannot be loaded
  'YF112', // the current folder is gone, and a relative path starts from it
  'YF113', // no temporary folder can be made
  'YF114', // too few files may be open
  // 2xx: finding and reaching the database
  'YF201', // no database found
  'YF202', // the named container is not there or does not run
  'YF203', // no Docker engine answers
  'YF204', // the server does not answer
  'YF205', // the server refused the password, or has no such user
  'YF206', // the database does not exist
  'YF207', // a file that leads to the database could not be read (.env, certificate)
  'YF208', // no psql in the container
  'YF209', // the connection string cannot be read
  'YF210', // the engine refused the request (permissions)
  'YF211', // TLS could not be agreed on
  'YF212', // a parameter of the connection that is not honoured
  'YF213', // no connection is left: of the server, the role or the database
  'YF214', // the database is closed to connections
  'YF215', // the server is starting, shutting down or recovering
  'YF216', // pg_hba.conf admits nobody of that kind
  'YF217', // the server asks for a password, and there is none
  'YF218', // the role may not log in, or not connect to the database
  'YF219', // the server wants another proof than a password (peer, ident, certificate)
  'YF220', // the server wants TLS, and the connection forbids it
  'YF221', // the connection demands TLS, and the server has none
  'YF222', // what answers is no PostgreSQL
  'YF223', // the server let us in and then stopped answering
  // 3xx: refused before anything changed
  'YF301', // empty database
  'YF302', // not a YokeFlow database
  'YF303', // YokeFlow 2.x
  'YF304', // a YokeFlow table that every release has is missing
  'YF305', // several schemas hold YokeFlow's tables
  'YF306', // something of the user's cannot be kept as it is
  'YF307', // the role may not change the tables
  'YF308', // read-only server or standby
  'YF309', // server too old
  'YF310', // the database is newer than --to
  'YF311', // agent sessions are running
  'YF312', // a connection pooler or proxy is in front of the server
  'YF313', // a prepared transaction holds a lock that a step needs
  'YF314', // an open transaction holds a lock that a step needs
  'YF315', // a setting of the session cannot be made
  'YF316', // another role's object would be called in the place of PostgreSQL's own
  'YF317', // row security hides rows of a table that is counted or copied
  'YF318', // several databases, and nothing says which
  'YF319', // an event trigger forbids what has to be done
  'YF320', // a synchronous standby that a COMMIT waits for is not there
  'YF321', // a connection limit leaves too few sessions
  'YF331', // rollback: rows that the older release has no place for
  'YF332', // rollback: no way back from this state
  'YF333', // rollback: something of the user's is built on what is dropped
  'YF340', // not enough room for the backup
  'YF341', // no pg_dump that fits the server
  'YF342', // the backup cannot be written to its folder
  'YF343', // restore: sessions are connected to the database
  'YF344', // not a whole archive of pg_dump
  'YF345', // restore: the role may not make or rename databases
  'YF346', // restore: what the archive holds is not YokeFlow 1.x
  'YF347', // rehearse: the role may not make a copy
  'YF348', // restore: the dump holds no rows and the database does
  'YF349', // finding: what a restore left unfinished
  'YF354', // the role may not read all that a backup holds
  'YF355', // row security keeps rows out of a backup
  'YF356', // restore, rehearse: an extension that tables are built on cannot be made
  // 4xx: busy
  'YF401', // another run holds the upgrade lock
  'YF402', // locks did not come free in --wait
  // 5xx: failed, rolled back
  'YF501', // a statement of a step failed
  'YF502', // a check or probe failed before COMMIT
  'YF503', // the connection was lost before COMMIT
  'YF504', // the connection was lost around COMMIT, outcome unknown
  'YF505', // the database changed between plan and apply
  'YF506', // the server stopped answering before COMMIT
  'YF507', // a statement came no further for longer than --wait
  'YF508', // COMMIT waits for a synchronous standby
  'YF509', // the time of --max-time was over
  'YF510', // the backup failed
  'YF511', // the restore failed
  'YF512', // rehearse: the copy could not be made
  'YF513', // the rehearsal failed on the copy
  // 6xx: after COMMIT
  'YF601', // a check fails on the upgraded database
  'YF602', // committed, and could not be verified afterwards
  // 7xx: the user
  'YF701', // cancelled
  // 8xx: findings in a database
  'YF801', // pause_session or resume_session sets a column that does not exist
  'YF802', // a session can be resumed once only
  'YF803', // audit statements on intervention_actions cannot be prepared
  'YF804', // a foreign key without ON DELETE blocks deletions
  'YF805', // deep reviews still stored in session_quality_checks
  'YF806', // an object of a release is missing
  'YF807', // an object of a release differs
  'YF808', // an object that no step touches differs from YokeFlow's (drift)
  'YF809', // a probe fails on this database
  'YF810', // the role may not keep a record of the run
  'YF811', // enum labels of a newer release stay behind a rollback
  'YF812', // code of a lower role runs with this role's rights
  'YF813', // a function or view under a name of YokeFlow's is replaced, its text kept
  'YF814', // deep reviews are set aside
  'YF815', // what a restore of this backup will meet
  'YF816', // what could not be probed on this database
  'YF817', // restore: the backup is of another database
  'YF818', // something looks like this program's and is not provably so
  'YF819', // whether a synchronous standby is there cannot be seen
  'YF820', // the collation is of another version than when the indexes were made
  'YF821', // an event trigger fires on what the upgrade does
  'YF830', // --keep: a file that is called a backup is left alone
  'YF831', // --keep: an older backup could not be removed
  'YF832', // --keep: it is not known which backups are of this database
  // 9xx: this program
  'YF901', // unexpected error
] as const;

export type ErrorCode = (typeof errorCodes)[number];
