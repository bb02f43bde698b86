import type { SecureContextOptions, TlsOptions } from 'node:tls'
import { createSecureContext } from 'node:tls'
import { ConfigError } from '../config/config-error.ts'
import { readNamedFile } from '../config/read-named-file.ts'
import { openReloadedFiles, type ReloadedFiles } from '../config/reloaded-files.ts'
import { readPrivateFile } from '../config/private-file.ts'
import type { ServerSettings } from '../config/server-settings.ts'

/** Rejects with ConfigError for files that cannot be read, do not fit, or are read by everybody. */
async function readTlsOptions(tls: NonNullable<ServerSettings['tls']>): Promise<TlsOptions> {
  const files: SecureContextOptions = {
    cert: await readNamedFile(tls.cert, 'server.tls.cert_file'),
    key: await readPrivateFile(tls.key, 'server.tls.key_file'),
    ...(tls.ca === undefined ? {} : { ca: await readNamedFile(tls.ca, 'server.tls.ca_file') }),
  }
  try {
    createSecureContext(files)
  } catch (cause) {
    const reason = cause instanceof Error && 'reason' in cause ? ` (${String(cause.reason)})` : ''
    throw new ConfigError(`server.tls: these files cannot be used together${reason}`, { cause })
  }
  // A caller without a certificate of ours does not get as far as HTTP.
  const mutual = tls.ca === undefined ? {} : { requestCert: true, rejectUnauthorized: true }
  return { ...files, ...mutual, minVersion: 'TLSv1.2' }
}

/** As the files say at the time. Rejects with ConfigError where they are not right at the start. */
export function openTlsOptions(
  tls: NonNullable<ServerSettings['tls']>,
  onFault: () => void,
): Promise<ReloadedFiles<TlsOptions>> {
  const paths = [tls.cert, tls.key, ...(tls.ca === undefined ? [] : [tls.ca])]
  return openReloadedFiles(paths, () => readTlsOptions(tls), onFault)
}
