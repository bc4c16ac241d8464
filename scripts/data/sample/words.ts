/** Invented names, all marked 示例: no real firm, person, batch or document. */
import type { Random } from '../cadastre/random.ts'

const STEMS = [...'甲乙丙丁戊己庚辛壬癸']
const BRANCHES = [...'子丑寅卯辰巳午未申酉戌亥']

export const TOWN_NAMES: Readonly<Record<string, string>> = {
  '150623100': '敖勒召其镇',
  '150623101': '上海庙镇',
  '150623102': '城川镇',
  '150623103': '昂素镇',
  '150623400': '上海庙经济开发区',
}

const NEIGHBOURHOODS: Readonly<Record<string, readonly string[]>> = {
  '150623100': ['满都拉社区', '春苑社区', '育才社区', '巴音社区', '乌兰社区', '敖勒召其嘎查'],
  '150623101': ['长城花园社区', '上海庙社区', '马兰花社区', '水泉子村'],
  '150623102': ['城川社区', '城川嘎查', '希里嘎查', '大发村'],
  // 圐圙 is in GBK but not in GB2312: a reader that knows only the older set breaks here.
  '150623103': ['昂素社区', '昂素嘎查', '圐圙嘎查', '玛拉迪社区'],
  '150623400': ['精细化工片区', '装备制造片区', '现代物流片区', '综合服务片区'],
}

const STREET_WORDS = ['一', '二', '三', '四', '五', '六', '七', '八', '九']

export function location(townCode: string, block: number, random: Random): string {
  const place = random.pick(NEIGHBOURHOODS[townCode])
  const street = STREET_WORDS[block % STREET_WORDS.length]
  return `${TOWN_NAMES[townCode]}${place}示例${street}${random.pick(['街', '路'])}${random.pick(['南', '北', '东', '西'])}侧`
}

export type UseKind =
  'industry' | 'logistics' | 'housing' | 'commerce' | 'public' | 'green' | 'road' | 'utility'

export const USE_NAMES: Readonly<Record<UseKind, readonly string[]>> = {
  industry: ['工业用地', '二类工业用地', '三类工业用地'],
  logistics: ['物流仓储用地', '仓储用地'],
  housing: ['城镇住宅用地'],
  commerce: ['商业用地', '商务金融用地', '零售商业用地'],
  public: ['机关团体用地', '教育用地', '医疗卫生用地', '文化用地'],
  green: ['公园绿地', '防护绿地', '广场用地'],
  road: ['城镇村道路用地'],
  utility: ['供电用地', '排水用地', '供热用地'],
}

const TRADES: Readonly<Record<UseKind, readonly string[]>> = {
  industry: ['能源', '建材', '化工', '装备', '新材料', '农牧'],
  logistics: ['物流', '仓储', '供应链'],
  housing: ['置业', '房地产'],
  commerce: ['商贸', '文旅', '酒店'],
  public: ['教育', '康养'],
  green: ['园林'],
  road: ['市政'],
  utility: ['热力', '水务', '电力'],
}

const PROJECTS: Readonly<Record<UseKind, readonly string[]>> = {
  industry: [
    '年产30万吨建材项目',
    '煤化工下游产品项目',
    '光伏支架制造项目',
    '农畜产品加工项目',
    '设备检修中心项目',
  ],
  logistics: ['综合物流园项目', '煤炭储运项目', '冷链仓储项目'],
  housing: ['住宅小区项目', '安置住房项目'],
  commerce: ['商业综合体项目', '农贸市场项目', '宾馆项目', '汽贸城项目'],
  public: ['幼儿园项目', '卫生服务中心项目', '文化活动中心项目'],
  green: ['公园项目', '绿化带项目'],
  road: ['市政道路项目'],
  utility: ['变电站项目', '污水处理项目', '集中供热项目'],
}

/** The sixty year names in order, then again with a number: enough firms for any sample. */
export function holderName(index: number, use: UseKind, random: Random): string {
  const name = `${STEMS[index % 10]}${BRANCHES[index % 12]}${index >= 60 ? `第${Math.floor(index / 60) + 1}` : ''}`
  return `示例${name}${random.pick(TRADES[use])}有限公司`
}

/** The firm's short name and what it was to build: “示例甲子公司综合物流园项目”. */
export function projectName(holder: string, use: UseKind, random: Random): string {
  const shortName = /^示例..(第\d+)?/.exec(holder)?.[0] ?? holder
  return `${shortName}公司${random.pick(PROJECTS[use])}`
}

export function useOf(townCode: string, kind: string, random: Random): UseKind {
  if (kind === 'strip') return random.weighted<UseKind>({ green: 6, road: 3, utility: 1 })
  if (kind === 'island') return 'utility'
  return townCode === '150623400'
    ? random.weighted<UseKind>({ industry: 70, logistics: 18, utility: 6, public: 2, commerce: 4 })
    : random.weighted<UseKind>({
        housing: 34,
        commerce: 26,
        public: 14,
        industry: 14,
        logistics: 6,
        green: 6,
      })
}

/** YYYY-MM-DD so many days after another civil date. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

export function dateIn(year: number, random: Random, firstMonth = 1, lastMonth = 12): string {
  const month = String(random.integer(firstMonth, lastMonth)).padStart(2, '0')
  return `${year}-${month}-${String(random.integer(3, 28)).padStart(2, '0')}`
}
