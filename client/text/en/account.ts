import type zh from '../zh-CN/account.ts'

const account: typeof zh = {
  title: 'My account',
  intro:
    'See which devices are signed in with your account, and manage access tokens for QGIS and other programs.',
  sessions: 'Signed-in devices',
  sessionsIntro: 'If you do not know a device, sign it out and change your password.',
  thisDevice: 'This device',
  unknownDevice: 'Unknown device',
  signedInAt: 'Signed in {at}',
  lastUsed: 'Last used {at}',
  neverUsed: 'Not used yet',
  address: 'From {address}',
  end: 'Sign out',
  endNamed: 'Sign out the device {device}',
  endOthers: 'Sign out all other devices',
  ended: 'That device is signed out',
  othersEnded: 'All other devices are signed out',
  tokens: 'Access tokens',
  tokensIntro:
    'For programs such as QGIS or ArcGIS to read data in your name. A token cannot manage accounts; all tokens end when you change the password or an administrator resets it.',
  noTokens: 'No access tokens yet',
  tokenName: 'Purpose',
  tokenNameHint: 'For example: QGIS on the office computer',
  tokenDays: 'Valid for',
  days: '{days} days',
  tokenRights: 'Rights',
  rightsRead: 'View only',
  rightsAll: 'Same as my account (without managing accounts)',
  createToken: 'Create token',
  tokenCreated: 'The token is created. It is shown this once: copy it now and keep it safe.',
  copy: 'Copy',
  copied: 'Copied',
  expiresAt: 'Valid until {at}',
  expired: 'Expired',
  revoke: 'Revoke',
  revokeNamed: 'Revoke the token {name}',
  revoked: 'The token is revoked',
}

export default account
