/** The survey formats: adding one is one file and one line here. */
import type { EncodingDetection } from '../detect/encoding.ts'
import { detectBoundaryTxtEncoding, openBoundaryTxt } from './boundary-txt.ts'
import { openGeoJson } from './geojson.ts'
import { detectShapefileEncoding, openShapefile } from './shapefile.ts'
import {
  SurveyFault,
  type LayerSource,
  type ReadOptions,
  type SurveyFormat,
  type SurveyReader,
} from './types.ts'

interface FileFormat {
  open(source: LayerSource, options?: ReadOptions): Promise<SurveyReader>
  /** Null when the format has one encoding only, or no attributes. */
  detectEncoding(source: LayerSource): Promise<EncodingDetection | null>
}

const FORMATS: Record<Exclude<SurveyFormat, 'pasted'>, FileFormat> = {
  shapefile: { open: openShapefile, detectEncoding: detectShapefileEncoding },
  boundary_txt: { open: openBoundaryTxt, detectEncoding: detectBoundaryTxtEncoding },
  geojson: { open: openGeoJson, detectEncoding: () => Promise.resolve(null) },
}

const formatOf = (source: LayerSource): FileFormat => {
  if (source.format === 'pasted') throw new SurveyFault('file_unreadable', { name: source.name })
  return FORMATS[source.format]
}

/** Opens a layer; throws a `SurveyFault` when nothing can be read from it. */
export const openSurvey = (source: LayerSource, options?: ReadOptions): Promise<SurveyReader> =>
  formatOf(source).open(source, options)

/** What is pasted comes as text already. */
export const detectSurveyEncoding = async (source: LayerSource): Promise<EncodingDetection | null> =>
  source.format === 'pasted' ? null : formatOf(source).detectEncoding(source)
