import { crsByCode, DATUM_NAMES, type Datum } from '../../kernel/crs.ts'
import type { Evidence } from './evidence.ts'

/**
 * A sentence per evidence code. `{crs}`, `{first}`, `{second}` and `{zone}` hold EPSG codes and `{datum}` a
 * datum; they are put in by name, other parameters as they are.
 */
export const EVIDENCE_CODES = {
  cpg_html: { zh: '.cpg 文件里是网页内容，不予采信', en: 'The .cpg holds a web page and is ignored' },
  cpg_declares: { zh: '.cpg 写明编码为 {text}', en: 'The .cpg says {text}' },
  cpg_unknown: {
    zh: '.cpg 写的“{text}”不是可识别的编码',
    en: 'The .cpg says “{text}”, which is no known encoding',
  },
  ldid_declares: {
    zh: 'DBF 语言标识 {ldid} 表示 {encoding}',
    en: 'The DBF language byte {ldid} means {encoding}',
  },
  ldid_unspecific: {
    zh: 'DBF 语言标识 {ldid} 没有指明中文编码',
    en: 'The DBF language byte {ldid} names no particular encoding',
  },
  ascii_only: {
    zh: '全部为英文和数字，任何编码都一样',
    en: 'Only plain ASCII: every encoding reads it alike',
  },
  utf8_valid: {
    zh: '{cells} 处非英文内容全部符合 UTF-8',
    en: 'All {cells} non-ASCII values are valid UTF-8',
  },
  utf8_damaged: {
    zh: '{cells} 处非英文内容中只有 {malformed} 处不符合 UTF-8',
    en: 'Only {malformed} of {cells} non-ASCII values are not valid UTF-8',
  },
  western_bytes: {
    zh: '非英文字节单个出现，是西文字母而不是汉字',
    en: 'Non-ASCII bytes stand alone: accented letters, not Chinese',
  },
  declared_not_refuted: {
    zh: '字节与声明的 {encoding} 不矛盾',
    en: 'The bytes do not contradict {encoding}',
  },
  big5_characters: {
    zh: '按 Big5 读出的常用字更多（{big5}%，GBK 为 {gbk}%）',
    en: 'Read as Big5 more characters are common ones ({big5}%, GBK {gbk}%)',
  },
  gb_damaged: {
    zh: '{cells} 处中文内容中有 {malformed} 处字节损坏，按 {encoding} 读取',
    en: '{malformed} of {cells} Chinese values are damaged; read as {encoding}',
  },
  gb18030_four_bytes: {
    zh: '含有 GB18030 的四字节字符',
    en: 'Has four-byte characters, which only GB18030 knows',
  },
  gbk_valid: {
    zh: '{cells} 处中文内容全部符合 GBK，常用字占 {gbk}%',
    en: 'All {cells} Chinese values are valid GBK, {gbk}% common characters',
  },
  byte_order_mark: {
    zh: '文件开头的标记表明编码为 {encoding}',
    en: 'The mark at the start of the file says {encoding}',
  },
  prj_empty: { zh: '.prj 是空文件', en: 'The .prj is empty' },
  prj_html: { zh: '.prj 文件里是网页内容，不予采信', en: 'The .prj holds a web page and is ignored' },
  prj_unreadable: { zh: '.prj 内容无法识别：{text}', en: 'The .prj cannot be read: {text}' },
  prj_foreign: {
    zh: '文件声明的坐标系“{name}”不是我国土地调查使用的坐标系',
    en: 'The declared system “{name}” is none used for land surveys in China',
  },
  prj_other_projection: {
    zh: '文件声明的投影“{name}”不是标准的3度带或6度带，可能是地方坐标系',
    en: 'The declared projection “{name}” is no standard 3° or 6° zone, perhaps a local system',
  },
  prj_contradicts_itself: {
    zh: '.prj 的名称与参数不一致：{first} / {second}',
    en: 'Name and parameters of the .prj disagree: {first} / {second}',
  },
  datum_by_ellipsoid: {
    zh: '坐标系没有命名，按椭球判断为{datum}',
    en: 'Unnamed; by its ellipsoid it is {datum}',
  },
  header_datum_unknown: {
    zh: '文件头写的坐标系“{text}”无法识别',
    en: 'The header says “{text}”, which is no known system',
  },
  header_zone_impossible: {
    zh: '文件头写的{width}度带第{zone}带不在我国范围',
    en: 'The header says {width}-degree zone {zone}, which China does not have',
  },
  declares_crs: { zh: '文件声明：{crs}', en: 'Declared: {crs}' },
  crs_not_declared: { zh: '文件没有声明坐标系', en: 'No reference system is declared' },
  inside_county: {
    zh: '坐标有 {percent}% 落在本行政区内，与声明相符',
    en: '{percent}% of the positions lie in the county',
  },
  inside_china: { zh: '坐标落在我国范围内，与声明相符', en: 'The positions lie in China' },
  outside_county: {
    zh: '坐标有 {percent}% 落在本行政区外',
    en: '{percent}% of the positions lie outside the county',
  },
  outside_china: {
    zh: '按声明的坐标系，坐标不在合理范围内',
    en: 'By the declared system the positions are nowhere they could be',
  },
  wgs84_is_cgcs2000: {
    zh: 'WGS84 与国家2000坐标系相差不到1米，按一致处理',
    en: 'WGS 84 and CGCS2000 differ by less than a metre',
  },
  datum_needs_parameters: {
    zh: '{datum}转换到国家2000坐标系需要参数，相差可达百米',
    en: '{datum} needs parameters to become CGCS2000; the difference can reach 100 m',
  },
  values_are_web_mercator: { zh: '坐标数值是网络地图坐标（Web墨卡托）', en: 'The values are Web Mercator' },
  values_are_metres: {
    zh: '声明为经纬度，但数值是以米为单位的平面坐标：{crs}',
    en: 'Declared as degrees, but the values are metres: {crs}',
  },
  values_are_degrees: {
    zh: '声明为平面坐标，但数值是经纬度',
    en: 'Declared as metres, but the values are degrees',
  },
  values_have_prefix: {
    zh: '声明不带带号，但横坐标带有带号：{crs}',
    en: 'Declared without zone prefix, but the eastings carry one: {crs}',
  },
  values_lack_prefix: {
    zh: '声明带有带号，但横坐标没有带号：{crs}',
    en: 'Declared with zone prefix, but the eastings have none: {crs}',
  },
  values_other_zone: {
    zh: '声明的分带与坐标数值不符，按数值应为{crs}',
    en: 'The declared zone contradicts the values, which say {crs}',
  },
  values_tell_zone: { zh: '从坐标数值判断：{zone}', en: 'The values say: {zone}' },
  values_ambiguous: {
    zh: '坐标数值适合不止一个分带，需要选择',
    en: 'The values fit more than one zone: please choose',
  },
  values_fit_nothing: {
    zh: '坐标数值不符合任何我国坐标系',
    en: 'The values fit no reference system of China',
  },
  axis_swapped: {
    zh: '坐标的横、纵顺序颠倒（北坐标在前），读取时已对调',
    en: 'Northing comes first: the axes are exchanged on reading',
  },
  gcj02_possible: {
    zh: '可能是网络地图取的坐标（火星坐标），会偏差约400到500米，请核对',
    en: 'Perhaps taken from a web map (GCJ-02), 400 to 500 m off: please check',
  },
  date_suggests_cgcs2000: {
    zh: '数据日期 {date} 晚于2018年7月1日，应为国家2000坐标系',
    en: 'Dated {date}, after CGCS2000 became compulsory on 2018-07-01',
  },
  date_before_cgcs2000: {
    zh: '数据日期 {date} 早于2018年7月1日，也可能是西安80坐标系',
    en: 'Dated {date}, before 2018-07-01: may be Xian 1980',
  },
} as const satisfies Record<string, { zh: string; en: string }>

export type EvidenceCode = keyof typeof EVIDENCE_CODES

/** The sentence of one piece of evidence. */
export function evidenceMessage(evidence: Pick<Evidence, 'code' | 'params'>, language: 'zh' | 'en'): string {
  const template = Object.hasOwn(EVIDENCE_CODES, evidence.code)
    ? EVIDENCE_CODES[evidence.code as EvidenceCode][language]
    : evidence.code
  return template.replace(/\{(\w+)\}/g, (whole, key: string) => {
    const value = evidence.params[key]
    return value === undefined ? whole : nameOf(key, String(value), language)
  })
}

function nameOf(key: string, value: string, language: 'zh' | 'en'): string {
  if (key === 'datum' && Object.hasOwn(DATUM_NAMES, value)) return DATUM_NAMES[value as Datum][language]
  const crs = crsByCode(value)
  if (!crs) return value
  const name = language === 'zh' ? crs.zhName : crs.enName
  // Values tell the zone, never the datum: only the zone is named.
  return key === 'zone' ? name.replace(/^[^，,]+[，,]\s*/, '') : name
}
