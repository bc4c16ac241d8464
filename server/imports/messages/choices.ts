/** What a field of an upload is called, and what it accepts, for the sentence that says why it was not used. */
import { LEDGERS, type Ledger } from '../../contract/codes/ledger.ts'
import { CODE_LISTS } from '../../contract/codes/lists.ts'
import { CRS_LIST, DATUM_NAMES, type Datum } from '../../kernel/crs.ts'
import type { Language } from '../../kernel/sentence.ts'
import { TEXT_ENCODINGS } from '../../kernel/text-encoding.ts'
import type { UploadChoice } from '../import-record.ts'
import type { IssueRow } from '../issues.ts'
import { mappableFields } from '../mapping/names.ts'

const NAMES: Record<UploadChoice, { zh: string; en: string }> = {
  ledger: { zh: '台账类别', en: 'ledger' },
  layer: { zh: '图层', en: 'layer' },
  encoding: { zh: '文字编码', en: 'encoding' },
  crs: { zh: '坐标系', en: 'coordinate system' },
  isAxisSwapped: { zh: '坐标顺序', en: 'axis order' },
  uncalibrated: { zh: '位置未校准', en: '“position not calibrated”' },
  datumParameters: { zh: '转换参数', en: 'datum parameters' },
  mapping: { zh: '字段对应', en: 'column mapping' },
}

const separatorOf = (language: Language): string => (language === 'zh' ? '、' : ', ')

/** 4490–4554, 4610: numbers that follow one another as ranges. */
function ranges(numbers: readonly number[], separator: string): string {
  const parts: [number, number][] = []
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = parts.at(-1)
    if (last && last[1] === number - 1) last[1] = number
    else parts.push([number, number])
  }
  return parts.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(separator)
}

function acceptedCrs(language: Language): string {
  const perDatum = (Object.keys(DATUM_NAMES) as Datum[]).map((datum) => {
    const srids = CRS_LIST.filter((crs) => crs.datum === datum).map(({ srid }) => srid)
    return `${DATUM_NAMES[datum][language]} ${ranges(srids, separatorOf(language))}`
  })
  return language === 'zh'
    ? `EPSG 编号（如 EPSG:4524）或坐标系全称（如“国家2000坐标系，3度带第36带”）；编号有 ${perDatum.join('；')}`
    : `an EPSG number (EPSG:4524) or a full name (“CGCS2000 / 3-degree Gauss-Kruger zone 36”); the numbers are ${perDatum.join('; ')}`
}

function acceptedLedgers(language: Language): string {
  const { labels } = CODE_LISTS['ledger']!
  const names = LEDGERS.map(
    (code) => `${code}${language === 'zh' ? `（${labels[code]?.zh}）` : ` (${labels[code]?.en})`}`,
  )
  return names.join(separatorOf(language))
}

function acceptedMapping(params: IssueRow['params'], language: Language): string {
  const separator = separatorOf(language)
  if (params['fault'] === 'field') {
    const ledger = typeof params['ledger'] === 'string' ? (params['ledger'] as Ledger) : null
    const fields = mappableFields(ledger).map((field) => field.wire)
    return (language === 'zh' ? '各用一次的 ' : 'once each, ') + fields.join(separator)
  }
  if (typeof params['templates'] === 'string' && params['templates'] !== '')
    return (language === 'zh' ? '已有的模板 ' : 'the saved mappings ') + params['templates']
  return language === 'zh'
    ? 'JSON，如 {"列名": "parcelNo"}，或已存模板的名称或编号'
    : 'JSON such as {"column": "parcelNo"}, or name or id of a saved mapping'
}

const FLAGS = { zh: 'true、false、是、否', en: 'true, false' }
const DATUM_PARAMETERS =
  '{"method": "bursa7", "dx": 0, "dy": 0, "dz": 0}, {"method": "plane4", "dx": 0, "dy": 0, "k": 1}'

function accepted(field: UploadChoice, params: IssueRow['params'], language: Language): string {
  switch (field) {
    case 'ledger':
      return acceptedLedgers(language)
    case 'layer':
      return String(params['layers'] ?? '')
    case 'encoding':
      return TEXT_ENCODINGS.join(separatorOf(language))
    case 'crs':
      return acceptedCrs(language)
    case 'datumParameters':
      return DATUM_PARAMETERS
    case 'mapping':
      return acceptedMapping(params, language)
    default:
      return FLAGS[language]
  }
}

function insteadOf(params: IssueRow['params'], language: Language): string {
  const used = params['used']
  if (typeof used !== 'string' || used === '')
    return language === 'zh' ? '已按文件内容判断' : 'the file itself was asked instead'
  return language === 'zh' ? `改用“${used}”` : `“${used}” was used instead`
}

/** Parameters of `choice_ignored`. */
export function choiceParams(
  issue: Pick<IssueRow, 'field' | 'params'>,
  language: Language,
): Record<string, string> {
  const field = issue.field as UploadChoice
  if (!(field in NAMES)) return {}
  return {
    what: NAMES[field][language],
    instead: insteadOf(issue.params, language),
    accepted: accepted(field, issue.params, language),
  }
}
