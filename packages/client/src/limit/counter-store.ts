/** Where attempts are counted. */
export interface CounterStore {
  /** Whether other processes count there too. */
  readonly shared: boolean
  /** Counts an attempt; milliseconds until the next one where it was one too many. */
  count(name: string, key: string): Promise<number | undefined>
  close(): Promise<void>
}
