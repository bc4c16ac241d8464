/** The attribute table of a 批而未供 survey: columns as ArcGIS exports them, one invented record per parcel. */
import type { FixtureField, FixtureValue } from '../../fixtures/shapefile-writer.ts'
import {
  CAUSE_LABELS,
  MEASURE_LABELS,
  RECOGNITION_LEVEL_LABELS,
  STATUS_LABELS,
} from '../../../server/contract/codes/labels.ts'
import type { Random } from '../cadastre/random.ts'
import { documentArea, type AreaHabit } from './areas.ts'
import type { ChosenParcel } from './choose-parcels.ts'
import { BEFORE_CAUSE, hasMeasure, type DisposalState } from './disposal-state.ts'
import { holderName, location, projectName, TOWN_NAMES, USE_NAMES, useOf, type UseKind } from './words.ts'

export type SampleRecord = Record<string, FixtureValue>

/** Names longer than 10 bytes of GBK are cut in the file: 剩余未供面, 符合国土空, 是否开发区. */
export const UNSUPPLIED_FIELDS: readonly FixtureField[] = [
  { name: 'OBJECTID', type: 'N', length: 9 },
  { name: '台账编号', type: 'C', length: 32 },
  { name: '项目名称', type: 'C', length: 120 },
  { name: '所在乡镇', type: 'C', length: 40 },
  { name: '土地坐落', type: 'C', length: 160 },
  { name: '文件面积', type: 'N', length: 16, decimals: 2 },
  { name: '权属性质', type: 'C', length: 20 },
  { name: '规划用途', type: 'C', length: 60 },
  { name: '现状地类', type: 'C', length: 40 },
  { name: '批次名称', type: 'C', length: 120 },
  { name: '批准文号', type: 'C', length: 80 },
  { name: '批准机关', type: 'C', length: 60 },
  { name: '批准日期', type: 'D' },
  { name: '批准年份', type: 'N', length: 4 },
  { name: '批准面积', type: 'N', length: 16, decimals: 2 },
  { name: '已供面积', type: 'N', length: 16, decimals: 2 },
  { name: '剩余未供面积', type: 'N', length: 16, decimals: 2 },
  { name: '未供原因', type: 'C', length: 60 },
  { name: '原因说明', type: 'C', length: 200 },
  { name: '处置状态', type: 'C', length: 30 },
  { name: '处置方式', type: 'C', length: 40 },
  { name: '计划年度', type: 'N', length: 4 },
  { name: '完成时限', type: 'D' },
  { name: '责任单位', type: 'C', length: 80 },
  { name: '征补完成', type: 'C', length: 4 },
  { name: '净地', type: 'C', length: 4 },
  { name: '符合国土空间规划', type: 'C', length: 4 },
  { name: '是否开发区内', type: 'C', length: 4 },
  { name: '意向项目', type: 'C', length: 120 },
  { name: '电子监管号', type: 'C', length: 32 },
  { name: '申报面积', type: 'N', length: 16, decimals: 2 },
  { name: '申报日期', type: 'D' },
  { name: '认定面积', type: 'N', length: 16, decimals: 2 },
  { name: '认定年度', type: 'N', length: 4 },
  { name: '认定级别', type: 'C', length: 20 },
  { name: '认定文号', type: 'C', length: 80 },
  { name: '认定日期', type: 'D' },
  { name: '图幅号', type: 'C', length: 20 },
  { name: '备注', type: 'C', length: 200 },
  { name: 'Shape_Area', type: 'F', length: 19, decimals: 6 },
]

const MEASURES_OF_CAUSE: Readonly<Record<string, readonly string[]>> = {
  no_project: ['speed_supply', 'speed_supply', 'reserve_relist'],
  no_condition_relocation: ['site_prep'],
  no_condition_infra: ['site_prep'],
  no_condition_other: ['site_prep', 'adjust_approval'],
  policy_change: ['revoke', 'revoke', 'adjust_approval', 'lapse'],
  public_infra_no_procedure: ['alloc_builder'],
  non_separable: ['alloc_gov'],
  used_before_supply: ['used_first'],
  other: ['speed_supply', 'other'],
}

const CAUSE_DETAILS: Readonly<Record<string, string>> = {
  no_project: '示例：招商项目未签约，暂无意向用地单位',
  no_condition_relocation: '示例：地上附着物补偿未谈妥，征迁未完成',
  no_condition_infra: '示例：道路、给排水未通至地块',
  no_condition_other: '示例：地块被高压线走廊分割，暂不具备供地条件',
  policy_change: '示例：国土空间规划调整后不再作为建设用地',
  public_infra_no_procedure: '示例：道路、绿地已建成，未办理划拨手续',
  non_separable: '示例：道路两侧代征绿带，不能单独供应',
  used_before_supply: '示例：已建成使用，限期补办供地手续',
  other: '示例：历史遗留问题，正在核实',
}

function causeOf(parcel: ChosenParcel, use: UseKind, random: Random): string {
  if (parcel.kind === 'strip') return 'non_separable'
  if (['green', 'road', 'utility'].includes(use)) return 'public_infra_no_procedure'
  return random.weighted({
    no_project: 34,
    no_condition_relocation: 17,
    no_condition_infra: 14,
    no_condition_other: 6,
    policy_change: 16,
    used_before_supply: 9,
    other: 4,
  })
}

/** Batches lie together: one for every few blocks of a quarter, approved 2009–2019, the odd one later. */
function batchOf(parcel: ChosenParcel, random: Random) {
  const stream = random.fork(`${parcel.quarter} batch ${Math.floor(parcel.block / 4)}`)
  const year = stream.chance(0.93) ? stream.integer(2009, 2019) : stream.integer(2020, 2021)
  const number = stream.integer(1, 24)
  return {
    批次名称: `鄂托克前旗${year}年度第${number}批次建设用地（示例）`,
    批准文号: `内政土发〔${year}〕示例${number * 7 + 3}号`,
    批准机关: '内蒙古自治区人民政府',
    批准日期: `${year}-${String(stream.integer(2, 12)).padStart(2, '0')}-${String(stream.integer(3, 28)).padStart(2, '0')}`,
    批准年份: year,
  }
}

const yesNo = (value: boolean) => (value ? '是' : '否')

export interface RecordInput {
  parcel: ChosenParcel
  /** Running number within the survey, from 1. */
  number: number
  parcelNo: string
  habit: AreaHabit
  state: DisposalState
  random: Random
}

export function unsuppliedRecord({
  parcel,
  number,
  parcelNo,
  habit,
  state,
  random,
}: RecordInput): SampleRecord {
  const use = useOf(parcel.townCode, parcel.kind, random)
  const areaM2 = documentArea(parcel.areaM2, habit, random)
  const cause = causeOf(parcel, use, random)
  return {
    OBJECTID: number,
    台账编号: parcelNo,
    项目名称: `${parcel.quarter}${parcel.kind === 'strip' ? '代征绿带' : '示例'}${number}号地块`,
    所在乡镇: TOWN_NAMES[parcel.townCode],
    土地坐落: location(parcel.townCode, parcel.block, random),
    文件面积: areaM2,
    权属性质: random.chance(0.93) ? '国有' : '集体',
    规划用途: random.pick(USE_NAMES[use]),
    现状地类: random.weighted({ 天然牧草地: 5, 其他草地: 4, 沙地: 2, 空闲地: 4, 水浇地: 1 }),
    ...batchOf(parcel, random),
    ...approvedAreas(areaM2, random),
    ...causeAndMeasure(cause, state, random),
    征补完成: yesNo(cause !== 'no_condition_relocation'),
    净地: yesNo(!cause.startsWith('no_condition') && cause !== 'used_before_supply'),
    符合国土空间规划: yesNo(cause !== 'policy_change'),
    是否开发区内: yesNo(parcel.townCode === '150623400'),
    意向项目: intendedProject(number, cause, use, random),
    电子监管号: suppliedNo(number, cause, state, random),
    ...recognition(areaM2, state),
    图幅号: `示例J48H${String(100 + parcel.block).padStart(3, '0')}${String(number).padStart(3, '0')}`,
    备注: habit === 'off' ? '示例：批文面积按旧图量算' : null,
    Shape_Area: parcel.areaM2,
  }
}

/** A quarter of the parcels are what is left of a larger approved piece. */
function approvedAreas(areaM2: number, random: Random): SampleRecord {
  const supplied = random.chance(0.25) ? Math.round(areaM2 * random.between(0.2, 1.8) * 100) / 100 : 0
  return { 批准面积: areaM2 + supplied, 已供面积: supplied, 剩余未供面积: areaM2 }
}

function causeAndMeasure(cause: string, state: DisposalState, random: Random): SampleRecord {
  const isKnown = !BEFORE_CAUSE.includes(state.status)
  const measure = hasMeasure(state.status) ? random.pick(MEASURES_OF_CAUSE[cause]) : null
  return {
    未供原因: isKnown ? CAUSE_LABELS[cause].zh : null,
    原因说明: isKnown ? CAUSE_DETAILS[cause] : null,
    处置状态: STATUS_LABELS[state.status].zh,
    处置方式: measure ? MEASURE_LABELS[measure].zh : null,
    计划年度: state.planYear,
    完成时限: state.dueOn,
    责任单位: random.pick(['旗自然资源局', '旗自然资源局', '旗财政局', '旗住房和城乡建设局', '旗国资委']),
  }
}

function intendedProject(number: number, cause: string, use: UseKind, random: Random): string | null {
  const hasOne = cause === 'used_before_supply' || (cause === 'no_project' && random.chance(0.3))
  return hasOne ? projectName(holderName(number + 40, use, random), use, random) : null
}

/** Land that has been supplied since carries the number of its contract (B) or allocation (A). */
function suppliedNo(number: number, cause: string, state: DisposalState, random: Random): string | null {
  if (state.recognizedYear === null || cause === 'policy_change') return null
  const letter = cause === 'no_project' || random.chance(0.4) ? 'B' : 'A'
  return `150623${state.recognizedYear}${letter}9${String(number).padStart(4, '0')}`
}

export function recognition(areaM2: number, state: DisposalState): SampleRecord {
  const isRecognized = state.recognizedYear !== null
  return {
    申报面积: state.claimedOn ? areaM2 : null,
    申报日期: state.claimedOn,
    认定面积: isRecognized ? areaM2 : null,
    认定年度: state.recognizedYear,
    认定级别: state.recognizedLevel ? RECOGNITION_LEVEL_LABELS[state.recognizedLevel].zh : null,
    认定文号: state.recognizedDocNo,
    认定日期: state.recognizedOn,
  }
}
