/** Chinese and English name of a code, and the other spellings tables use for it. Pure data. */
export interface CodeLabel {
  zh: string
  en: string
  /** Other spellings met in survey tables, matched after trimming. */
  aliases?: readonly string[]
}
export type CodeLabels = Record<string, CodeLabel>

export const LEDGER_LABELS: CodeLabels = {
  approved_unsupplied: {
    zh: '批而未供',
    en: 'Approved, unsupplied',
    aliases: ['批而未供土地', 'PEWG', '批而未用'],
  },
  idle: { zh: '闲置土地', en: 'Idle land', aliases: ['闲置', 'XZTD', 'XZ', '疑似闲置土地'] },
}

export const CAUSE_LABELS: CodeLabels = {
  no_project: { zh: '建设项目未落实', en: 'No project', aliases: ['项目未落实', '无项目', '未招商'] },
  no_condition_relocation: {
    zh: '征迁未完成',
    en: 'Relocation not finished',
    aliases: ['征地拆迁未完成', '拆迁未完成', '征迁'],
  },
  no_condition_infra: {
    zh: '基础设施不配套',
    en: 'No infrastructure',
    aliases: ['基础设施未配套', '基础设施不完善', '配套不全'],
  },
  no_condition_other: {
    zh: '不具备供地条件',
    en: 'Other missing conditions',
    aliases: ['其他供地条件不具备', '不具备净地条件'],
  },
  policy_change: {
    zh: '规划、政策调整',
    en: 'Planning or policy change',
    aliases: ['规划调整', '政策调整', '规划政策调整', '规划、政策调整'],
  },
  public_infra_no_procedure: {
    zh: '公共设施未办供地手续',
    en: 'Public works without supply papers',
    aliases: ['公共基础设施未办手续', '公共设施未供'],
  },
  non_separable: {
    zh: '代征地、边角地',
    en: 'Leftover strips',
    aliases: ['边角地', '代征地', '代征地/边角地'],
  },
  used_before_supply: { zh: '未供先用', en: 'Used before supply', aliases: ['未供即用'] },
  government: { zh: '政府原因', en: 'Government', aliases: ['政府', '因政府原因', '政府及有关部门原因'] },
  force_majeure: { zh: '不可抗力', en: 'Force majeure', aliases: ['自然灾害'] },
  enterprise: {
    zh: '企业原因',
    en: 'Enterprise',
    aliases: ['企业', '企业自身原因', '因企业原因', '使用权人原因'],
  },
  judicial: { zh: '司法查封', en: 'Judicial seizure', aliases: ['查封', '法院查封', '司法原因', '司法'] },
  preliminary_works: { zh: '前期工作', en: 'Preliminary works', aliases: ['动工必需的前期工作'] },
  mixed: { zh: '混合原因', en: 'Mixed', aliases: ['政企混合', '混合'] },
  other: { zh: '其他', en: 'Other', aliases: ['其他原因', '其它', '其它原因'] },
}

export const CAUSE_CLASS_LABELS: CodeLabels = {
  government: { zh: '政府原因', en: 'Government' },
  enterprise: { zh: '企业原因', en: 'Enterprise' },
  judicial: { zh: '司法查封', en: 'Judicial seizure' },
  idle_other: { zh: '其他原因', en: 'Other' },
  no_project: { zh: '项目未落实', en: 'No project' },
  no_condition: { zh: '不具备供地条件', en: 'Conditions missing' },
  policy_change: { zh: '规划、政策调整', en: 'Planning or policy change' },
  no_procedure: { zh: '未办供地手续', en: 'No supply papers' },
  used_before_supply: { zh: '未供先用', en: 'Used before supply' },
  unsupplied_other: { zh: '其他原因', en: 'Other' },
  none: { zh: '待分析', en: 'Not analysed yet' },
}

export const STATUS_LABELS: CodeLabels = {
  draft: { zh: '待补录', en: 'To be completed', aliases: ['待入库', '草稿'] },
  registered: { zh: '已入库', en: 'Registered', aliases: ['入库'] },
  verified: { zh: '已核实', en: 'Verified', aliases: ['核实'] },
  suspected: { zh: '疑似闲置', en: 'Suspected idle', aliases: ['疑似'] },
  investigating: { zh: '调查中', en: 'Under investigation' },
  not_idle: { zh: '不构成闲置', en: 'Not idle' },
  determined: { zh: '已认定闲置', en: 'Determined idle', aliases: ['已认定', '认定闲置'] },
  analyzed: { zh: '已分析原因', en: 'Cause analysed', aliases: ['已分析'] },
  plan_drafted: { zh: '方案已拟', en: 'Plan drafted', aliases: ['处置方案已拟'] },
  plan_approved: { zh: '方案已批', en: 'Plan approved', aliases: ['处置方案已批准', '方案已批准'] },
  executing: { zh: '处置中', en: 'In disposal', aliases: ['消化中', '正在处置', '处置实施中'] },
  completed: { zh: '处置到位', en: 'Disposal complete', aliases: ['已处置', '已消化', '处置完成'] },
  reported: { zh: '已处置待认定', en: 'Awaiting recognition', aliases: ['已申报认定', '待认定'] },
  recognized: { zh: '已销号', en: 'Closed', aliases: ['已认定销号', '销号'] },
  rejected: { zh: '认定退回', en: 'Recognition refused' },
  recognition_revoked: { zh: '认定撤销', en: 'Recognition revoked' },
  removed: { zh: '已剔除', en: 'Removed' },
}

export const POSITION_QUALITY_LABELS: CodeLabels = {
  surveyed: { zh: '位置已校准', en: 'Position calibrated' },
  uncalibrated: { zh: '位置未校准', en: 'Position not calibrated' },
}

export const OWNERSHIP_LABELS: CodeLabels = {
  state: { zh: '国有', en: 'State', aliases: ['国有土地', '国家', '国有建设用地', '国家所有', 'G'] },
  collective: { zh: '集体', en: 'Collective', aliases: ['集体土地', '农民集体', '集体所有', 'J'] },
  disputed: { zh: '争议', en: 'Disputed', aliases: ['权属争议', 'Z'] },
}

export const SUPPLY_MODE_LABELS: CodeLabels = {
  allocation: { zh: '划拨', en: 'Allocation', aliases: ['hb', '行政划拨', '划拨用地'] },
  grant_negotiated: { zh: '协议出让', en: 'Negotiated grant', aliases: ['xycr', '协议'] },
  grant_tender: { zh: '招标出让', en: 'Tender', aliases: ['zbcr', '招标'] },
  grant_auction: { zh: '拍卖出让', en: 'Auction', aliases: ['pmcr', '拍卖'] },
  grant_listing: { zh: '挂牌出让', en: 'Listing', aliases: ['gpcr', '挂牌', '出让', '公开出让'] },
  lease: { zh: '租赁', en: 'Lease', aliases: ['zl', '长期租赁'] },
  lease_then_grant: { zh: '先租后让', en: 'Lease, then grant', aliases: ['xzhr'] },
  lease_with_grant: { zh: '租让结合', en: 'Lease with grant', aliases: ['zrjh'] },
  flexible_term_grant: { zh: '弹性年期出让', en: 'Flexible-term grant', aliases: ['txcr', '弹性出让'] },
  capital_contribution: {
    zh: '作价出资（入股）',
    en: 'Capital contribution',
    aliases: ['zjcz', '作价出资', '入股'],
  },
  authorized_operation: { zh: '授权经营', en: 'Authorised operation', aliases: ['sqjy'] },
  other: { zh: '其他', en: 'Other', aliases: ['其它'] },
}

export const IDLE_KIND_LABELS: CodeLabels = {
  not_started: { zh: '未动工', en: 'Not started', aliases: ['未开工', '未动工开发'] },
  stalled: { zh: '已动工后中止', en: 'Stalled', aliases: ['停工', '中止', '已动工中止', '中止开发'] },
}

export const MEASURE_LABELS: CodeLabels = {
  speed_supply: { zh: '加快供应', en: 'Speed up supply', aliases: ['招商引资', '加快供地'] },
  site_prep: { zh: '前期工作（净地）', en: 'Site preparation', aliases: ['完善前期', '净地'] },
  reserve_relist: { zh: '纳入储备重新交易', en: 'Reserve and re-list', aliases: ['纳入储备', '收储'] },
  alloc_builder: { zh: '划拨给建设单位', en: 'Allocate to builder' },
  alloc_gov: { zh: '划拨给政府部门', en: 'Allocate to department' },
  used_first: { zh: '补办供地手续', en: 'Late supply procedure', aliases: ['完善手续'] },
  revoke: { zh: '撤回批文', en: 'Revoke approval', aliases: ['核销批文', '撤销批文'] },
  adjust_approval: { zh: '调整批文', en: 'Adjust approval' },
  lapse: { zh: '批文自动失效', en: 'Approval lapsed' },
  extend_commencement: {
    zh: '延长动工期限',
    en: 'Extend commencement',
    aliases: ['延期动工', '延长动工开发期限'],
  },
  interim_use: { zh: '安排临时使用', en: 'Interim use', aliases: ['临时使用'] },
  buy_back: { zh: '协议有偿收回', en: 'Buy back', aliases: ['有偿收回', '收购'] },
  adjust_use: { zh: '调整用途、规划条件', en: 'Adjust use', aliases: ['调整用途', '调整规划条件'] },
  exchange: { zh: '置换土地', en: 'Exchange', aliases: ['置换'] },
  reserve_swap: { zh: '闲储置换', en: 'Reserve swap' },
  split_treatment: { zh: '分割处置', en: 'Split treatment' },
  interview: { zh: '约谈', en: 'Interview' },
  urge: { zh: '督促限期开发', en: 'Urge development', aliases: ['督促开工', '限期开发'] },
  idle_fee: { zh: '征缴闲置费', en: 'Idle-land fee', aliases: ['收取闲置费', '闲置费'] },
  reclaim: { zh: '无偿收回', en: 'Reclaim', aliases: ['收回'] },
  enforce: { zh: '申请强制执行', en: 'Court enforcement' },
  judicial_consult: { zh: '司法协商', en: 'Judicial consultation', aliases: ['协商处置'] },
  other: { zh: '其他', en: 'Other', aliases: ['其它'] },
}

export const RECOGNITION_LEVEL_LABELS: CodeLabels = {
  self: { zh: '旗自报', en: 'Self-reported' },
  city: { zh: '市核', en: 'City' },
  region: { zh: '自治区认定', en: 'Autonomous region' },
  ministry: { zh: '部系统', en: 'Ministry' },
}
