import type { FieldDefinition } from '../fields.ts'

const ledger = 'approved_unsupplied' as const

/** Fields of 批而未供 parcels: the approval they came from and what stands in the way of supply. */
export const UNSUPPLIED_FIELDS: readonly FieldDefinition[] = [
  { wire: 'batchName', column: 'batch_name', dbf: 'PCMC', zh: '批次名称', en: 'Batch', type: 'text', group: 'approval', aliases: ['批次', '用地批次', '所属批次', 'PC', 'BATCH'] },
  { wire: 'approvalNo', column: 'approval_no', dbf: 'PZWH', zh: '批准文号', en: 'Approval no.', type: 'text', group: 'approval', aliases: ['批文号', '批文', '用地批准文号', '批复文号', '农转用批文', 'PWH', 'APPROVAL', 'approval_no'] },
  { wire: 'approvalAuthority', column: 'approval_authority', dbf: 'PZJG', zh: '批准机关', en: 'Approval authority', type: 'text', group: 'approval', aliases: ['批准单位', '审批机关'] },
  { wire: 'approvedOn', column: 'approved_on', dbf: 'PZRQ', zh: '批准日期', en: 'Approved on', type: 'date', group: 'approval', aliases: ['批准时间', '批复时间', '批复日期', '批文日期', 'PZSJ'] },
  { wire: 'approvalYear', column: 'approval_year', dbf: 'PZNF', zh: '批准年份', en: 'Approval year', type: 'integer', group: 'approval', aliases: ['批准年度', '审批年份', 'PZND'] },
  { wire: 'batchType', column: 'batch_type', dbf: 'PCLX', zh: '批次类型', en: 'Batch type', type: 'text', group: 'approval', ledger },
  { wire: 'approvedAreaM2', column: 'approved_area_m2', dbf: 'PZMJ', zh: '批准面积', en: 'Approved area', type: 'area', group: 'approval', ledger, aliases: ['批复面积', '批准总面积', '审批面积'] },
  { wire: 'suppliedAreaM2', column: 'supplied_area_m2', dbf: 'YGMJ', zh: '已供面积', en: 'Supplied area', type: 'area', group: 'approval', ledger, aliases: ['已供应面积', '已供地面积'] },
  { wire: 'unsuppliedAreaM2', column: 'unsupplied_area_m2', dbf: 'WGMJ', zh: '剩余未供面积', en: 'Unsupplied area', type: 'area', group: 'approval', ledger, aliases: ['未供面积', '未供应面积', '未供地面积', '剩余面积'] },
  { wire: 'revokedAreaM2', column: 'revoked_area_m2', dbf: 'CHMJ', zh: '撤回面积', en: 'Revoked area', type: 'area', group: 'approval', ledger, aliases: ['撤销面积'] },
  { wire: 'isCompensated', column: 'is_compensated', dbf: 'ZBWC', zh: '征补完成', en: 'Compensated', type: 'boolean', group: 'approval', ledger, aliases: ['征地补偿是否完成', '征补是否完成', '是否完成征补'] },
  { wire: 'isClearSite', column: 'is_clear_site', dbf: 'SFJD', zh: '净地', en: 'Clear site', type: 'boolean', group: 'approval', ledger, aliases: ['是否净地', '净地情况', 'JD'] },
  { wire: 'conformsToPlan', column: 'conforms_to_plan', dbf: 'FHGH', zh: '符合国土空间规划', en: 'Conforms to plan', type: 'boolean', group: 'approval', ledger, aliases: ['是否符合规划', '符合规划'] },
  { wire: 'isUsedFirst', column: 'is_used_first', dbf: 'WGXY', zh: '未供先用', en: 'Used before supply', type: 'boolean', group: 'approval', ledger, aliases: ['是否未供先用'] },
  { wire: 'intendedProject', column: 'intended_project', dbf: 'YXXM', zh: '意向项目', en: 'Intended project', type: 'text', group: 'approval', ledger },
  { wire: 'intendedSupplyMode', column: 'intended_supply_mode', dbf: 'NGFS', zh: '拟供方式', en: 'Intended supply mode', type: 'code', codes: 'supplyMode', group: 'approval', ledger, aliases: ['拟供应方式', '拟供地方式'] },
]
