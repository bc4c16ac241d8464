/** What the document tells about uploads and files, which no schema checks. */
import { BINARY, type Described } from '../platform/openapi-described.ts'
import { REPORT_MEDIA_TYPE } from './jobs.ts'

const field = (description: string) => ({ type: 'string', description })

export const UPLOAD: Described = {
  body: {
    type: 'object',
    properties: {
      file: {
        type: 'array',
        items: BINARY,
        description: 'The files of a survey (.shp .dbf .shx .prj .cpg, .zip, .geojson, .txt, .xlsx, .csv)',
      },
      text: field('Pasted coordinates, instead of a file'),
      ledger: field('approved_unsupplied or idle'),
      layer: field('Name of the layer to read, where the files hold several'),
      encoding: field('Encoding of the texts: utf-8, gb18030, …'),
      crs: field('Coordinate reference system, EPSG:4524 say'),
      isAxisSwapped: field('true when x is north'),
      uncalibrated: field('true to take coordinates as they are, without datum parameters'),
      datumParameters: field('Parameters of the change of datum, JSON as in PATCH /api/imports/{id}'),
      mapping: field('Columns to fields: {"column": "field"} as JSON, or the name of a saved template'),
    },
  },
}

export const TABLE_UPLOAD: Described = {
  body: {
    type: 'object',
    required: ['file'],
    properties: { file: { ...BINARY, description: 'The ledger table, .xlsx or .csv' } },
  },
}

const answers = (description: string, mediaType: string): Described => ({
  responses: { 200: { description, mediaType } },
})

export const REPORT = answers('The workbook', REPORT_MEDIA_TYPE)
export const ORIGINAL = answers('The file, byte by byte', 'application/octet-stream')
export const EVENTS = answers('Events `progress`, each with JSON of status and progress', 'text/event-stream')
