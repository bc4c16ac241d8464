/**
 * What is wrong with a row and how to mend it, Chinese. `{column}` is the source column, `{target}` the field it fills,
 * `{value}` the cell, `{other}` the other row or parcel, `{area}` an area with its unit.
 */
export const ISSUES_ZH = {
  // Geometry as read
  geometry_null: '没有图形（空形状）。请在测绘软件中补画该地块，或选择不入库。',
  geometry_missing: '有属性但没有对应的图形。请检查 .shp 与 .dbf 是否来自同一份成果。',
  geometry_empty: '图形里没有坐标点。请补画该地块，或选择不入库。',
  geometry_type_wrong: '图形不是面（多边形）。宗地必须是面，请删除该记录或改画成面。',
  geometry_too_complex: '图形的坐标点过多，不像是宗地。请检查是否误选了图层。',
  record_damaged: '该记录的图形数据已损坏，无法读取。请从原软件重新导出。',
  record_truncated: '文件在该记录处被截断，图形不完整。请重新导出或重新复制文件。',
  coordinate_not_finite: '坐标不是有效数字。请在原软件中检查该地块的坐标。',
  coordinate_out_of_range: '坐标数值大得不合理，不可能落在地面上。请在原软件中检查该地块的坐标。',
  coordinate_unreadable: '坐标“{value}”无法识别。请改成普通数字，例如 4228100.000。',
  line_unreadable: '第 {line} 行“{value}”不是一个坐标点。请改成两个数字，例如 36454500.000,4228100.000。',
  ring_unclosed: '边界没有闭合，已自动补上起点。请核对该处边界。',
  ring_too_few_points: '有一圈边界不足三个点，已略去。请核对图形。',
  record_length_wrong: '该记录的长度标注有误，已按实际内容读取。',
  ring_roles_guessed: '外边界和挖空的方向不规范，已按位置关系判断。请在图上核对。',
  plot_not_polygon: '该地块是点或线，不是面，不能入库。',
  point_count_mismatch: '注明的界址点数与实际点数不一致，已按实际点读取。',
  geometry_repaired:
    '边界自相交（{reason}），已自动修复：面积由 {before} 变为 {after}，相差 {difference}。原图形已保留，请在图上核对。',
  geometry_collapsed: '图形无效（{reason}），修复后没有剩下面积。请重新绘制该地块。',
  geometry_unplaceable: '坐标无法换算到地图上。请检查坐标系是否选对，或该地块的坐标是否有误。',
  // Attributes as read
  attributes_missing: '有图形但没有属性记录。将以待补录入库。',
  number_overflow: '“{column}”显示为 {value}，数值超出字段宽度，未采用。请在原表中查实后补录。',
  number_malformed: '“{column}”的值“{value}”不是数字，未采用。请改成数字。',
  date_malformed: '“{column}”的值“{value}”不是有效日期，未采用。请改成 2022-09-07 这样的日期。',
  logical_malformed: '“{column}”的值“{value}”无法判断是或否，未采用。',
  text_malformed: '“{column}”有无法识别的文字，可能是编码选错了。请核对文字编码。',
  value_not_number: '“{column}”的值“{value}”不是数字，“{target}”先空着。请改成数字。',
  value_negative: '“{column}”的值“{value}”是负数，“{target}”先空着。请核实。',
  value_too_large: '“{column}”的值“{value}”大得不合理，“{target}”先空着。请核对数值和单位。',
  value_not_date: '“{column}”的值“{value}”不是日期，“{target}”先空着。请改成 2022-09-07 或 2022年9月7日。',
  date_partial: '“{column}”的值“{value}”只有年月，“{target}”按首日记录。如知道具体日期请改正。',
  date_out_of_range: '“{column}”的值“{value}”年份不合理，“{target}”先空着。请核实。',
  value_not_boolean: '“{column}”的值“{value}”看不出是或否，“{target}”先空着。请填“是”或“否”。',
  year_out_of_range: '“{column}”的值“{value}”不是合理的年份，“{target}”先空着。请核实。',
  code_unknown: '“{column}”的值“{value}”不在“{target}”的代码表里，先空着，原文已保留。请改成：{options}。',
  cause_not_of_ledger:
    '“{column}”的值“{value}”不是本台账的原因，先空着，原文记入原因说明。请改成：{options}。',
  measure_not_of_ledger:
    '“{column}”的值“{value}”不是本台账的处置方式，先空着，原文已保留。请改成：{options}。',
  town_unknown: '“{column}”的值“{value}”不是本旗（县）的镇或园区，先空着。请核对。',
  text_cut: '“{column}”的文字太长，“{target}”只取前面一部分，全文保留在其他属性里。',
  ledger_unknown: '“{column}”的值“{value}”看不出是批而未供还是闲置土地，按“{taken}”入库。',
  document_area_taken:
    '有 {count} 宗没有文件面积，取自“{column}”。批文、合同上的面积不同的，请在“字段对应”里指定，或入库后在宗地卡片上改。',
  table_differs: '“{column}”与台账表里的值不一致，采用测绘成果的值。',
  // Table beside the survey
  join_ambiguous: '台账表里有多行的对照值是“{value}”，没有采用其中任何一行。请在台账表中去掉重复。',
  join_unmatched: '台账表里没有对照值“{value}”，该宗只有测绘属性。请核对编号，或在台账表中补上这一行。',
  // Checks
  duplicate_geometry: '图形与第 {otherRow} 行完全相同，不能重复入库。请删除其中一行，或选择不入库。',
  duplicate_parcel_no: '台账编号“{value}”与第 {otherRow} 行重复。请改正其中一个编号。',
  duplicate_supervision_no: '电子监管号“{value}”与第 {otherRow} 行重复。请核对合同后改正。',
  parcel_no_taken: '台账编号“{value}”已属于另一宗地 {other}。请核对编号。',
  supervision_no_taken: '电子监管号“{value}”已属于另一宗地 {other}。请核对合同。',
  matched_twice: '与第 {otherRow} 行对应同一宗已入库的地块 {other}。请只保留一行。',
  overlap_same_ground:
    '与第 {otherRow} 行几乎是同一块地：重叠 {area}，占较小一宗的 {percent}%。请删除其中一行。',
  overlap: '与第 {otherRow} 行重叠 {area}，占较小一宗的 {percent}%。请核对两宗的边界。',
  overlap_sliver: '与第 {otherRow} 行有细小重叠 {area}，在容差以内，可不处理。',
  overlap_other_ledger:
    '与另一台账的地块（{other}）重叠 {area}，占较小一宗的 {percent}%。先供后闲的土地属正常情况，请留意。',
  overlap_same_ground_parcel:
    '与已入库的 {other} 几乎是同一块地：重叠 {area}，占较小一宗的 {percent}%。如是同一宗，请填写相同的台账编号后重新导入。',
  overlap_parcel: '与已入库的 {other} 重叠 {area}，占较小一宗的 {percent}%。请核对两宗的边界。',
  overlap_sliver_parcel: '与已入库的 {other} 有细小重叠 {area}，在容差以内，可不处理。',
  overlap_closed_parcel:
    '与已销号的 {other} 重叠 {area}，占较小一宗的 {percent}%。请核对是否为同一块地再次进入台账。',
  overlap_removed_parcel:
    '与已剔除的 {other} 是同一块地（重叠 {area}）。它曾作为误入库剔除，请核对是否还要入库。',
  sliver: '图形过于细小：面积 {area}，平均宽 {widthM} 米，可能是数字化残留。请在图上核对。',
  sliver_part: '图形中有一小块碎片：面积 {area}，平均宽 {widthM} 米，可能是数字化残留。',
  area_differs: '文件面积 {document} 与图形面积 {plane} {gap}。以文件面积为准；请核对，或注明差异原因。',
  area_unit_suspected:
    '文件面积 {document} 与图形面积 {plane} {gap}，疑似平方米、亩、公顷混用。请核对该行的面积单位。',
  area_differs_slightly: '文件面积 {document} 与图形面积 {plane} {gap}，在 1% 以内，可不处理。',
  maybe_outside_county: '可能在本旗（县）界外。界线为示意，仅供留意，不影响入库。',
  missing_required: '缺少：{fields}。将以“待补录”入库，之后在宗地卡片上补齐即可。',
  // The file as a whole
  dbf_missing: '没有可用的属性表（.dbf），只有图形。请把同名的 .dbf 一起上传。',
  dbf_more_records: '属性表有 {records} 条记录，图形只有 {shapes} 个，多出的记录没有图形。',
  dbf_fewer_records: '图形有 {shapes} 个，属性表只有 {records} 条记录，多出的图形没有属性。',
  dbf_deleted_records: '有 {count} 条记录在属性表中已标记删除，没有读取。',
  dbf_truncated: '属性表文件不完整，标明 {declared} 条，实有 {available} 条。请重新导出。',
  dbf_header_repaired: '属性表的表头有误，已按字段定义读取。',
  dbf_field_unsupported: '字段“{field}”的类型（{type}）不支持，没有读取。',
  dbf_field_renamed: '字段“{from}”重名，改称“{to}”。',
  shx_missing: '缺少 .shx 索引文件，已直接读取 .shp。',
  shx_unusable: '.shx 索引文件不可用，已直接读取 .shp。',
  shp_truncated: '.shp 文件不完整，后面的图形读不到。请重新导出或重新复制文件。',
  shp_length_wrong: '.shp 文件头标注的长度与实际不符，已按实际内容读取。',
  z_dropped: '图形带有高程（Z），宗地只保留平面位置。',
  m_dropped: '图形带有测量值（M），宗地只保留平面位置。',
  plots_skipped: '有 {count} 个地块是点或线，已跳过。',
  header_block_missing: '界址点文件没有[属性描述]，坐标系由数值判断。',
  features_skipped: '有 {count} 个要素不是面，已跳过。',
  position_uncalibrated:
    '坐标系 {nameZh}（{nameEn}）没有换算参数，按“位置未校准”入库：图上位置可能偏差几十米，不参与重叠检查。有参数后重新导入即可校准。',
  choice_ignored:
    '上传时指定的{what}“{value}”用不上，没有采用，{instead}。可以用：{accepted}。请核对，需要时重新选择。',
  table_xls: '台账表“{file}”是旧版 .xls，读不了。请在 WPS 或 Excel 中另存为 .xlsx 再上传。',
  table_too_large: '台账表“{file}”太大（上限 {limitMb} MB），没有读取。请删去无关的工作表后再上传。',
  table_too_many_cells:
    '台账表“{file}”的行列范围太大（上限 {limit} 个单元格），没有读取。请删去数据以外的行和列后再上传。',
  table_unreadable: '台账表“{file}”无法读取，文件可能已损坏或加密。请重新另存为 .xlsx 再上传。',
  table_encrypted: '台账表“{file}”已被加密。请解密或去掉密码后再上传。',
  table_no_header: '台账表“{file}”里找不到列名行，没有采用。请检查表头。',
  table_unsupported: '台账表“{file}”的格式不支持。请另存为 .xlsx 或 .csv 再上传。',
} as const
export type IssueCode = keyof typeof ISSUES_ZH
