import auth from './en/auth.ts'
import map from './en/map.ts'
import shell from './en/shell.ts'
import users from './en/users.ts'
import type zhCn from './zh-CN.ts'

const en: typeof zhCn = { auth, map, shell, users }

export default en
