/** What every survey format gives the import pipeline, whatever the file looked like. */

/** A fault of a whole file or archive: code and parameters, the sentence is made elsewhere. */
export interface FileFault {
  code: FileFaultCode
  params: Record<string, string | number>
}

/** Faults that end the reading of a file or of one of its layers. */
export const FILE_FAULT_CODES = [
  'archive_too_many_entries',
  'archive_too_large',
  'archive_ratio',
  'archive_path',
  'archive_symlink',
  'archive_duplicate',
  'archive_nested',
  'archive_encrypted',
  'archive_damaged',
  'archive_empty',
  'archive_unsupported',
  'archive_no_survey',
  'member_encrypted',
  'member_empty',
  'file_unreadable',
  'file_too_large',
  'shp_missing',
  'shp_not_shapefile',
  'shp_truncated',
  'shp_no_records',
  'layer_not_polygon',
  'dbf_unreadable',
  'txt_not_boundary',
  'txt_no_parcels',
  'paste_no_coordinates',
  'geojson_invalid',
  'geojson_no_polygons',
] as const
export type FileFaultCode = (typeof FILE_FAULT_CODES)[number]

/** Thrown by readers; everything that is wrong with a single row is a `RowFault` instead. */
export class SurveyFault extends Error {
  readonly code: FileFaultCode
  readonly params: Record<string, string | number>
  constructor(code: FileFaultCode, params: Record<string, string | number> = {}) {
    super(`${code} ${JSON.stringify(params)}`)
    this.name = 'SurveyFault'
    this.code = code
    this.params = params
  }
  toFault(): FileFault {
    return { code: this.code, params: this.params }
  }
}

/**
 * What is wrong with one row. `ROW_FAULTS` says what it means for the row:
 * - `blocking`: the row has no usable geometry (`wkb` is null) and can't become a parcel;
 * - `repaired`: the reader mended it, the geometry is complete;
 * - `value`: an attribute could not be read as its type; the text is kept where there is one;
 * - `note`: worth telling, nothing to do.
 */
export const ROW_FAULTS = {
  geometry_null: 'blocking',
  geometry_missing: 'blocking',
  geometry_empty: 'blocking',
  geometry_type_wrong: 'blocking',
  geometry_too_complex: 'blocking',
  record_damaged: 'blocking',
  record_truncated: 'blocking',
  coordinate_not_finite: 'blocking',
  coordinate_out_of_range: 'blocking',
  coordinate_unreadable: 'blocking',
  line_unreadable: 'blocking',
  ring_unclosed: 'repaired',
  ring_too_few_points: 'repaired',
  record_length_wrong: 'repaired',
  ring_roles_guessed: 'note',
  attributes_missing: 'value',
  number_overflow: 'value',
  number_malformed: 'value',
  date_malformed: 'value',
  logical_malformed: 'value',
  text_malformed: 'value',
  point_count_mismatch: 'note',
} as const satisfies Record<string, 'blocking' | 'repaired' | 'value' | 'note'>
export type RowFaultCode = keyof typeof ROW_FAULTS

export interface RowFault {
  code: RowFaultCode
  /** Source column. */
  field?: string
  value?: string
  /** 1-based line of a text. */
  line?: number
  /** x, y in the survey's own coordinates, as the reader hands them out. */
  coordinate?: [number, number]
}

export type AttributeValue = string | number | boolean | null

/** The value of a row in a column. A column may be called `constructor`: what every object has is no value. */
export const valueIn = (values: Readonly<Record<string, AttributeValue>>, name: string): AttributeValue =>
  Object.hasOwn(values, name) ? (values[name] ?? null) : null

export interface SurveyRow {
  /** 1-based: DBF record (deleted ones counted), plot of a TXT, feature of a GeoJSON. */
  row: number
  attributes: Record<string, AttributeValue>
  /** Little-endian 2D Polygon or MultiPolygon; x = easting or lon, y = northing or lat, doubles bit for bit. */
  wkb: Buffer | null
  faults: RowFault[]
}

export type SurveyFieldType = 'text' | 'number' | 'date' | 'boolean'

export interface SurveyField {
  name: string
  type: SurveyFieldType
  /** Bytes or characters in the source, 0 when unknown. */
  length: number
  decimals: number
}

/** Something about a layer as a whole that its reader noticed; never a reason to stop. */
export interface LayerNote {
  code: LayerNoteCode
  params: Record<string, string | number>
}

export const LAYER_NOTE_CODES = [
  'dbf_missing',
  'dbf_more_records',
  'dbf_fewer_records',
  'dbf_deleted_records',
  'dbf_truncated',
  'dbf_header_repaired',
  'dbf_field_unsupported',
  'dbf_field_renamed',
  'shx_missing',
  'shx_unusable',
  'shp_truncated',
  'shp_length_wrong',
  'z_dropped',
  'm_dropped',
  'plots_skipped',
  'header_block_missing',
  'features_skipped',
] as const
export type LayerNoteCode = (typeof LAYER_NOTE_CODES)[number]

/** How a survey declares its coordinates: .prj text or the header block of a 报批 TXT. */
export interface CrsDeclaration {
  /** Raw text of the .prj. */
  prj?: string
  /** TXT header: 坐标系 as written. */
  datumText?: string
  /** TXT header: 几度分带. */
  zoneWidthDeg?: number
  /** TXT header: 带号. */
  zone?: number
  /** GeoJSON `crs` member, or CRS84. */
  crsName?: string
}

export interface ReadOptions {
  /** WHATWG label of the attributes; default: detected. */
  encoding?: string
  /** Rows per batch, default 1,000 (a batch also ends at about 4 MiB of geometry). */
  batchSize?: number
}

/** One opened layer. `batches` can be called again for a second pass; close when done. */
export interface SurveyReader {
  format: SurveyFormat
  fields: SurveyField[]
  /** As a person would name it: Polygon, PolygonZ, PolygonM. */
  geometryType: string
  /** Rows there will be at most, null when only reading tells. */
  rowCount: number | null
  declaration: CrsDeclaration
  /** Last update of the DBF header or 数据产生日期, YYYY-MM-DD. */
  dataDate: string | null
  encoding: string | null
  /** Complete once `batches` has ended. */
  notes: LayerNote[]
  batches(): AsyncIterable<SurveyRow[]>
  close(): Promise<void>
}

export type SurveyFormat = 'shapefile' | 'boundary_txt' | 'geojson' | 'pasted'

/** A file on disk under its original name (path inside the archive for members). */
export interface SourceFile {
  name: string
  path: string
  bytes: number
}

/** One survey layer found among the files, not yet opened. */
export interface LayerSource {
  /** Unique within the upload; what `layer` chooses. */
  id: string
  name: string
  format: SurveyFormat
  /** Role (suffix without dot, lower case) → file: shp, shx, dbf, prj, cpg, txt, geojson. */
  parts: Partial<Record<LayerPart, SourceFile>>
  /** Why it can't be read, known without opening (encrypted member, empty file). */
  fault: FileFault | null
}
export type LayerPart = 'shp' | 'shx' | 'dbf' | 'prj' | 'cpg' | 'txt' | 'geojson'

/** A ledger table beside the survey: .xlsx, .xls, .csv, or a .dbf without its .shp. */
export interface TableSource {
  id: string
  name: string
  format: 'xlsx' | 'xls' | 'csv' | 'dbf'
  file: SourceFile
  fault: FileFault | null
}
