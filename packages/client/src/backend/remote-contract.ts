// The contract as a daemon told it last: another login may know more or less of it, and another daemon may serve a
// later one. A contract of one's own stays.
import { DBALError, type Capabilities } from '@proj/dbal-contract'
import type { BridgeClient, Welcome } from '@proj/dbal-bridge-ws'
import { modelFromJson, type JsonValue, type Model } from '@proj/dbal-schema/model'

export interface RemoteContract {
  readonly model: Model
  readonly capabilities: Capabilities
}

/** Asked for at each call; throws SCHEMA_MISMATCH where the daemon says it in another version of the format. */
export function remoteContract(
  bridge: BridgeClient,
  first: Welcome,
  own: Model | undefined,
): () => RemoteContract {
  let told = first
  let known = read(told, own)
  return () => {
    const { told: last = told } = bridge
    if (last !== told) {
      known = read(last, own)
      told = last
    }
    return known
  }
}

function read({ capabilities, model }: Welcome, own: Model | undefined): RemoteContract {
  return {
    model: own ?? parse(model ?? null),
    capabilities: {
      features: new Set(capabilities.features) as Capabilities['features'],
      isolation: new Set(capabilities.isolation),
      singleConnection: capabilities.singleConnection,
    },
  }
}

function parse(json: JsonValue): Model {
  try {
    return modelFromJson(json)
  } catch (cause) {
    const reason = 'the daemon describes its contract in another version of the format'
    throw new DBALError('SCHEMA_MISMATCH', { details: { reason, entities: [] }, cause })
  }
}
