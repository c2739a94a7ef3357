/** 'CALL' in the file's header: distinguishes this program's files from another program's. */
export const applicationId = 0x43414c4c

/**
 * The migrations: a file with `user_version` n has had the first n of them. A released migration is never edited; changes
 * are appended. Tables of record definitions follow their definitions (record-tables.ts) and need none.
 */
export const migrations = [
  `
  CREATE TABLE users (
    id            TEXT PRIMARY KEY,
    name          TEXT NOT NULL,
    email         TEXT NOT NULL UNIQUE,
    role          TEXT NOT NULL,
    active        INTEGER NOT NULL,
    created_at    TEXT NOT NULL,
    password_hash TEXT NOT NULL
  ) STRICT;
  CREATE INDEX users_by_role ON users (role, name, id);

  -- user_id is no foreign key: the port promises no rule across records, and MongoDB would not keep one.
  CREATE TABLE sessions (
    id          TEXT PRIMARY KEY,
    user_id     TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    created_at  TEXT NOT NULL,
    expires_at  TEXT NOT NULL
  ) STRICT;
  CREATE INDEX sessions_by_user ON sessions (user_id);
  CREATE INDEX sessions_by_expiry ON sessions (expires_at);

  CREATE TABLE services (
    id               TEXT PRIMARY KEY,
    name             TEXT NOT NULL,
    description      TEXT NOT NULL,
    price            INTEGER NOT NULL,
    currency         TEXT NOT NULL,
    duration_minutes INTEGER NOT NULL,
    active           INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX services_by_name ON services (name, id);

  CREATE TABLE presence (
    vendor_id    TEXT PRIMARY KEY,
    status       TEXT NOT NULL,
    since        TEXT NOT NULL,
    last_seen_at TEXT,
    on_break     INTEGER NOT NULL
  ) STRICT;

  -- Columns for what is filtered and sorted, the whole order in "doc" (last, so that the others are read without it).
  CREATE TABLE orders (
    seq             INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    number          TEXT NOT NULL UNIQUE,
    status          TEXT NOT NULL,
    version         INTEGER NOT NULL,
    customer_id     TEXT NOT NULL,
    vendor_id       TEXT,
    created_at      TEXT NOT NULL,
    changed_at      INTEGER NOT NULL,
    unpublished     INTEGER NOT NULL,
    idempotency_key TEXT,
    body_hash       TEXT,
    words           TEXT NOT NULL,
    -- The words of it that a vendor may know while it is an offer.
    offer_words     TEXT NOT NULL,
    doc             TEXT NOT NULL
  ) STRICT;
  -- Each begins with equalities and ends in the order of the lists: a list is a merge of one range per status (orders-list.ts).
  CREATE INDEX orders_by_status   ON orders (status, created_at DESC, id DESC);
  CREATE INDEX orders_by_customer ON orders (customer_id, status, created_at DESC, id DESC);
  CREATE INDEX orders_by_vendor   ON orders (vendor_id, status, created_at DESC, id DESC) WHERE vendor_id IS NOT NULL;
  CREATE INDEX orders_by_change   ON orders (changed_at);
  CREATE INDEX orders_unpublished ON orders (changed_at) WHERE unpublished = 1;
  CREATE INDEX orders_active      ON orders (vendor_id, status) WHERE status IN ('accepted', 'on_the_way', 'in_progress');
  CREATE UNIQUE INDEX orders_by_key ON orders (customer_id, idempotency_key) WHERE idempotency_key IS NOT NULL;

  CREATE TABLE declines (
    order_seq INTEGER NOT NULL REFERENCES orders (seq) ON DELETE CASCADE,
    vendor_id TEXT NOT NULL,
    PRIMARY KEY (order_seq, vendor_id)
  ) STRICT, WITHOUT ROWID;

  -- The words come folded (words.ts), so the plainest tokenizer agrees with ours on what a word is. The short prefixes
  -- have an index of their own: the first letters typed into a search box would otherwise read half the index.
  CREATE VIRTUAL TABLE orders_text USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii', prefix = '1 2'
  );
  -- A claim rewrites the order's words; merging as soon as a tenth is stale would stop everything for 40 ms now and then.
  INSERT INTO orders_text (orders_text, rank) VALUES ('deletemerge', 0);
  -- FTS5 writes out a segment at every savepoint, so orders are noted here and indexed together, just before COMMIT.
  CREATE TABLE orders_to_index (seq INTEGER PRIMARY KEY) STRICT;
  CREATE TRIGGER orders_text_new AFTER INSERT ON orders BEGIN
    INSERT INTO orders_to_index VALUES (new.seq);
  END;
  CREATE TRIGGER orders_text_changed AFTER UPDATE OF words ON orders WHEN new.words <> old.words BEGIN
    INSERT OR IGNORE INTO orders_to_index VALUES (new.seq);
  END;
  `,
  `
  CREATE TABLE devices (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    vendor_id    TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    last_seen_at TEXT,
    secret_hash  TEXT NOT NULL,
    session      TEXT
  ) STRICT;
  CREATE INDEX devices_by_vendor ON devices (vendor_id, name, id);
  `,
  `
  CREATE INDEX orders_by_customer_change ON orders (customer_id, changed_at);
  `,
  `
  ALTER TABLE orders ADD COLUMN published INTEGER NOT NULL DEFAULT 0;
  UPDATE orders SET published = version WHERE unpublished = 0;

  CREATE TABLE notes (
    name TEXT PRIMARY KEY,
    text TEXT NOT NULL
  ) STRICT;
  `,
  `
  -- An order may wait to be indexed for longer than one transaction now; what the statement that fires a trigger does
  -- about conflicts would win over an OR IGNORE here.
  DROP TRIGGER orders_text_changed;
  CREATE TRIGGER orders_text_changed AFTER UPDATE OF words ON orders
  WHEN new.words <> old.words AND NOT EXISTS (SELECT 1 FROM orders_to_index WHERE seq = new.seq) BEGIN
    INSERT INTO orders_to_index VALUES (new.seq);
  END;
  `,
  `
  -- The refresh token before the newest is accepted for a minute after its rotation.
  ALTER TABLE sessions ADD COLUMN previous_hash TEXT;
  ALTER TABLE sessions ADD COLUMN rotated_at TEXT;
  `,
  `
  ALTER TABLE sessions ADD COLUMN user_agent TEXT;
  `,
  `
  -- Sums over orders by the time of their creation (order-figures.ts). kind: all, vendor or service; level: the length of
  -- the period's name. The orders that exist are counted by count-orders.ts.
  CREATE TABLE figures (
    kind      TEXT NOT NULL,
    level     INTEGER NOT NULL,
    period    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    currency  TEXT NOT NULL,
    statuses  TEXT NOT NULL,
    revenue   INTEGER NOT NULL,
    durations BLOB NOT NULL,
    PRIMARY KEY (kind, level, period, subject, currency)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE figures_to_add (id INTEGER PRIMARY KEY, times INTEGER NOT NULL, facts TEXT NOT NULL) STRICT;
  `,
  `
  -- The vendors to whom an order is offered, and '' for an order that is not offered to all.
  CREATE TABLE offered_to (
    order_seq INTEGER NOT NULL REFERENCES orders (seq) ON DELETE CASCADE,
    vendor_id TEXT NOT NULL,
    PRIMARY KEY (order_seq, vendor_id)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- One row for an order whose last change is not published, not in the text index or not in the figures
  -- (changed-orders.ts). counted: what the figures have of it; facts: what they are to have; neither: both are the same.
  CREATE TABLE changed_orders (
    seq           INTEGER PRIMARY KEY,
    counted       TEXT,
    facts         TEXT,
    words_changed INTEGER NOT NULL,
    unpublished   INTEGER NOT NULL
  ) STRICT;
  INSERT OR REPLACE INTO orders_text (rowid, words) SELECT seq, words FROM orders_to_index JOIN orders USING (seq);
  DROP TRIGGER orders_text_new;
  DROP TRIGGER orders_text_changed;
  DROP TABLE orders_to_index;
  -- What waits for the figures belongs to no known order: no order has a negative seq.
  WITH RECURSIVE single (remaining, facts, adds) AS (
    SELECT abs(times), facts, times > 0 FROM figures_to_add
    UNION ALL SELECT remaining - 1, facts, adds FROM single WHERE remaining > 1
  )
  INSERT INTO changed_orders (seq, counted, facts, words_changed, unpublished)
  SELECT -row_number() OVER (), iif(adds, NULL, facts), iif(adds, facts, NULL), 0, 0 FROM single;
  DROP TABLE figures_to_add;
  INSERT INTO changed_orders (seq, words_changed, unpublished) SELECT seq, 0, 1 FROM orders WHERE unpublished = 1;
  DROP INDEX orders_unpublished;
  `,
  `
  -- published: the newest version that is published; null when that is the order's own. Only this table has it, so that an
  -- order's row is not written again when the order is published.
  ALTER TABLE changed_orders ADD COLUMN published INTEGER;
  UPDATE changed_orders SET published = (SELECT published FROM orders WHERE orders.seq = changed_orders.seq)
  WHERE unpublished = 1;
  ALTER TABLE changed_orders DROP COLUMN unpublished;
  ALTER TABLE orders DROP COLUMN unpublished;
  ALTER TABLE orders DROP COLUMN published;
  `,
]

/** Files of an earlier schema have orders that are not counted. */
export const figuresSince = 8
