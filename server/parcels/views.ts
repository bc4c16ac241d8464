import { FIELDS, type FieldDefinition } from '../contract/fields.ts'
import type { AttributeValue, Attributes, HistoryEntry, ParcelDetail, ParcelRow } from '../contract/parcel.ts'
import { crsBySrid } from '../kernel/crs.ts'
import type { ParcelRecord, VersionRecord } from './repository.ts'

const FIELD_BY_COLUMN = new Map(FIELDS.map((field) => [field.column, field]))

/** Columns of a version that say nothing to a reader of the history. */
const SILENT_COLUMNS = new Set([
  'import_id',
  'import_layer',
  'import_row',
  'is_withdrawn',
  'survey_srid',
  'missing',
])

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)
const instant = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value))

export function bboxOf(row: ParcelRecord): number[] | null {
  const bounds = [row['min_lon'], row['min_lat'], row['max_lon'], row['max_lat']]
  return bounds.every((bound) => typeof bound === 'number') ? bounds : null
}

export function innerPointOf(row: ParcelRecord): { lon: number; lat: number } | null {
  const [lon, lat] = [row['inner_lon'], row['inner_lat']]
  return typeof lon === 'number' && typeof lat === 'number' ? { lon, lat } : null
}

function baseOf(row: ParcelRecord, towns: ReadonlyMap<string, string>) {
  return {
    id: row.id,
    version: row.version,
    divisionCode: String(row['current_division_code']),
    townCode: row.town_code,
    townName: row.town_code ? (towns.get(row.town_code) ?? null) : null,
    ledger: row.ledger,
    status: row.status as ParcelRow['status'],
    cause: row['cause'] as ParcelRow['cause'],
    parcelNo: text(row['parcel_no']),
    name: text(row['name']),
    documentAreaM2: number(row['document_area_m2']),
    projectedAreaM2: number(row['projected_area_m2']),
    ellipsoidalAreaM2: number(row['ellipsoidal_area_m2']),
    positionQuality: row['position_quality'] as ParcelRow['positionQuality'],
    missing: row['missing'] as string[],
    updatedAt: instant(row['updated_at']),
  }
}

export function toParcelRow(row: ParcelRecord, towns: ReadonlyMap<string, string>): ParcelRow {
  return {
    ...baseOf(row, towns),
    location: text(row['location']),
    holder: text(row['holder']),
    plannedUse: text(row['planned_use']),
    innerPoint: innerPointOf(row),
    bbox: bboxOf(row),
  }
}

/** Whether the caller may see this field: internal ones need `parcel.read_internal`. */
const isVisible = (field: FieldDefinition, seesInternal: boolean): boolean =>
  seesInternal || field.attributeClass !== 'internal'

export function attributesOf(
  row: Record<string, unknown>,
  ledger: string,
  seesInternal: boolean,
): Attributes {
  const entries = FIELDS.filter(
    (field) => (!field.ledger || field.ledger === ledger) && isVisible(field, seesInternal),
  ).map((field): [string, AttributeValue] => [field.wire, (row[field.column] ?? null) as AttributeValue])
  return Object.fromEntries(entries)
}

export interface DetailParts {
  row: ParcelRecord
  towns: ReadonlyMap<string, string>
  seesInternal: boolean
  geometry: ParcelDetail['geometry']
  geometryCrs: string | null
  source: ParcelDetail['source']
}

export function toParcelDetail(parts: DetailParts): ParcelDetail {
  const { row, towns, seesInternal } = parts
  const srid = number(row['survey_srid'])
  const crs = srid === null ? undefined : crsBySrid(srid)
  return {
    ...baseOf(row, towns),
    attributes: attributesOf(row, row.ledger, seesInternal),
    // Unmapped survey columns may hold names and phones: they are internal too.
    extra: seesInternal ? (row['extra'] as Record<string, unknown>) : {},
    source: parts.source,
    geometry: parts.geometry,
    geometryCrs: parts.geometryCrs,
    surveyCrs: srid === null ? null : `EPSG:${srid}`,
    surveyCrsName: crs ? { zh: crs.zhName, en: crs.enName } : null,
    innerPoint: innerPointOf(row),
    bbox: bboxOf(row),
    importRepaired: row['is_repaired'] === true,
  }
}

function fieldChanges(
  from: Record<string, unknown>,
  to: Record<string, unknown>,
  seesInternal: boolean,
): HistoryEntry['changes'] {
  const columns = new Set([...Object.keys(from), ...Object.keys(to)])
  const changes: HistoryEntry['changes'] = []
  for (const column of columns) {
    const before = from[column] ?? null
    const after = to[column] ?? null
    if (SILENT_COLUMNS.has(column) || JSON.stringify(before) === JSON.stringify(after)) continue
    const field = FIELD_BY_COLUMN.get(column)
    if (field ? !isVisible(field, seesInternal) : column === 'extra' && !seesInternal) continue
    changes.push({ field: field?.wire ?? column, from: before, to: after })
  }
  return changes
}

/** One entry of the time line: what changed from the version before, newest first. */
export function toHistoryEntry(
  version: VersionRecord,
  prior: VersionRecord | undefined,
  seesInternal: boolean,
): HistoryEntry {
  const changes = prior ? fieldChanges(prior.attributes, version.attributes, seesInternal) : []
  if (prior && prior.geom_hash !== version.geom_hash)
    changes.push({ field: 'geometry', from: prior.geom_hash, to: version.geom_hash })
  if (prior && prior.is_withdrawn !== version.is_withdrawn) {
    changes.push({ field: 'withdrawn', from: prior.is_withdrawn, to: version.is_withdrawn })
  }
  return {
    version: version.version,
    changeSetId: version.change_set_id,
    kind: version.kind,
    by: version.actor_name,
    recordedAt: version.recorded_from.toISOString(),
    effectiveOn: version.effective_on,
    reason: version.reason,
    sourceName: text(version.source['fileName']),
    changes,
  }
}
