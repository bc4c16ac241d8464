import type { Knex } from 'knex'

/** PostGIS for geometry, pg_trgm for Chinese search, btree_gist for exclusion over dates. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('CREATE EXTENSION IF NOT EXISTS postgis')
  await knex.raw('CREATE EXTENSION IF NOT EXISTS pg_trgm')
  await knex.raw('CREATE EXTENSION IF NOT EXISTS btree_gist')
}

/** Extensions stay: other databases' objects may lean on them and dropping needs a superuser. */
export async function down(): Promise<void> {}
