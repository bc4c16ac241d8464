import type { FileFaultCode, LayerNoteCode, RowFaultCode } from './types.ts'

interface Sentence {
  zh: string
  en: string
}

/** What is wrong and what to do about it; `{key}` stands for a parameter. */
export const FILE_FAULT_MESSAGES: Record<FileFaultCode, Sentence> = {
  archive_too_many_entries: {
    zh: '压缩包“{name}”中的文件超过 {limit} 个，请只打包测绘成果',
    en: '“{name}” holds more than {limit} files: pack the survey only',
  },
  archive_too_large: {
    zh: '压缩包“{name}”解压后过大，请分批上传',
    en: '“{name}” unpacks to too much: upload it in parts',
  },
  archive_ratio: {
    zh: '压缩包“{name}”的压缩比异常（{member}），为安全起见不予解压',
    en: '“{name}” is packed suspiciously tight ({member}) and is not unpacked',
  },
  archive_path: {
    zh: '压缩包“{name}”中的文件名“{member}”不安全，请重新打包',
    en: '“{name}” has an unsafe file name “{member}”: pack it again',
  },
  archive_symlink: {
    zh: '压缩包“{name}”中的“{member}”是链接而不是文件，请重新打包',
    en: '“{member}” in “{name}” is a link, not a file: pack it again',
  },
  archive_duplicate: {
    zh: '压缩包“{name}”中有两个同名文件“{member}”',
    en: '“{name}” holds “{member}” twice',
  },
  archive_nested: {
    zh: '压缩包“{name}”中还有压缩包“{member}”，请解开后再上传',
    en: '“{name}” holds another archive “{member}”: unpack it first',
  },
  archive_encrypted: {
    zh: '压缩包“{name}”设有密码，请去掉密码后重新打包',
    en: '“{name}” has a password: pack it again without one',
  },
  archive_damaged: {
    zh: '压缩包“{name}”已损坏或没有传完整，请重新发送',
    en: '“{name}” is damaged or incomplete: send it again',
  },
  archive_empty: { zh: '压缩包“{name}”是空的', en: '“{name}” is empty' },
  archive_unsupported: {
    zh: '“{name}”不是 zip 压缩包，请改用 zip 格式',
    en: '“{name}” is no zip: pack it as zip',
  },
  archive_no_survey: {
    zh: '没有找到测绘成果：需要 .shp（同 .dbf 等一起）、报批坐标 TXT 或 GeoJSON',
    en: 'No survey found: a .shp with its .dbf, a boundary TXT or GeoJSON is needed',
  },
  member_encrypted: {
    zh: '“{name}”被单位的文档加密软件加密，请在加密电脑上解密后重新导出',
    en: '“{name}” is encrypted by document-security software: export it decrypted',
  },
  member_empty: { zh: '“{name}”是空文件', en: '“{name}” is an empty file' },
  file_unreadable: { zh: '“{name}”无法读取', en: '“{name}” cannot be read' },
  file_too_large: { zh: '“{name}”过大，请分开上传', en: '“{name}” is too large: split it' },
  shp_missing: {
    zh: '“{name}”缺少 .shp 文件，请把 .shp、.shx、.dbf、.prj 一起上传',
    en: '“{name}” lacks its .shp: upload .shp, .shx, .dbf and .prj together',
  },
  shp_not_shapefile: { zh: '“{name}”不是 Shapefile，文件内容不符', en: '“{name}” is no shapefile inside' },
  shp_truncated: { zh: '“{name}”不完整，请重新导出', en: '“{name}” is cut short: export it again' },
  shp_no_records: { zh: '“{name}”中没有任何图形', en: '“{name}” has no shapes' },
  layer_not_polygon: {
    zh: '“{name}”是 {type} 图层，不是面，不能入库',
    en: '“{name}” is a {type} layer, not polygons',
  },
  dbf_unreadable: { zh: '“{name}”的属性表无法读取', en: 'The attribute table “{name}” cannot be read' },
  txt_not_boundary: {
    zh: '“{name}”不是报批坐标交换格式，没有找到界址点',
    en: '“{name}” is no boundary exchange file: no points found',
  },
  txt_no_parcels: { zh: '“{name}”中没有面状地块', en: '“{name}” has no polygon plots' },
  paste_no_coordinates: { zh: '粘贴的内容中没有找到坐标', en: 'No coordinates found in the pasted text' },
  geojson_invalid: { zh: '“{name}”不是有效的 GeoJSON', en: '“{name}” is no valid GeoJSON' },
  geojson_no_polygons: { zh: '“{name}”中没有面', en: '“{name}” has no polygons' },
}

export const ROW_FAULT_MESSAGES: Record<RowFaultCode, Sentence> = {
  geometry_null: {
    zh: '该行没有图形，请补绘后重新导入',
    en: 'The row has no shape: draw it and import again',
  },
  geometry_missing: {
    zh: '属性表有这一行，但图形文件中没有对应图形',
    en: 'The attribute row has no shape in the .shp',
  },
  geometry_empty: { zh: '图形没有可用的边界', en: 'The shape has no usable boundary' },
  geometry_type_wrong: { zh: '图形类型是 {value}，不是面', en: 'The shape is a {value}, not a polygon' },
  geometry_too_complex: { zh: '图形的节点过多，不像一宗地', en: 'Far too many vertices for a parcel' },
  record_damaged: { zh: '图形记录已损坏，请重新导出', en: 'The shape record is damaged: export it again' },
  record_truncated: {
    zh: '图形记录不完整（文件被截断），请重新导出',
    en: 'The shape record is cut short: export it again',
  },
  coordinate_not_finite: { zh: '坐标不是数值（{value}）', en: 'A coordinate is no number ({value})' },
  coordinate_out_of_range: {
    zh: '坐标超出合理范围（{value}）',
    en: 'A coordinate is out of range ({value})',
  },
  coordinate_unreadable: { zh: '坐标无法识别：{value}', en: 'A coordinate cannot be read: {value}' },
  ring_unclosed: { zh: '边界没有闭合，已自动闭合', en: 'A ring was open and has been closed' },
  ring_too_few_points: {
    zh: '有一圈不足三个点，已略去',
    en: 'A ring with fewer than three corners was left out',
  },
  record_length_wrong: {
    zh: '图形记录长度有误，已按实际内容读取',
    en: 'A wrong record length was put right',
  },
  ring_roles_guessed: {
    zh: '圈数过多，内外圈按方向判断',
    en: 'Very many rings: holes were told by their direction',
  },
  attributes_missing: { zh: '图形没有对应的属性记录', en: 'The shape has no attribute row' },
  number_overflow: {
    zh: '数值超出字段宽度，原数据只剩星号',
    en: 'The number did not fit its column: only asterisks are left',
  },
  number_malformed: { zh: '“{value}”不是数值', en: '“{value}” is no number' },
  date_malformed: { zh: '“{value}”不是日期', en: '“{value}” is no date' },
  logical_malformed: { zh: '“{value}”不是“是/否”值', en: '“{value}” is neither true nor false' },
  text_malformed: { zh: '文字有乱码：{value}', en: 'Garbled text: {value}' },
  point_count_mismatch: {
    zh: '写明的界址点数与实际不符（{value}）',
    en: 'The declared number of points differs ({value})',
  },
}

export const LAYER_NOTE_MESSAGES: Record<LayerNoteCode, Sentence> = {
  dbf_missing: { zh: '没有属性表（.dbf），只有图形', en: 'No attribute table (.dbf), shapes only' },
  dbf_more_records: {
    zh: '属性表有 {records} 行，图形只有 {shapes} 个',
    en: '{records} attribute rows but only {shapes} shapes',
  },
  dbf_fewer_records: {
    zh: '图形有 {shapes} 个，属性表只有 {records} 行',
    en: '{shapes} shapes but only {records} attribute rows',
  },
  dbf_deleted_records: {
    zh: '{count} 行在属性表中已标记删除，未读取',
    en: '{count} rows are marked deleted and were left out',
  },
  dbf_truncated: {
    zh: '属性表不完整：写明 {declared} 行，实际 {available} 行',
    en: 'The attribute table is cut short: {declared} rows declared, {available} there',
  },
  dbf_header_repaired: { zh: '属性表头有误，已按实际内容读取', en: 'A wrong table header was put right' },
  dbf_field_unsupported: {
    zh: '字段“{field}”（类型 {type}）无法读取，已略去',
    en: 'Column “{field}” of type {type} cannot be read',
  },
  dbf_field_renamed: { zh: '字段“{from}”改称“{to}”', en: 'Column “{from}” is called “{to}”' },
  shx_missing: { zh: '缺少 .shx，已直接读取 .shp', en: 'The .shx is missing; the .shp was read on its own' },
  shx_unusable: {
    zh: '.shx 与 .shp 不符，已直接读取 .shp',
    en: 'The .shx does not fit; the .shp was read on its own',
  },
  shp_truncated: { zh: '.shp 不完整，后面的图形缺失', en: 'The .shp is cut short: later shapes are missing' },
  shp_length_wrong: { zh: '.shp 文件头的长度有误', en: 'The length in the .shp header is wrong' },
  z_dropped: { zh: '图形带有高程，只取平面坐标', en: 'Heights are dropped' },
  m_dropped: { zh: '图形带有测量值，只取平面坐标', en: 'Measures are dropped' },
  plots_skipped: { zh: '{count} 个点、线地块已略去', en: '{count} point or line plots were left out' },
  header_block_missing: { zh: '文件没有属性描述部分', en: 'The file has no header block' },
  features_skipped: {
    zh: '{count} 个非面图形已略去',
    en: '{count} features that are no polygons were left out',
  },
}
