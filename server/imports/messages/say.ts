/** Codes and parameters to sentences in the reader's language. */
import { CODE_LISTS, codesOf } from '../../contract/codes/lists.ts'
import type { Ledger } from '../../contract/codes/ledger.ts'
import { FIELD_BY_WIRE } from '../../contract/fields.ts'
import { crsByCode, DATUM_NAMES, type Datum } from '../../kernel/crs.ts'
import { fillSentence, type Language } from '../../kernel/sentence.ts'
import type { StoredEvidence } from '../evidence.ts'
import type { StoredMessage } from '../import-record.ts'
import type { IssueRow } from '../issues.ts'
import { choiceParams } from './choices.ts'
import { EVIDENCE_EN } from './evidence.en.ts'
import { EVIDENCE_ZH } from './evidence.zh.ts'
import { FAULTS } from './faults.ts'
import { ISSUES_EN } from './issues.en.ts'
import { ISSUES_ZH } from './issues.zh.ts'

const M2_PER_MU = 10_000 / 15
const LOCALE: Record<Language, string> = { zh: 'zh-CN', en: 'en-GB' }

const round = (value: number, digits: number, language: Language): string =>
  value.toLocaleString(LOCALE[language], { maximumFractionDigits: digits })

/** An area in both units staff think in. */
export function areaText(areaM2: number, language: Language): string {
  const mu = round(areaM2 / M2_PER_MU, Math.abs(areaM2) < 100 ? 4 : 2, language)
  const m2 = round(areaM2, 2, language)
  return language === 'zh' ? `${m2} 平方米（${mu} 亩）` : `${m2} m² (${mu} mu)`
}

/** Where one area is more than twice the other a percentage says nothing any more; how many times does. */
const TOLD_IN_TIMES = 2

/** How far document and shape lie apart, as a part of a sentence. */
function areaGap(documentM2: number, planeM2: number, language: Language): string {
  if (documentM2 <= 0 || planeM2 <= 0) {
    const difference = areaText(Math.abs(planeM2 - documentM2), language)
    return language === 'zh' ? `相差 ${difference}` : `${difference} apart`
  }
  const times = Math.max(planeM2 / documentM2, documentM2 / planeM2)
  if (times <= TOLD_IN_TIMES) {
    const percent = round((Math.abs(planeM2 - documentM2) / documentM2) * 100, 2, language)
    return language === 'zh' ? `相差 ${percent}%` : `${percent}% apart`
  }
  const shown = round(times, times < 10 ? 2 : times < 100 ? 1 : 0, language)
  const isShapeLarger = planeM2 > documentM2
  if (language === 'zh')
    return isShapeLarger
      ? `相差悬殊，图形面积是文件面积的 ${shown} 倍`
      : `相差悬殊，文件面积是图形面积的 ${shown} 倍`
  return isShapeLarger
    ? `the shape is ${shown} times the document`
    : `the document is ${shown} times the shape`
}

const UNIT_NAMES: Record<string, { zh: string; en: string }> = {
  m2: { zh: '平方米', en: 'm²' },
  mu: { zh: '亩', en: 'mu' },
  ha: { zh: '公顷', en: 'ha' },
  wan_mu: { zh: '万亩', en: '10,000 mu' },
  yuan: { zh: '元', en: 'yuan' },
  wan_yuan: { zh: '万元', en: '10,000 yuan' },
}

export const fieldName = (wire: string, language: Language): string =>
  FIELD_BY_WIRE.get(wire)?.[language] ?? wire

const crsName = (code: string, language: Language): string => {
  const crs = crsByCode(code)
  return crs ? (language === 'zh' ? crs.zhName : crs.enName) : code
}

const ledgerName = (ledger: string, language: Language): string =>
  CODE_LISTS['ledger']!.labels[ledger]?.[language] ?? ledger

const OPTIONS_SHOWN = 12

/** The words a coded field takes, for the sentence that says how to mend an unknown one. */
function optionsOf(wire: string, ledger: Ledger | null, language: Language): string {
  const list = FIELD_BY_WIRE.get(wire)?.codes
  if (!list) return ''
  const { labels } = CODE_LISTS[list]!
  const allowed = codesOf(list, ledger)
  const names = allowed.slice(0, OPTIONS_SHOWN).map((code) => labels[code]?.[language] ?? code)
  // Some words hold a 、 themselves.
  return names.join(language === 'zh' ? '；' : '; ') + (allowed.length > OPTIONS_SHOWN ? '…' : '')
}

const REASONS_ZH: Record<string, string> = {
  'Self-intersection': '自相交',
  'Ring Self-intersection': '环自相交',
  'Holes are nested': '挖空嵌套',
  'Nested shells': '外环嵌套',
  'Hole lies outside shell': '挖空在外环之外',
  'Duplicate Rings': '重复的环',
  'Interior is disconnected': '内部不连通',
  'Too few points in geometry component': '点数不足',
}

function areaParams(params: IssueRow['params'], language: Language): Record<string, string> {
  const shown: Record<string, string> = {}
  const pairs = {
    beforeM2: 'before',
    afterM2: 'after',
    differenceM2: 'difference',
    documentM2: 'document',
    planeM2: 'plane',
  }
  for (const [name, as] of Object.entries(pairs)) {
    const value = params[name]
    if (typeof value === 'number') shown[as] = areaText(value, language)
  }
  const { documentM2, planeM2 } = params
  if (typeof documentM2 === 'number' && typeof planeM2 === 'number')
    shown['gap'] = areaGap(documentM2, planeM2, language)
  return shown
}

/** Names come from fields, codes from their lists; the rest is as stored. */
export function issueSentence(issue: IssueRow, ledger: Ledger | null, language: Language): string {
  const sentences: Record<string, string> = language === 'zh' ? ISSUES_ZH : ISSUES_EN
  const template = sentences[issue.code]
  if (template === undefined) return issue.code
  const { params } = issue
  const target = typeof params['target'] === 'string' ? params['target'] : null
  const reason = String(params['reason'] ?? '')
  const separator = language === 'zh' ? '、' : ', '
  const row = language === 'zh' ? `第 ${issue.other_row} 行` : `row ${issue.other_row}`
  return fillSentence(template, {
    ...params,
    ...areaParams(params, language),
    ...(issue.code === 'choice_ignored' ? choiceParams(issue, language) : {}),
    column: issue.field ?? '',
    value: issue.value ?? '',
    target: target ? fieldName(target, language) : '',
    options: target ? optionsOf(target, ledger, language) : '',
    reason: language === 'zh' ? (REASONS_ZH[reason] ?? reason) : reason,
    area: issue.area_m2 === null ? '' : areaText(issue.area_m2, language),
    otherRow: issue.other_row,
    other: issue.other_label ?? (issue.other_row === null ? '' : row),
    taken: typeof params['taken'] === 'string' ? ledgerName(params['taken'], language) : '',
    fields:
      typeof params['fields'] === 'string'
        ? params['fields']
            .split(',')
            .map((wire) => fieldName(wire, language))
            .join(separator)
        : '',
  })
}

export function evidenceSentence(evidence: StoredEvidence, language: Language): string {
  const sentences: Record<string, string> = language === 'zh' ? EVIDENCE_ZH : EVIDENCE_EN
  const template = sentences[evidence.code]
  if (template === undefined) return evidence.code
  const spoken: Record<string, string | number> = { ...evidence.params }
  for (const name of ['crs', 'zone', 'first', 'second', 'datum']) {
    const code = spoken[name]
    if (typeof code === 'string' && /^EPSG:/i.test(code)) spoken[name] = crsName(code, language)
  }
  const datum = spoken['datum']
  if (typeof datum === 'string' && datum in DATUM_NAMES)
    spoken['datum'] = DATUM_NAMES[datum as Datum][language]
  for (const name of ['unit', 'refuted']) {
    const unit = spoken[name]
    if (typeof unit === 'string') spoken[name] = UNIT_NAMES[unit]?.[language] ?? unit
  }
  if (typeof spoken['ledger'] === 'string') spoken['ledger'] = ledgerName(spoken['ledger'], language)
  return fillSentence(template, spoken)
}

export function messageSentence(message: StoredMessage, language: Language): string {
  const known: Record<string, { zh: string; en: string } | undefined> = FAULTS
  const template = known[message.code]?.[language]
  return template === undefined ? message.code : fillSentence(template, message.params)
}
