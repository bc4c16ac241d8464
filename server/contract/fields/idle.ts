import type { FieldDefinition } from '../fields.ts'

const ledger = 'idle' as const

/** Fields of 闲置土地 parcels: supply contract, its dates, and how far development has come (Order 53). */
export const IDLE_FIELDS: readonly FieldDefinition[] = [
  { wire: 'creditCode', column: 'credit_code', dbf: 'XYDM', zh: '统一社会信用代码', en: 'Credit code', type: 'text', maxLength: 18, group: 'right', ledger, attributeClass: 'internal', aliases: ['信用代码', '社会信用代码'] },
  { wire: 'supplyMode', column: 'supply_mode', dbf: 'GDFS', zh: '供应方式', en: 'Supply mode', type: 'code', codes: 'supplyMode', group: 'supply', ledger, aliases: ['供地方式', '出让方式', '取得方式', '土地取得方式', 'GYFS'] },
  { wire: 'contractNo', column: 'contract_no', dbf: 'HTH', zh: '合同（决定书）编号', en: 'Contract no.', type: 'text', group: 'supply', ledger, aliases: ['合同编号', '合同号', '出让合同号', '出让合同编号', '划拨决定书编号', '决定书编号', 'HTBH', 'CONTRACT'] },
  { wire: 'signedOn', column: 'signed_on', dbf: 'QDRQ', zh: '签订日期', en: 'Signed on', type: 'date', group: 'supply', ledger, aliases: ['合同签订日期', '签订时间', '合同签订时间', '供地时间', '出让时间', 'HTQDRQ'] },
  { wire: 'supplyAreaM2', column: 'supply_area_m2', dbf: 'GDMJ', zh: '供应面积', en: 'Supply area', type: 'area', group: 'supply', ledger, aliases: ['供地面积', '出让面积', '合同面积'] },
  { wire: 'priceFen', column: 'price_fen', dbf: 'CJJK', zh: '成交价款', en: 'Price', type: 'money', group: 'supply', ledger, attributeClass: 'internal', aliases: ['出让价款', '成交价', '出让金', '土地价款', '划拨价款', '成交价款(万元)', '出让价款（万元）', 'CRJK', 'PRICE'] },
  { wire: 'paidPriceFen', column: 'paid_price_fen', dbf: 'YJJK', zh: '已缴价款', en: 'Paid', type: 'money', group: 'supply', ledger, attributeClass: 'internal', aliases: ['已缴出让金', '已缴纳价款', '已缴价款(万元)'] },
  { wire: 'useTermYears', column: 'use_term_years', dbf: 'SYNX', zh: '使用年限', en: 'Term (years)', type: 'number', group: 'supply', ledger, aliases: ['出让年限', '年限'] },
  { wire: 'farMin', column: 'far_min', dbf: 'RJLXX', zh: '容积率下限', en: 'FAR min', type: 'number', group: 'supply', ledger },
  { wire: 'farMax', column: 'far_max', dbf: 'RJLSX', zh: '容积率上限', en: 'FAR max', type: 'number', group: 'supply', ledger, aliases: ['容积率'] },
  { wire: 'buildingDensityShare', column: 'building_density_share', dbf: 'JZMD', zh: '建筑密度', en: 'Building density', type: 'number', group: 'supply', ledger },
  { wire: 'greenShare', column: 'green_share', dbf: 'LDL', zh: '绿地率', en: 'Green share', type: 'number', group: 'supply', ledger },
  { wire: 'heightLimitM', column: 'height_limit_m', dbf: 'XG', zh: '建筑限高', en: 'Height limit (m)', type: 'number', group: 'supply', ledger, aliases: ['限高'] },
  { wire: 'agreedHandoverOn', column: 'agreed_handover_on', dbf: 'YDJDRQ', zh: '约定交地日期', en: 'Agreed handover', type: 'date', group: 'schedule', ledger, aliases: ['约定交地时间', '合同约定交地时间'] },
  { wire: 'actualHandoverOn', column: 'actual_handover_on', dbf: 'SJJDRQ', zh: '实际交地日期', en: 'Actual handover', type: 'date', group: 'schedule', ledger, aliases: ['实际交地时间', '交地时间', '交地日期'] },
  { wire: 'agreedCommencementOn', column: 'agreed_commencement_on', dbf: 'YDDGRQ', zh: '约定动工日期', en: 'Agreed commencement', type: 'date', group: 'schedule', ledger, aliases: ['约定动工时间', '约定开工日期', '约定开工时间', '合同约定动工时间', '合同约定开工时间', '动工期限', 'YDDGSJ', 'YDKGSJ', 'YDKGRQ'] },
  { wire: 'actualCommencementOn', column: 'actual_commencement_on', dbf: 'SJDGRQ', zh: '实际动工日期', en: 'Actual commencement', type: 'date', group: 'schedule', ledger, aliases: ['实际动工时间', '实际开工日期', '实际开工时间', 'SJKGSJ', 'SJDGSJ'] },
  { wire: 'agreedCompletionOn', column: 'agreed_completion_on', dbf: 'YDJGRQ', zh: '约定竣工日期', en: 'Agreed completion', type: 'date', group: 'schedule', ledger, aliases: ['约定竣工时间', 'YDJGSJ'] },
  { wire: 'actualCompletionOn', column: 'actual_completion_on', dbf: 'SJJGRQ', zh: '实际竣工日期', en: 'Actual completion', type: 'date', group: 'schedule', ledger, aliases: ['实际竣工时间', 'SJJGSJ'] },
  { wire: 'permitNo', column: 'permit_no', dbf: 'SGXKZ', zh: '施工许可证号', en: 'Construction permit', type: 'text', group: 'development', ledger, aliases: ['施工许可证', '施工许可证编号'] },
  { wire: 'totalInvestmentFen', column: 'total_investment_fen', dbf: 'ZTZE', zh: '总投资额', en: 'Total investment', type: 'money', group: 'development', ledger, attributeClass: 'internal', aliases: ['总投资', '总投资(万元)', '总投资额（万元）'] },
  { wire: 'investedFen', column: 'invested_fen', dbf: 'YTZE', zh: '已投资额', en: 'Invested', type: 'money', group: 'development', ledger, attributeClass: 'internal', aliases: ['已投资', '完成投资', '已投资额（万元）'] },
  { wire: 'dueDevelopmentAreaM2', column: 'due_development_area_m2', dbf: 'YKFMJ', zh: '应动工开发面积', en: 'Area due for development', type: 'area', group: 'development', ledger },
  { wire: 'developedAreaM2', column: 'developed_area_m2', dbf: 'DGKFMJ', zh: '已动工开发面积', en: 'Developed area', type: 'area', group: 'development', ledger, aliases: ['已开发面积', '开发面积', '已动工面积'] },
  { wire: 'stoppedOn', column: 'stopped_on', dbf: 'ZZRQ', zh: '中止开发日期', en: 'Stopped on', type: 'date', group: 'development', ledger, aliases: ['中止日期', '停工日期', '停工时间', '中止时间'] },
  { wire: 'idleKind', column: 'idle_kind', dbf: 'XZLX', zh: '闲置类型', en: 'Idle kind', type: 'code', codes: 'idleKind', group: 'state', ledger, aliases: ['闲置情形', '闲置土地类型'] },
  { wire: 'seizureCourt', column: 'seizure_court', dbf: 'CFFY', zh: '查封法院', en: 'Seizing court', type: 'text', group: 'state', ledger, aliases: ['查封机关'] },
  { wire: 'seizureDocNo', column: 'seizure_doc_no', dbf: 'CFWH', zh: '查封文号', en: 'Seizure no.', type: 'text', group: 'state', ledger },
  { wire: 'seizureUntilOn', column: 'seizure_until_on', dbf: 'JFRQ', zh: '查封到期（解封）日期', en: 'Seizure until', type: 'date', group: 'state', ledger, aliases: ['解封日期', '解封日', '查封到期日'] },
]
