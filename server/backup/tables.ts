import type { Knex } from 'knex'

export interface BackupColumn {
  name: string
  /** As PostgreSQL writes it: `numeric(18,4)`, `geometry(MultiPolygon,4490)`. */
  type: string
}

export interface BackupTable {
  name: string
  columns: BackupColumn[]
}

/** Structure, not content; who is signed in; who was locked out. They begin anew in a restored installation. */
const LEFT_OUT = ['knex_migrations', 'knex_migrations_lock', 'sessions', 'login_throttles']

const COLUMNS = `
  SELECT c.relname AS table_name, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
    AND c.relkind = 'r' AND c.relpersistence = 'p' AND NOT (c.relname = ANY(?))
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
  ORDER BY c.relname, a.attnum`

const REFERENCES = `
  SELECT child.relname AS child, parent.relname AS parent
  FROM pg_constraint k
  JOIN pg_class child ON child.oid = k.conrelid
  JOIN pg_class parent ON parent.oid = k.confrelid
  WHERE k.contype = 'f' AND child.oid <> parent.oid`

/** Every table that holds truth, those referred to before those that refer. UNLOGGED tables hold none. */
export async function backupTables(db: Knex): Promise<BackupTable[]> {
  const columns = await db.raw<{ rows: (BackupColumn & { table_name: string })[] }>(COLUMNS, [LEFT_OUT])
  const tables = new Map<string, BackupTable>()
  for (const { table_name: table, name, type } of columns.rows) {
    const known = tables.get(table) ?? { name: table, columns: [] }
    known.columns.push({ name, type })
    tables.set(table, known)
  }
  const references = await db.raw<{ rows: { child: string; parent: string }[] }>(REFERENCES)
  return inOrderOfReference([...tables.values()], references.rows)
}

function inOrderOfReference(
  tables: BackupTable[],
  references: { child: string; parent: string }[],
): BackupTable[] {
  const ordered: BackupTable[] = []
  const seen = new Set<string>()
  const visit = (table: BackupTable): void => {
    if (seen.has(table.name)) return
    seen.add(table.name)
    const parents = references.filter(({ child }) => child === table.name).map(({ parent }) => parent)
    for (const other of tables) if (parents.includes(other.name)) visit(other)
    ordered.push(table)
  }
  for (const table of tables) visit(table)
  return ordered
}

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`

/**
 * Text that reads back bit by bit whatever the server's DateStyle and TimeZone: dates and instants go the ISO way,
 * geometry is EWKB in hex, floats have the shortest form that is exact.
 */
function asText({ name, type }: BackupColumn): string {
  const column = identifier(name)
  if (type === 'timestamp with time zone') return `to_json(${column} AT TIME ZONE 'UTC') #>> '{}' || 'Z'`
  if (type === 'date' || type.startsWith('timestamp')) return `to_json(${column}) #>> '{}'`
  return `${column}::text`
}

/** `SELECT` of a whole table, every value as text. */
export const selectAll = ({ name, columns }: BackupTable): string =>
  `SELECT ${columns.map((column) => `${asText(column)} AS ${identifier(column.name)}`).join(', ')} FROM ${identifier(name)}`

/** `INSERT` of many rows given as one text array a column: far fewer bindings than values. */
export function insertMany({ name, columns }: BackupTable): string {
  const targets = columns.map((column) => identifier(column.name)).join(', ')
  const values = columns.map((column, index) => `v${index}::${column.type}`).join(', ')
  const arrays = columns.map(() => '?::text[]').join(', ')
  const aliases = columns.map((_, index) => `v${index}`).join(', ')
  return (
    `INSERT INTO ${identifier(name)} (${targets}) OVERRIDING SYSTEM VALUE ` +
    `SELECT ${values} FROM unnest(${arrays}) AS given(${aliases})`
  )
}

export async function sequencePositions(db: Knex): Promise<Record<string, string>> {
  const sql = `SELECT sequencename AS name, last_value::text AS position FROM pg_sequences
    WHERE schemaname = current_schema() AND last_value IS NOT NULL AND sequencename NOT LIKE 'knex_migrations%'`
  const { rows } = await db.raw<{ rows: { name: string; position: string }[] }>(sql)
  return Object.fromEntries(rows.map(({ name, position }) => [name, position]))
}

export async function setSequences(db: Knex, positions: Record<string, string>): Promise<void> {
  for (const [name, position] of Object.entries(positions)) {
    await db.raw('SELECT setval(?::regclass, ?::bigint)', [identifier(name), position])
  }
}
