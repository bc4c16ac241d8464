import type { Knex } from 'knex'

/** Content-addressed files, and the table of jobs that imports, exports, rebuilds and backups run from. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE files (
      division_code text NOT NULL,
      id text NOT NULL,
      sha256 text NOT NULL,
      bytes bigint NOT NULL,
      name text NOT NULL,
      media_type text NOT NULL,
      owner_kind text NOT NULL,
      owner_id text NOT NULL,
      created_by text NOT NULL,
      created_at timestamptz NOT NULL,
      PRIMARY KEY (division_code, id)
    )`)
  await knex.raw('CREATE INDEX files_owner ON files (division_code, owner_kind, owner_id)')
  await knex.raw('CREATE INDEX files_sha256 ON files (sha256)')
  await knex.raw(`
    CREATE TABLE jobs (
      id text PRIMARY KEY,
      kind text NOT NULL,
      payload jsonb NOT NULL,
      status text NOT NULL CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled')),
      attempts integer NOT NULL DEFAULT 0,
      max_attempts integer NOT NULL DEFAULT 3,
      run_after timestamptz NOT NULL,
      lease_until timestamptz,
      worker text,
      progress jsonb,
      result jsonb,
      error text,
      is_cancel_requested boolean NOT NULL DEFAULT false,
      created_by text NOT NULL,
      created_at timestamptz NOT NULL,
      started_at timestamptz,
      finished_at timestamptz
    )`)
  await knex.raw(`CREATE INDEX jobs_due ON jobs (run_after) WHERE status IN ('queued', 'running')`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE jobs')
  await knex.raw('DROP TABLE files')
}
