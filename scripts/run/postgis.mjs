import { canInstallPackages, installPackages } from './apt.mjs'
import { runProgram } from './child.mjs'
import { inRoot } from './places.mjs'
import { say } from './terminal.mjs'

/** Whether native PostgreSQL with PostGIS is here, installed first where that is possible. */
export async function prepareNativePostgis() {
  if (process.env.TEST_DATABASE_URL || (await isThere())) return true
  if (canInstallPackages()) {
    const major = await packagedMajor()
    if (
      major &&
      (await installPackages([`postgresql-${major}`, `postgresql-${major}-postgis-3`])) &&
      (await isThere())
    )
      return true
  }
  say(
    '没有找到带 PostGIS 的 PostgreSQL（15 或更高），只在内置数据库上测试。可用 TEST_DATABASE_URL 指定一个。',
    '\nNo native PostgreSQL 15+ with PostGIS: testing on the embedded database only. TEST_DATABASE_URL names one.',
  )
  return false
}

/** The tests' own search answers, so that the two never disagree. */
async function isThere() {
  const probe = [
    `import { register } from 'tsx/esm/api'`,
    `register()`,
    `const { findPostgresBinaries } = await import(${JSON.stringify(new URL('../../tests/support/native-cluster.ts', import.meta.url).href)})`,
    `process.exit(findPostgresBinaries() ? 0 : 3)`,
  ].join('\n')
  const args = ['--input-type=module', '--eval', probe]
  return (
    (await runProgram(process.execPath, args, { cwd: inRoot(), stdio: ['ignore', 'ignore', 'inherit'] })) ===
    0
  )
}

/** The PostgreSQL generation of the distribution's PostGIS package, the newest where there are several. */
async function packagedMajor() {
  let listing = ''
  await runProgram('apt-get', ['update', '-qq'], { stdio: 'ignore' })
  await runProgram('apt-cache', ['pkgnames', 'postgresql-'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    onChild: (child) => child.stdout.setEncoding('utf8').on('data', (text) => (listing += text)),
  })
  const majors = [...listing.matchAll(/^postgresql-(\d+)-postgis-3$/gm)].map(([, major]) => Number(major))
  return majors.filter((major) => major >= 15).sort((a, b) => b - a)[0] ?? null
}
