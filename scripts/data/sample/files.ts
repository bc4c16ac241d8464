/** The sample surveys as the files staff would receive, with a manifest that says what each should give. */
import { shapefileEntries, writeShapefile, type FixtureField } from '../../fixtures/shapefile-writer.ts'
import { zipOf, type ZipFixtureEntry } from '../../fixtures/zip-writer.ts'
import { gaussKrugerPrj } from '../gauss-kruger-prj.ts'
import { boundaryTxt } from './boundary-txt.ts'
import type { Ledger } from './choose-parcels.ts'
import { featureOf, withFaults, type PlantedFault, type SurveyFeature } from './faulty-survey.ts'
import { IDLE_FIELDS } from './idle-table.ts'
import { parkWorkbook } from './park-workbook.ts'
import { sampleSurveys, SAMPLE_SEED, type SurveyRows } from './surveys.ts'
import { UNSUPPLIED_FIELDS, type SampleRecord } from './unsupplied-table.ts'

/** EPSG:4524 as ArcGIS writes it. */
const ZONE_36_PRJ = gaussKrugerPrj(36)

export interface ManifestSurvey {
  title: string
  /** Given to one import together. */
  files: string[]
  ledger: Ledger
  /** Form fields of the import. */
  options: { crs?: string; encoding?: string; layer?: string }
  onBlocked: 'stop' | 'leave_out'
  expected: {
    features: number
    documentAreaM2: number
    geometryAreaM2: number
    recognizedM2ByYear: Record<string, number>
    /** Records of the survey without a row in the table beside it, and the other way round. */
    onlySurvey?: string[]
    onlyTable?: string[]
  }
  faults: PlantedFault[]
}

export interface SampleFiles {
  files: Map<string, Buffer>
  manifest: { note: string; seed: number; divisionCode: string; crs: string; surveys: ManifestSurvey[] }
}

export async function sampleFiles(): Promise<SampleFiles> {
  const surveys = sampleSurveys()
  const built = [
    cleanSurvey(surveys.unsupplied, {
      title: '2022年批而未供土地调查',
      layer: '批而未供地块',
      fields: UNSUPPLIED_FIELDS,
      cpg: null,
    }),
    cleanSurvey(surveys.idle, {
      title: '2022年闲置土地调查',
      layer: '闲置土地',
      fields: IDLE_FIELDS,
      cpg: 'GBK',
    }),
    await parkSurvey(surveys.park),
    surveyWithoutPrj(surveys.chengchuan),
    txtSurvey(surveys.txt),
    faultySurvey(surveys.angsu, surveys.unsupplied),
  ]
  return {
    files: new Map(built.flatMap(({ files }) => [...files])),
    manifest: {
      note: '示例数据，全部虚构；由 scripts/data/build-sample.ts 生成，请勿手工修改',
      seed: SAMPLE_SEED,
      divisionCode: '150623',
      crs: 'EPSG:4524',
      surveys: built.map(({ survey }) => survey),
    },
  }
}

interface BuiltSurvey {
  files: Map<string, Buffer>
  survey: ManifestSurvey
}

const featuresOf = ({ parcels, records }: SurveyRows): SurveyFeature[] =>
  parcels.map((parcel, i) => featureOf(parcel, records[i]))

function describe(title: string, files: string[], rows: SurveyRows): ManifestSurvey {
  return {
    title,
    files,
    ledger: rows.ledger,
    options: {},
    onBlocked: 'leave_out',
    expected: {
      features: rows.parcels.length,
      documentAreaM2: sum(rows.records.map((record) => Number(record.文件面积 ?? record.宗地面积 ?? 0))),
      geometryAreaM2: sum(rows.parcels.map(({ areaM2 }) => areaM2)),
      recognizedM2ByYear: recognizedByYear(rows.records),
    },
    faults: [],
  }
}

const sum = (values: readonly number[]) =>
  Math.round(values.reduce((total, value) => total + value, 0) * 100) / 100

function recognizedByYear(records: readonly SampleRecord[]): Record<string, number> {
  const years = [...new Set(records.flatMap(({ 认定年度: year }) => (year ? [String(year)] : [])))].sort()
  const inYear = (year: string) => records.filter((record) => String(record.认定年度) === year)
  return Object.fromEntries(
    years.map((year) => [year, sum(inYear(year).map((record) => Number(record.认定面积)))]),
  )
}

interface CleanOptions {
  title: string
  layer: string
  fields: readonly FixtureField[]
  cpg: string | null
}

/** Member names in GBK without the UTF-8 flag, as Windows' own zip writes them. */
const asWindowsZip = (entries: readonly ZipFixtureEntry[]) =>
  zipOf(entries.map((entry) => ({ ...entry, nameEncoding: 'GBK' as const })))

function cleanSurvey(rows: SurveyRows, { title, layer, fields, cpg }: CleanOptions): BuiltSurvey {
  const buffers = writeShapefile({ features: featuresOf(rows), fields, prj: ZONE_36_PRJ, cpg })
  const entries = shapefileEntries(`${title}/${layer}`, buffers)
  const name = `${title}.zip`
  return { files: new Map([[name, asWindowsZip(entries)]]), survey: describe(title, [name], rows) }
}

/** No .prj, no .cpg and no language byte: zone and encoding have to be read from the values. */
function surveyWithoutPrj(rows: SurveyRows): BuiltSurvey {
  const title = '城川镇补充调查_无prj'
  const buffers = writeShapefile({ features: featuresOf(rows), fields: UNSUPPLIED_FIELDS, ldid: 0 })
  const survey = describe(title, [`${title}.zip`], rows)
  return {
    files: new Map([[`${title}.zip`, asWindowsZip(shapefileEntries('城川补充', buffers))]]),
    survey: { ...survey, options: { crs: 'EPSG:4524' } },
  }
}

function faultySurvey(rows: SurveyRows, earlier: SurveyRows): BuiltSurvey {
  const title = '昂素镇调查_有问题'
  const existing = earlier.parcels.find(
    ({ townCode, parts }) => townCode === '150623103' && parts.length === 1 && parts[0].length === 1,
  )
  if (!existing) throw new Error('no parcel of 昂素镇 in the earlier survey')
  const { features, faults } = withFaults(rows.parcels, rows.records, existing)
  const buffers = writeShapefile({ features, fields: UNSUPPLIED_FIELDS, prj: ZONE_36_PRJ })
  const survey = describe(title, [`${title}.zip`], {
    ...rows,
    records: features.map(({ attributes }) => attributes),
  })
  survey.expected.features = features.length
  return {
    files: new Map([[`${title}.zip`, asWindowsZip(shapefileEntries('昂素镇地块', buffers))]]),
    survey: { ...survey, faults },
  }
}

const PARK_FIELDS: readonly FixtureField[] = [
  { name: '地块编号', type: 'C', length: 24 },
  { name: '测量日期', type: 'D' },
  { name: '测绘单位', type: 'C', length: 60 },
]

/** The geometry has only its number; everything else stands in the workbook, less two rows and with one too many. */
async function parkSurvey(rows: SurveyRows): Promise<BuiltSurvey> {
  const title = '上海庙经济开发区测绘'
  const numbered = rows.records.map((record) => ({ ...record, 地块编号: record.台账编号 }))
  const features = rows.parcels.map((parcel, i) => ({
    parts: parcel.parts,
    attributes: { 地块编号: numbered[i].地块编号, 测量日期: '2024-04-16', 测绘单位: '示例测绘队' },
  }))
  const unlisted = numbered.slice(-2)
  const stray = {
    ...numbered[0],
    地块编号: 'KFQ-XZ-099',
    项目名称: '示例待测地块项目',
    电子监管号: '1506232018B89999',
  }
  const listed = [...numbered.slice(0, -2), stray]
  // A blank after the number, as tables typed by hand have it.
  listed[4] = { ...listed[4], 地块编号: `${String(listed[4].地块编号)} ` }
  const buffers = writeShapefile({
    features,
    fields: PARK_FIELDS,
    prj: ZONE_36_PRJ,
    cpg: 'UTF-8',
    encoding: 'UTF-8',
  })
  const workbookName = '上海庙经济开发区台账.xlsx'
  const matched = { ...rows, records: numbered.slice(0, -2) }
  const survey = describe(title, [`${title}.zip`, workbookName], matched)
  survey.expected.onlySurvey = unlisted.map((record) => String(record.地块编号))
  survey.expected.onlyTable = [stray.地块编号]
  return {
    files: new Map([
      [`${title}.zip`, zipOf(shapefileEntries('开发区宗地', buffers))],
      [workbookName, await parkWorkbook(listed)],
    ]),
    survey,
  }
}

function txtSurvey(rows: SurveyRows): BuiltSurvey {
  const name = '报批坐标_示例.txt'
  const uses = ['工业用地', '物流仓储用地', '二类工业用地', '防护绿地', '供电用地']
  const plots = rows.parcels.map((parcel, i) => ({
    code: `BP2024-${String(i + 1).padStart(2, '0')}`,
    name: `${parcel.quarter}示例报批地块${i + 1}`,
    use: uses[i % uses.length],
    parcel,
  }))
  return { files: new Map([[name, boundaryTxt(plots)]]), survey: describe('报批坐标（示例）', [name], rows) }
}
