/**
 * Every environment variable the server reads: the one table from which configuration is parsed, the effective
 * configuration is printed, `.env.example` is written and the README's table is checked. Sentences in both languages.
 */
export interface ConfigVariable {
  name: string
  /** As it would be typed; null when the default follows from something else, said in the description. */
  default: string | null
  /** Never printed. */
  isSecret: boolean
  zh: string
  en: string
}

const variable = (name: string, fallback: string | null, zh: string, en: string): ConfigVariable => ({
  name,
  default: fallback,
  isSecret: false,
  zh,
  en,
})
const secret = (name: string, fallback: string | null, zh: string, en: string): ConfigVariable => ({
  ...variable(name, fallback, zh, en),
  isSecret: true,
})

export const CONFIG_VARIABLES = [
  variable(
    'QIDI_MODE',
    'live',
    '运行方式：live 正式，demo 演示（npm run demo 自动设置）',
    'live or demo; npm run demo sets it',
  ),
  variable('PORT', '8080', '监听端口，0 表示任意空闲端口', 'Port to listen on; 0 takes any free one'),
  variable(
    'HOST',
    null,
    '监听地址；演示默认 127.0.0.1，正式默认 0.0.0.0',
    'Address to listen on; 127.0.0.1 in demo mode, else 0.0.0.0',
  ),
  variable(
    'PUBLIC_URL',
    null,
    '用户在浏览器里输入的地址；为 https 时登录凭据只经加密连接发送',
    'Address people type in their browser; with https the session cookie is sent over TLS only',
  ),
  variable(
    'DATA_DIR',
    null,
    '数据目录；演示默认 .qidi/demo，正式默认 .qidi/live',
    'Data directory; .qidi/demo in demo mode, else .qidi/live',
  ),
  variable(
    'CACHE_DIR',
    '.cache',
    '可随时删除的缓存目录（数据库模板等）',
    'Cache that may be deleted any time (database templates and the like)',
  ),
  secret(
    'DATABASE_URL',
    null,
    'PostgreSQL 15+ 与 PostGIS 的连接地址；不设则使用数据目录里的内置数据库',
    'PostgreSQL 15+ with PostGIS; unset uses the embedded database in the data directory',
  ),
  secret(
    'DATABASE_LISTEN_URL',
    null,
    'DATABASE_URL 经由 PgBouncer 时，用于接收通知的直连地址',
    'Direct connection for notifications where DATABASE_URL leads to PgBouncer',
  ),
  variable(
    'DATABASE_POOL_MAX',
    '10',
    '连接池上限（仅 DATABASE_URL）',
    'Most pooled connections (with DATABASE_URL only)',
  ),
  variable(
    'DIVISION_CODE',
    '150623',
    '本县（旗）行政区划代码，六位',
    'Division code of the county, six digits',
  ),
  variable(
    'COUNTY_FILE',
    null,
    '本县界线、相邻县和乡镇的 GeoJSON 文件；只有 150623 自带，其他县必须提供',
    "GeoJSON file of the county's outline, neighbours and towns; only 150623 comes with the system",
  ),
  secret('DEMO_PASSWORD', 'qidi-demo', '演示账户的密码', 'Password of the demo accounts'),
  secret(
    'TIANDITU_KEY',
    null,
    '天地图密钥（服务器端）；密钥只留在服务器上',
    'Tianditu key (server type); it never leaves the server',
  ),
  variable(
    'BASEMAPS',
    '[]',
    '其他底图，JSON 数组，见 README',
    'Further basemaps as a JSON array; see the README',
  ),
  variable('UPLOAD_MAX_MB', '1024', '单个上传文件的上限，MB', 'Largest uploaded file, MB'),
  variable('UPLOAD_MAX_FILES', '40', '一次上传的文件数上限', 'Most files in one upload'),
  variable(
    'UNZIPPED_MAX_MB',
    '8192',
    '一个压缩包解开后的总量上限，MB',
    'Most that one archive may unpack to, MB',
  ),
  variable(
    'STAGING_KEEP_DAYS',
    '7',
    '未入库的检查结果保留几天；清理后打开或入库时会重新检查，上传的文件不删除',
    'Days that results of checks are kept while nobody imports; opening or importing later checks again, files stay',
  ),
  variable(
    'SESSION_IDLE_HOURS',
    '12',
    '多久不操作需要重新登录，小时',
    'Hours without use after which one signs in again',
  ),
  variable('SESSION_MAX_DAYS', '7', '登录最长保持，天', 'Longest a sign-in lasts, days'),
  variable(
    'RATE_LIMIT_PER_MINUTE',
    '20000',
    '每个地址每分钟的请求上限，0 表示不限',
    'Most requests an address may send a minute; 0 is no limit',
  ),
  variable(
    'TRUST_PROXY',
    'false',
    '反向代理的地址（逗号分隔），或 true；据此取得真实来访地址',
    'Addresses of reverse proxies (comma-separated), or true; whose word about the caller is taken',
  ),
  variable(
    'LOG_LEVEL',
    null,
    '日志级别，正式默认 info，演示默认 warn：fatal error warn info debug trace silent',
    'fatal, error, warn, info, debug, trace or silent; info, in demo mode warn',
  ),
] as const satisfies readonly ConfigVariable[]

export type ConfigVariableName =
  | 'QIDI_MODE'
  | 'PORT'
  | 'HOST'
  | 'PUBLIC_URL'
  | 'DATA_DIR'
  | 'CACHE_DIR'
  | 'DATABASE_URL'
  | 'DATABASE_LISTEN_URL'
  | 'DATABASE_POOL_MAX'
  | 'DIVISION_CODE'
  | 'COUNTY_FILE'
  | 'DEMO_PASSWORD'
  | 'TIANDITU_KEY'
  | 'BASEMAPS'
  | 'UPLOAD_MAX_MB'
  | 'UPLOAD_MAX_FILES'
  | 'UNZIPPED_MAX_MB'
  | 'STAGING_KEEP_DAYS'
  | 'SESSION_IDLE_HOURS'
  | 'SESSION_MAX_DAYS'
  | 'RATE_LIMIT_PER_MINUTE'
  | 'TRUST_PROXY'
  | 'LOG_LEVEL'

/** The text of `.env.example`: every variable commented out at its default. */
export function envExample(): string {
  const entries = CONFIG_VARIABLES.map(
    (entry) => `# ${entry.zh}\n# ${entry.en}\n# ${entry.name}=${entry.default ?? ''}\n`,
  )
  return `# 起底 Qidi: 全部配置项及默认值 / every setting with its default\n\n${entries.join('\n')}`
}
