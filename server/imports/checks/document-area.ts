import type { IssueSeverity } from '../../contract/import.ts'
import type { Check } from './check.ts'

/** Up to this share document and plane area agree; up to the next it is worth a note, beyond it a warning. */
export const AREA_AGREES_SHARE = 0.001
export const AREA_NOTE_SHARE = 0.01

/** Document figures are rounded: two decimals of a 亩 or four of a 公顷 are a few m². */
const ROUNDING_M2 = 3.4

/** 亩 for 公顷 is fifteenfold, m² for 亩 or 公顷 far more: such a ratio is a mistaken unit, not a mistaken survey. */
const UNIT_RATIOS = [15, 10_000 / 15, 10_000]
const UNIT_RATIO_TOLERANCE = 0.02

const looksLikeUnit = (documentM2: number, planeM2: number): boolean =>
  UNIT_RATIOS.some((ratio) =>
    [documentM2 / planeM2, planeM2 / documentM2].some(
      (found) => Math.abs(found / ratio - 1) <= UNIT_RATIO_TOLERANCE,
    ),
  )

export interface AreaVerdict {
  code: 'area_differs' | 'area_differs_slightly' | 'area_unit_suspected'
  severity: IssueSeverity
}

export function judgeAreaDifference(documentM2: number, planeM2: number): AreaVerdict | null {
  const difference = Math.abs(planeM2 - documentM2)
  const share = documentM2 > 0 ? difference / documentM2 : Number.POSITIVE_INFINITY
  if (share <= AREA_AGREES_SHARE || difference <= ROUNDING_M2) return null
  if (looksLikeUnit(documentM2, planeM2)) return { code: 'area_unit_suspected', severity: 'warning' }
  return share <= AREA_NOTE_SHARE
    ? { code: 'area_differs_slightly', severity: 'note' }
    : { code: 'area_differs', severity: 'warning' }
}

interface Row {
  row: number
  document_area: number
  plane_area: number
}

const DIFFERENCES = `
  SELECT r.row, r.document_area, s.projected_area_m2 AS plane_area
  FROM (
    SELECT division_code, import_id, row, (column_values->>'document_area_m2')::float8 AS document_area
    FROM import_rows WHERE division_code = ? AND import_id = ? AND row BETWEEN ? AND ? OFFSET 0) r
  JOIN import_shapes s ON s.division_code = r.division_code AND s.import_id = r.import_id AND s.row = r.row
  WHERE abs(s.projected_area_m2 - r.document_area) > ${AREA_AGREES_SHARE} * r.document_area
  ORDER BY r.row`

/** 文件面积 against the area of the shape: the document figure stands, the difference is shown (domain rule 5.9). */
export const documentArea: Check = {
  name: 'document_area',
  async run({ query, key, sink, slices }) {
    await slices(async (from, to) => {
      const rows = await query<Row>(DIFFERENCES, [key.divisionCode, key.importId, from, to])
      for (const row of rows) {
        const verdict = judgeAreaDifference(row.document_area, row.plane_area)
        if (!verdict) continue
        sink.add({
          row: row.row,
          field: 'documentAreaM2',
          ...verdict,
          value: String(row.document_area),
          areaM2: row.plane_area,
          params: { documentM2: row.document_area, planeM2: row.plane_area },
        })
      }
      await sink.flush()
    })
  },
}
