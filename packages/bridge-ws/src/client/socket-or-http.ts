// A connection where one can be opened. Where none can, and HTTP is answered, HTTP. What the first channel was all
// others are, so that a client's features do not change under it.
import type { Channel, ChannelEvents, OpenChannel } from './channel.ts'

export function socketOrHttp(
  socket: OpenChannel,
  http: OpenChannel,
  answersHttp: () => Promise<boolean>,
): OpenChannel {
  let chosen: OpenChannel | undefined
  const choose = async (next: OpenChannel, events: ChannelEvents): Promise<Channel> => {
    const channel = await next(events)
    chosen = next
    return channel
  }
  return async (events) => {
    if (chosen !== undefined) return chosen(events)
    try {
      return await choose(socket, events)
    } catch (error) {
      if (!(await answersHttp())) throw error
      // It may have begun to serve just now.
      return choose(socket, events).catch(() => choose(http, events))
    }
  }
}
