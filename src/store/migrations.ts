/**
 * How each version of the file is made from the one before; the first from an empty file. Never changed once released:
 * a new version is a new line. Times are milliseconds since the epoch; an end that is NULL never comes.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE active (
    target TEXT NOT NULL, jail TEXT NOT NULL, began INTEGER NOT NULL, ends INTEGER, cause TEXT NOT NULL,
    PRIMARY KEY (target, jail)
  ) WITHOUT ROWID;

  -- How many bans count, and when the last began and ended or will end (9e15: never).
  CREATE TABLE offenders (
    target TEXT NOT NULL, jail TEXT NOT NULL, bans INTEGER NOT NULL, last INTEGER NOT NULL, ends INTEGER NOT NULL,
    PRIMARY KEY (target, jail)
  ) WITHOUT ROWID;

  CREATE TABLE history (
    id INTEGER PRIMARY KEY, target TEXT NOT NULL, jail TEXT NOT NULL, began INTEGER NOT NULL, ends INTEGER,
    lifted INTEGER, counts INTEGER NOT NULL, cause TEXT NOT NULL
  );
  CREATE INDEX history_target ON history (target, began);

  CREATE TABLE cursors (source TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
  -- A whole, and the steps after it, by id.
  CREATE TABLE counts (id INTEGER PRIMARY KEY, part BLOB NOT NULL);
  CREATE TABLE ignores (jail TEXT NOT NULL, network TEXT NOT NULL, PRIMARY KEY (jail, network)) WITHOUT ROWID;
  CREATE TABLE totals (jail TEXT PRIMARY KEY, failures INTEGER NOT NULL, bans INTEGER NOT NULL) WITHOUT ROWID;
  `,
  "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;",
];
