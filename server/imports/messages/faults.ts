/** Why an import was refused or failed, notices on it, how its places read, and what it is doing; both languages. */
export const FAULTS = {
  archive_too_many_entries: {
    zh: '压缩包“{name}”里的文件太多（上限 {limit} 个）。请只打包需要入库的成果。',
    en: 'The archive “{name}” holds too many files (limit {limit}). Pack only what is to be imported.',
  },
  archive_too_large: {
    zh: '压缩包“{name}”解开后太大。请分成几份上传。',
    en: 'The archive “{name}” unpacks to too much. Split it.',
  },
  archive_ratio: {
    zh: '压缩包“{name}”的压缩比异常，可能是恶意文件，已停止解压。',
    en: 'The archive “{name}” is compressed beyond reason and may be hostile; unpacking was stopped.',
  },
  archive_path: {
    zh: '压缩包“{name}”中的文件路径“{member}”不安全，已拒绝。请重新打包。',
    en: 'The archive “{name}” holds an unsafe path, “{member}”. Pack it again.',
  },
  archive_symlink: {
    zh: '压缩包“{name}”中的“{member}”是链接而不是文件，已拒绝。请重新打包。',
    en: '“{member}” in the archive “{name}” is a link, not a file. Pack it again.',
  },
  archive_duplicate: {
    zh: '压缩包“{name}”中有两个同名文件“{member}”。请删除其中一个后重新打包。',
    en: 'The archive “{name}” holds “{member}” twice. Remove one and pack it again.',
  },
  archive_nested: {
    zh: '压缩包“{name}”里还套着压缩包“{member}”。请解开后再上传。',
    en: 'The archive “{name}” holds another archive, “{member}”. Unpack it first.',
  },
  archive_encrypted: {
    zh: '压缩包“{name}”设有密码。请去掉密码后再上传。',
    en: 'The archive “{name}” has a password. Remove it and upload again.',
  },
  archive_damaged: {
    zh: '压缩包“{name}”已损坏，打不开。请重新打包或重新复制。',
    en: 'The archive “{name}” is damaged. Pack or copy it again.',
  },
  archive_empty: { zh: '压缩包“{name}”是空的。', en: 'The archive “{name}” is empty.' },
  archive_unsupported: {
    zh: '“{name}”不是 zip 压缩包。请改用 zip 格式打包再上传。',
    en: '“{name}” is not a zip archive. Pack it as zip.',
  },
  archive_no_survey: {
    zh: '没有找到可入库的成果（{files}）。请上传 .shp、.dbf、.prj（或打包成 zip），或报批坐标 .txt。',
    en: 'No survey was found ({files}). Upload .shp, .dbf and .prj (or a zip of them), or a boundary .txt.',
  },
  member_encrypted: {
    zh: '“{name}”已被文档加密软件加密，无法读取。请在装有该软件的电脑上解密后再上传。',
    en: '“{name}” is encrypted by document-security software. Decrypt it on a computer that has it and upload it again.',
  },
  member_empty: {
    zh: '“{name}”是空文件（0 字节）。请重新复制。',
    en: '“{name}” is empty (0 bytes). Copy it again.',
  },
  file_unreadable: { zh: '“{name}”无法读取。', en: '“{name}” cannot be read.' },
  file_too_large: {
    zh: '“{name}”太大，不像是界址点文件。',
    en: '“{name}” is too large for a boundary file.',
  },
  shp_missing: {
    zh: '“{name}”缺少 .shp 文件。请把同名的 .shp、.shx、.dbf、.prj 一起上传。',
    en: '“{name}” lacks its .shp. Upload .shp, .shx, .dbf and .prj of the same name together.',
  },
  shp_not_shapefile: {
    zh: '“{name}”不是有效的 shapefile。请从原软件重新导出。',
    en: '“{name}” is no valid shapefile. Export it again.',
  },
  shp_truncated: {
    zh: '“{name}”不完整，一个图形也读不到。请重新导出或重新复制。',
    en: '“{name}” is incomplete; not one shape can be read. Export or copy it again.',
  },
  shp_no_records: { zh: '“{name}”里没有任何图形。', en: '“{name}” holds no shapes.' },
  layer_not_polygon: {
    zh: '“{name}”是{type}图层，不是面图层。宗地必须是面。',
    en: '“{name}” is a layer of {type}, not of polygons. Parcels must be polygons.',
  },
  layer_empty: { zh: '“{name}”里没有任何记录。', en: '“{name}” holds no records.' },
  layer_without_polygons: {
    zh: '“{name}”有 {count} 条记录，但没有一个可用的面图形。',
    en: '“{name}” holds {count} records but not one usable polygon.',
  },
  dbf_unreadable: { zh: '属性表“{name}”无法读取。', en: 'The attribute table “{name}” cannot be read.' },
  txt_not_boundary: {
    zh: '“{name}”不是报批坐标文件。应含有[地块坐标]和以 @ 结尾的地块行。',
    en: '“{name}” is no boundary file: [地块坐标] and plot lines ending in @ are expected.',
  },
  txt_no_parcels: { zh: '“{name}”里没有面状地块。', en: '“{name}” holds no polygon plots.' },
  paste_no_coordinates: {
    zh: '粘贴的文字里没有找到坐标。请每行粘贴一个点，例如 4228100.000,36454500.000。',
    en: 'No coordinates were found in the pasted text. Paste one point a line, such as 4228100.000,36454500.000.',
  },
  geojson_invalid: { zh: '“{name}”不是有效的 GeoJSON。', en: '“{name}” is no valid GeoJSON.' },
  geojson_no_polygons: { zh: '“{name}”里没有面。', en: '“{name}” holds no polygons.' },
  table_without_survey: {
    zh: '只收到台账表“{file}”，没有图形。请把测绘成果（.shp 或报批 .txt）和它一起上传。',
    en: 'Only the ledger table “{file}” arrived, no shapes. Upload the survey (.shp or boundary .txt) with it.',
  },
  internal: {
    zh: '处理时系统出错，已记录。数据没有任何改动，请重试；如一再出现请联系管理员。',
    en: 'Something went wrong and was logged. Nothing was changed; try again, or tell the administrator.',
  },
  interrupted: {
    zh: '服务器在处理中多次停止，已放弃。数据没有任何改动，请重新检查。',
    en: 'The server stopped repeatedly while working on it and gave up. Nothing was changed; check it again.',
  },
  nothing_changed: {
    zh: '文件与已入库的内容完全一致，没有新增或变更。',
    en: 'The file says exactly what is already there; nothing was added or changed.',
  },
  checks_outdated: {
    zh: '还没有入库：检查之后有人改动了台账，已重新检查，结果有变化。请核对后再入库。',
    en: 'Not imported yet: somebody changed the ledger after the checks; they were run again and the result differs. Look at it, then import.',
  },
  recheck_after_restart: {
    zh: '服务重启后正在重新检查，原来的选择都保留，检查完就可以继续。新上传的文件和正在入库的会先处理。',
    en: 'The server was restarted and the checks run again; your choices are kept and you can go on when they are done. New uploads and imports under way go first.',
  },
  commit_lost: {
    zh: '服务重启时这次入库还没有完成，没有写入任何宗地。已重新检查，检查完请再点一次“入库”。',
    en: 'The server was restarted before this import was done; no parcel was written. It is checked again; then press “Import” once more.',
  },
  commit_resumed: {
    zh: '入库中途服务中断过（如重启），当时没有写入任何宗地。现在自动接着办：需要时先重新检查，结果一致就入库，不一致会停下来请您核对。',
    en: 'The server broke off (was restarted, say) in the middle of this import; no parcel had been written. It goes on by itself: checked again where needed, imported if the result is the same, else it stops for you to look at.',
  },
  commit_rechecks: {
    zh: '入库前正在重新检查（检查结果已清理，或台账有了改动）：结果一致就接着入库，不一致会停下来请您核对。',
    en: 'The checks run again before the import (their results were cleared, or the ledger has changed): it goes on if the result is the same, else it stops for you to look at.',
  },
  undo_refused: {
    zh: '撤销未能进行：其中有宗地之后又有新的工作。',
    en: 'It could not be undone: later work was built on some of its parcels.',
  },
  all_inside: { zh: '{percent}% 的地块落在{county}内', en: '{percent}% of the parcels lie within {county}' },
  mostly_inside: {
    zh: '{percent}% 的地块落在{county}内，有 {outside} 宗可能在界外',
    en: '{percent}% of the parcels lie within {county}; {outside} may lie outside',
  },
  mostly_outside: {
    zh: '只有 {percent}% 的地块落在{county}内，请核对坐标系',
    en: 'Only {percent}% of the parcels lie within {county}; check the coordinate system',
  },
  all_outside: {
    zh: '没有地块落在{county}内，请核对坐标系是否选对',
    en: 'No parcel lies within {county}; check whether the coordinate system is right',
  },
  phase_waiting: { zh: '排队等待处理', en: 'Waiting its turn' },
  phase_unpack: { zh: '正在解压文件', en: 'Unpacking' },
  phase_detect: { zh: '正在识别编码和坐标系', en: 'Detecting encoding and coordinate system' },
  phase_read: { zh: '正在读取地块', en: 'Reading parcels' },
  phase_check: { zh: '正在检查图形和属性', en: 'Checking shapes and attributes' },
  phase_match: { zh: '正在与已入库的宗地比对', en: 'Comparing with existing parcels' },
  phase_commit: { zh: '正在入库', en: 'Importing' },
  phase_undo: { zh: '正在撤销', en: 'Undoing' },
} as const satisfies Record<string, { zh: string; en: string }>
export type FaultMessageCode = keyof typeof FAULTS
