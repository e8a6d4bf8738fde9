-- One tenant. Everywhere "id" is the row of an entity; rows are numbered in the order of creation and never reused.

-- Names written once: IRIs of types, and paths of attributes (see rows.path_key).
CREATE TABLE term (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE entity (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uri TEXT NOT NULL UNIQUE,
  collection TEXT NOT NULL,
  expires TEXT,           -- the moment (moments.instant) after which the entity is no more
  created TEXT NOT NULL,  -- moments, like "modified"
  modified TEXT NOT NULL,
  context TEXT NOT NULL,  -- hash of the @context that "answer" is compacted with
  answer BLOB NOT NULL,   -- what goes out as it is
  expanded BLOB NOT NULL  -- JSON of model.entity.Entity
) STRICT;
CREATE INDEX entity_collection ON entity (collection, expires);

-- A type of an entity. Collection and expiry stand here too, so that counting does not touch the documents.
CREATE TABLE typed (
  type INTEGER NOT NULL,
  id INTEGER NOT NULL,
  collection TEXT NOT NULL,
  expires TEXT,
  PRIMARY KEY (type, id)
) STRICT, WITHOUT ROWID;

-- A value that q can ask for, at a path. A value that is none of these kinds has a row too: it exists.
CREATE TABLE value (
  id INTEGER NOT NULL,
  path INTEGER NOT NULL,
  instance INTEGER NOT NULL,  -- the n-th value at this path; the elements of an array are of one instance
  element INTEGER NOT NULL,
  number REAL,
  text TEXT,
  moment TEXT,
  boolean INTEGER,
  PRIMARY KEY (id, path, instance, element)
) STRICT, WITHOUT ROWID;
CREATE INDEX value_number ON value (path, number) WHERE number IS NOT NULL;
CREATE INDEX value_text ON value (path, text) WHERE text IS NOT NULL;
CREATE INDEX value_moment ON value (path, moment) WHERE moment IS NOT NULL;
-- Few: what an entity has beside its first value at a path.
CREATE INDEX value_further ON value (path, id) WHERE instance + element > 0;

-- A shape: its box, to find candidates, and its exact geometry as WKB. "id" is the entity's row times 1024 plus n.
CREATE VIRTUAL TABLE shape USING rtree (
  id,
  west, east,
  south, north,
  +entity INTEGER,
  +path INTEGER,
  +geometry BLOB
);

-- What changed: the outbox, written in the transaction of the change itself.
CREATE TABLE change (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  uri TEXT NOT NULL,
  collection TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('created', 'updated', 'deleted')),
  types TEXT NOT NULL,  -- JSON list of IRIs
  names TEXT NOT NULL,  -- JSON list: IRIs of the attributes that were written
  at TEXT NOT NULL,
  by TEXT NOT NULL
) STRICT;
