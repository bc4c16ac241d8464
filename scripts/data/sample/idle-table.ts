/** The attribute table of a 闲置土地 survey: supply contract, its dates and what has been done since, all invented. */
import type { FixtureField } from '../../fixtures/shapefile-writer.ts'
import {
  CAUSE_LABELS,
  IDLE_KIND_LABELS,
  MEASURE_LABELS,
  STATUS_LABELS,
  SUPPLY_MODE_LABELS,
} from '../../../server/contract/codes/labels.ts'
import type { Random } from '../cadastre/random.ts'
import { documentArea } from './areas.ts'
import { BEFORE_CAUSE, hasMeasure, type DisposalState } from './disposal-state.ts'
import { recognition, type RecordInput, type SampleRecord } from './unsupplied-table.ts'
import {
  addDays,
  dateIn,
  holderName,
  location,
  projectName,
  TOWN_NAMES,
  USE_NAMES,
  useOf,
  type UseKind,
} from './words.ts'

/** Cut in the file: 国有建设用, 约定交地日, 实际交地日, 约定动工日, 实际动工日, 约定竣工日, 应动工开发, 已动工开发, 中止开发日. */
export const IDLE_FIELDS: readonly FixtureField[] = [
  { name: 'OBJECTID', type: 'N', length: 9 },
  { name: '台账编号', type: 'C', length: 32 },
  { name: '项目名称', type: 'C', length: 120 },
  { name: '国有建设用地使用权人', type: 'C', length: 100 },
  { name: '所属镇', type: 'C', length: 40 },
  { name: '土地坐落', type: 'C', length: 160 },
  { name: '东至', type: 'C', length: 60 },
  { name: '南至', type: 'C', length: 60 },
  { name: '西至', type: 'C', length: 60 },
  { name: '北至', type: 'C', length: 60 },
  { name: '宗地面积', type: 'N', length: 16, decimals: 2 },
  { name: '权属性质', type: 'C', length: 20 },
  { name: '土地用途', type: 'C', length: 60 },
  { name: '宗地代码', type: 'C', length: 19 },
  { name: '电子监管号', type: 'C', length: 32 },
  { name: '合同编号', type: 'C', length: 60 },
  { name: '供应方式', type: 'C', length: 30 },
  { name: '签订日期', type: 'D' },
  { name: '供应面积', type: 'N', length: 16, decimals: 2 },
  { name: '成交价款', type: 'N', length: 14, decimals: 4 },
  { name: '已缴价款', type: 'N', length: 14, decimals: 4 },
  { name: '使用年限', type: 'N', length: 3 },
  { name: '约定交地日期', type: 'D' },
  { name: '实际交地日期', type: 'D' },
  { name: '约定动工日期', type: 'D' },
  { name: '实际动工日期', type: 'D' },
  { name: '约定竣工日期', type: 'D' },
  { name: '总投资额', type: 'N', length: 14, decimals: 2 },
  { name: '已投资额', type: 'N', length: 14, decimals: 2 },
  { name: '应动工开发面积', type: 'N', length: 16, decimals: 2 },
  { name: '已动工开发面积', type: 'N', length: 16, decimals: 2 },
  { name: '中止开发日期', type: 'D' },
  { name: '闲置类型', type: 'C', length: 30 },
  { name: '闲置原因', type: 'C', length: 60 },
  { name: '原因说明', type: 'C', length: 200 },
  { name: '查封法院', type: 'C', length: 80 },
  { name: '查封文号', type: 'C', length: 80 },
  { name: '查封到期日', type: 'D' },
  { name: '处置状态', type: 'C', length: 30 },
  { name: '处置方式', type: 'C', length: 40 },
  { name: '计划年度', type: 'N', length: 4 },
  { name: '完成时限', type: 'D' },
  { name: '责任单位', type: 'C', length: 80 },
  { name: '申报面积', type: 'N', length: 16, decimals: 2 },
  { name: '申报日期', type: 'D' },
  { name: '认定面积', type: 'N', length: 16, decimals: 2 },
  { name: '认定年度', type: 'N', length: 4 },
  { name: '认定级别', type: 'C', length: 20 },
  { name: '认定文号', type: 'C', length: 80 },
  { name: '认定日期', type: 'D' },
  { name: '备注', type: 'C', length: 200 },
]

/** Measures the 2012 Measures (Order 53) allow for a cause; a stalled project takes no fee and is not reclaimed. */
const MEASURES_OF_CAUSE: Readonly<Record<string, readonly string[]>> = {
  government: ['extend_commencement', 'interim_use', 'buy_back', 'adjust_use', 'exchange'],
  force_majeure: ['extend_commencement'],
  enterprise: ['interview', 'urge', 'idle_fee', 'reclaim'],
  judicial: ['judicial_consult'],
  preliminary_works: ['urge', 'extend_commencement'],
  mixed: ['extend_commencement', 'urge'],
  other: ['urge', 'other'],
}
const STALLED_ENTERPRISE = ['interview', 'urge', 'extend_commencement', 'buy_back', 'reserve_swap']

const CAUSE_DETAILS: Readonly<Record<string, string>> = {
  government: '示例：规划道路未按期修通，未达到交地条件',
  force_majeure: '示例：连续风沙、雨雪灾害致基础无法施工',
  enterprise: '示例：企业资金链紧张，未按约定动工',
  judicial: '示例：宗地被法院查封，暂停办理手续',
  preliminary_works: '示例：地下管线迁改等前期工作未完成',
  mixed: '示例：交地迟延与企业资金不足并存',
  other: '示例：股东变更，项目暂缓',
}

const USE_TERMS: Readonly<Record<UseKind, number>> = {
  industry: 50,
  logistics: 50,
  housing: 70,
  commerce: 40,
  public: 50,
  green: 50,
  road: 50,
  utility: 50,
}

/** Price in 万元 a 亩. */
const PRICES: Readonly<Record<UseKind, readonly [number, number]>> = {
  industry: [6.4, 13],
  logistics: [7, 14],
  housing: [24, 58],
  commerce: [28, 72],
  public: [9, 16],
  green: [5, 8],
  road: [5, 8],
  utility: [6, 10],
}

export function idleRecord(input: RecordInput): SampleRecord {
  const { parcel, number, parcelNo, state, random } = input
  const use = useOf(parcel.townCode, parcel.kind, random)
  const areaM2 = documentArea(parcel.areaM2, input.habit, random)
  const holder = holderName(number - 1, use, random)
  const cause = random.weighted({
    government: 27,
    enterprise: 41,
    judicial: 11,
    preliminary_works: 7,
    mixed: 7,
    force_majeure: 3,
    other: 4,
  })
  const kind = random.chance(0.7) ? 'not_started' : 'stalled'
  return {
    OBJECTID: number,
    台账编号: parcelNo,
    项目名称: projectName(holder, use, random),
    国有建设用地使用权人: holder,
    所属镇: TOWN_NAMES[parcel.townCode],
    土地坐落: location(parcel.townCode, parcel.block, random),
    ...bounds(random),
    宗地面积: areaM2,
    权属性质: '国有',
    土地用途: random.pick(USE_NAMES[use]),
    宗地代码: `150623999${String(900 + (parcel.block % 99)).padStart(3, '0')}GB9${String(number).padStart(4, '0')}`,
    ...contract(input, use, areaM2),
    ...development(kind, areaM2, random),
    ...causeAndMeasure(cause, kind, state, random),
    ...recognition(areaM2, state),
    备注: input.habit === 'off' ? '示例：合同面积与实测面积不一致' : null,
  }
}

function bounds(random: Random): SampleRecord {
  const words = ['规划道路', '规划道路', '空地', '相邻宗地', '示例路']
  return {
    东至: random.pick(words),
    南至: random.pick(words),
    西至: random.pick(words),
    北至: random.pick(words),
  }
}

function contract({ number, state, random }: RecordInput, use: UseKind, areaM2: number): SampleRecord {
  const signedYear = random.integer(2010, 2019)
  const signedOn = dateIn(signedYear, random)
  const handoverOn = addDays(signedOn, random.integer(30, 120))
  const commencementOn = addDays(handoverOn, random.pick([180, 270, 365]))
  const isAllocation = use === 'public' || use === 'utility'
  const price = Math.round(((areaM2 * 15) / 10_000) * random.between(...PRICES[use]) * 100) / 100
  const isLateHandover = random.chance(0.2)
  return {
    电子监管号: `150623${signedYear}${isAllocation ? 'A' : 'B'}8${String(number).padStart(4, '0')}`,
    合同编号: `150623-${signedYear}-示例-${String(number).padStart(4, '0')}`,
    供应方式:
      SUPPLY_MODE_LABELS[
        isAllocation ? 'allocation' : random.weighted({ grant_listing: 8, grant_negotiated: 2 })
      ].zh,
    签订日期: signedOn,
    供应面积: areaM2,
    成交价款: isAllocation ? 0 : price,
    已缴价款: isAllocation
      ? 0
      : random.chance(0.75)
        ? price
        : Math.round(price * random.pick([0.5, 0.6, 0.8]) * 100) / 100,
    使用年限: isAllocation ? null : USE_TERMS[use],
    约定交地日期: handoverOn,
    实际交地日期: addDays(handoverOn, isLateHandover ? random.integer(40, 400) : random.integer(0, 12)),
    约定动工日期: commencementOn,
    实际动工日期: state.status === 'not_idle' ? addDays(commencementOn, random.integer(20, 200)) : null,
    约定竣工日期: addDays(commencementOn, random.pick([730, 1095])),
  }
}

/** Stalled: begun, then stopped, with under a third of the land or under a quarter of the money used. */
function development(kind: string, areaM2: number, random: Random): SampleRecord {
  const total = Math.round(((areaM2 * 15) / 10_000) * random.between(60, 260))
  const isStalled = kind === 'stalled'
  return {
    总投资额: total,
    已投资额: Math.round(total * (isStalled ? random.between(0.06, 0.24) : random.between(0, 0.03))),
    应动工开发面积: areaM2,
    已动工开发面积: isStalled ? Math.round(areaM2 * random.between(0.05, 0.32) * 100) / 100 : 0,
    中止开发日期: isStalled ? dateIn(random.integer(2017, 2021), random, 1, 8) : null,
  }
}

function causeAndMeasure(cause: string, kind: string, state: DisposalState, random: Random): SampleRecord {
  const isKnown = !BEFORE_CAUSE.includes(state.status) && state.status !== 'determined'
  const allowed = cause === 'enterprise' && kind === 'stalled' ? STALLED_ENTERPRISE : MEASURES_OF_CAUSE[cause]
  const isSeized = isKnown && cause === 'judicial'
  const seizedYear = random.integer(2019, 2022)
  return {
    闲置类型: state.status === 'not_idle' ? null : IDLE_KIND_LABELS[kind].zh,
    闲置原因: isKnown ? CAUSE_LABELS[cause].zh : null,
    原因说明: isKnown ? CAUSE_DETAILS[cause] : null,
    查封法院: isSeized ? '示例人民法院' : null,
    查封文号: isSeized ? `（${seizedYear}）示例执${random.integer(11, 480)}号` : null,
    查封到期日: isSeized
      ? dateIn(seizedYear + (state.recognizedYear ? 1 : random.pick([6, 7])), random)
      : null,
    处置状态: STATUS_LABELS[state.status].zh,
    处置方式: hasMeasure(state.status) ? MEASURE_LABELS[random.pick(allowed)].zh : null,
    计划年度: state.planYear,
    完成时限: state.dueOn,
    责任单位:
      cause === 'judicial' ? '旗司法局' : random.pick(['旗自然资源局', '旗财政局', '旗住房和城乡建设局']),
  }
}
