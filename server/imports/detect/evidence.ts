/** Every reason detection can give; the sentences stand with the import's other messages. */
export const EVIDENCE_CODES = [
  'cpg_html',
  'cpg_declares',
  'cpg_unknown',
  'ldid_declares',
  'ldid_unspecific',
  'ascii_only',
  'utf8_valid',
  'utf8_damaged',
  'western_bytes',
  'declared_not_refuted',
  'big5_characters',
  'gb_damaged',
  'gb18030_four_bytes',
  'gbk_valid',
  'byte_order_mark',
  'prj_empty',
  'prj_html',
  'prj_unreadable',
  'prj_foreign',
  'prj_other_projection',
  'prj_contradicts_itself',
  'datum_by_ellipsoid',
  'header_datum_unknown',
  'header_zone_impossible',
  'declares_crs',
  'crs_not_declared',
  'near_county',
  'inside_china',
  'away_from_county',
  'outside_china',
  'wgs84_is_cgcs2000',
  'datum_needs_parameters',
  'values_are_web_mercator',
  'values_are_metres',
  'values_are_degrees',
  'values_have_prefix',
  'values_lack_prefix',
  'values_other_zone',
  'values_tell_zone',
  'values_ambiguous',
  'values_fit_nothing',
  'axis_swapped',
  'gcj02_possible',
  'date_suggests_cgcs2000',
  'date_before_cgcs2000',
] as const
export type EvidenceCode = (typeof EVIDENCE_CODES)[number]

/**
 * One reason for or against a reading of the file. In `params`, `crs`, `first`, `second` and `zone` are
 * EPSG codes and `datum` is a datum, to be shown by name.
 */
export interface Evidence {
  kind: 'encoding' | 'crs' | 'datum' | 'axis' | 'layer'
  source: 'cpg' | 'ldid' | 'bytes' | 'prj' | 'values' | 'header' | 'date' | 'user'
  code: EvidenceCode
  params: Record<string, string | number>
  /** Whether it speaks for what was decided. */
  agrees: boolean
}
