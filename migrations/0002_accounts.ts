import type { Knex } from 'knex'

/**
 * Accounts, sessions, personal tokens, throttles and the log of sign-ins. Tokens are kept as SHA-256 only.
 * Accounts belong to the installation, not to a county: their scope is a division prefix.
 */
const STATEMENTS = [
  `CREATE TABLE users (
      id text PRIMARY KEY,
      name text NOT NULL,
      display_name text NOT NULL,
      password_hash text NOT NULL,
      roles text[] NOT NULL CHECK (roles <@ ARRAY['clerk', 'planner', 'chief', 'leader', 'gov', 'coop', 'inspector',
        'auditor', 'viewer', 'admin']),
      division_prefix text NOT NULL CHECK (division_prefix ~ '^([0-9]{2,6})?$'),
      town_codes text[] NOT NULL DEFAULT '{}',
      must_change_password boolean NOT NULL DEFAULT false,
      disabled_at timestamptz,
      created_at timestamptz NOT NULL,
      created_by text NOT NULL,
      password_changed_at timestamptz NOT NULL,
      last_seen_at timestamptz
    )`,
  'CREATE UNIQUE INDEX users_name_once ON users (lower(name))',
  `CREATE TABLE sessions (
      id text PRIMARY KEY,
      user_id text NOT NULL REFERENCES users (id),
      token_hash text NOT NULL UNIQUE,
      created_at timestamptz NOT NULL,
      last_seen_at timestamptz NOT NULL,
      idle_until timestamptz NOT NULL,
      ends_at timestamptz NOT NULL,
      address text,
      user_agent text
    )`,
  'CREATE INDEX sessions_user ON sessions (user_id)',
  'CREATE INDEX sessions_ends ON sessions (ends_at)',
  `CREATE TABLE personal_tokens (
      id text PRIMARY KEY,
      user_id text NOT NULL REFERENCES users (id),
      name text NOT NULL,
      token_hash text NOT NULL UNIQUE,
      actions text[],
      created_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      last_used_at timestamptz
    )`,
  'CREATE INDEX personal_tokens_user ON personal_tokens (user_id)',
  `CREATE TABLE login_throttles (
      key text PRIMARY KEY,
      attempts integer NOT NULL,
      last_attempt_at timestamptz NOT NULL,
      locked_until timestamptz
    )`,
  'CREATE INDEX login_throttles_age ON login_throttles (last_attempt_at)',
  `CREATE TABLE login_log (
      id text PRIMARY KEY,
      at timestamptz NOT NULL,
      name text NOT NULL,
      user_id text,
      outcome text NOT NULL CHECK (outcome IN ('signed_in', 'wrong', 'locked', 'disabled', 'signed_out', 'revoked')),
      address text,
      user_agent text
    )`,
  'CREATE INDEX login_log_at ON login_log (at)',
  `CREATE TABLE setup_tokens (
      id integer PRIMARY KEY CHECK (id = 1),
      token_hash text NOT NULL,
      created_at timestamptz NOT NULL
    )`,
]

const TABLES = ['setup_tokens', 'login_log', 'login_throttles', 'personal_tokens', 'sessions', 'users']

export async function up(knex: Knex): Promise<void> {
  // The driver's own placeholder is escaped: the patterns hold question marks.
  for (const statement of STATEMENTS) await knex.raw(statement.replaceAll('?', '\\?'))
}

export async function down(knex: Knex): Promise<void> {
  for (const table of TABLES) await knex.raw(`DROP TABLE ${table}`)
}
