import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { canInstallPackages, installPackages } from './apt.mjs'
import { onPath } from './child.mjs'
import { Stop } from './terminal.mjs'

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'msedge',
]
const MAC = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
  (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
)
const WINDOWS = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Chromium\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
]
const CHINESE_FONTS = ['/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc', '/usr/share/fonts/noto-cjk']

/** The path of a Chromium, Chrome or Edge, installed first where that is possible. */
export async function prepareChromium() {
  const chosen = process.env.CHROME_PATH
  if (chosen && !existsSync(chosen)) {
    throw new Stop(
      `CHROME_PATH 指向的 ${chosen} 不存在。`,
      `CHROME_PATH names ${chosen}, which does not exist.`,
    )
  }
  const found = chosen ?? findChromium()
  const missing = [...(found ? [] : ['chromium']), ...(needsChineseFonts() ? ['fonts-noto-cjk'] : [])]
  if (missing.length && canInstallPackages()) await installPackages(missing)
  const path = found ?? findChromium()
  if (path) return path
  throw new Stop(
    '找不到 Chromium、Chrome 或 Edge，界面测试无法运行。请安装其中之一，或用环境变量 CHROME_PATH 指明其位置。',
    'No Chromium, Chrome or Edge was found for the screen tests. Install one, or name it with CHROME_PATH.',
  )
}

function findChromium() {
  const onWindows = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
    .flatMap((name) => process.env[name] ?? [])
    .flatMap((folder) => WINDOWS.map((path) => join(folder, path)))
  const places = { darwin: MAC, win32: onWindows }[process.platform] ?? []
  const named = NAMES.map(onPathUnresolved).find(Boolean)
  return named ?? places.find((path) => existsSync(path)) ?? null
}

/** The name itself, not where its links lead: a wrapper such as snap's looks at how it was called. */
function onPathUnresolved(name) {
  return onPath(name, { isResolved: false })
}

const needsChineseFonts = () =>
  process.platform === 'linux' && !CHINESE_FONTS.some((path) => existsSync(path))
