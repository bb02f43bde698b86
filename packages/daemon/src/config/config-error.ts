/** What a config, or a file that it names, says cannot be used: for whoever wrote it, with no value of it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}
