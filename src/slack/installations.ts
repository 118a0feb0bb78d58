/** Bolt's installation store on ours: one record an installation, sealed, deleted with the installation. */
import type { Installation, InstallationQuery, InstallationStore } from '@slack/bolt';
import { AnalystError } from '../agent/errors.ts';
import type { Store } from '../agent/ports.ts';
import { open, parseKey, seal } from './seal.ts';

export interface Installations extends InstallationStore {
  /** The bot token of a team or an organisation; null when the app is not installed there. */
  botToken(id: string): Promise<string | null>;
  remove(id: string): Promise<void>;
}

const keyOf = (id: string) => `slack:installation:${id}`;

export function createInstallations(store: Store, encryptionKey: string): Installations {
  const secret = parseKey(encryptionKey);
  const read = async (id: string): Promise<Installation | null> => {
    const sealed = await store.get<string>(keyOf(id));
    return sealed ? (JSON.parse(open(sealed, secret, keyOf(id))) as Installation) : null;
  };
  const idOf = (query: InstallationQuery<boolean>) =>
    (query.isEnterpriseInstall ? query.enterpriseId : query.teamId) ?? '';
  return {
    async storeInstallation(installation) {
      const id = installation.isEnterpriseInstall ? installation.enterprise?.id : installation.team?.id;
      if (!id) throw new AnalystError('bad_input', 'Slack sent an installation without a team.');
      await store.set(keyOf(id), seal(JSON.stringify(installation), secret, keyOf(id)));
    },
    async fetchInstallation(query) {
      const installation = await read(idOf(query));
      if (installation) return installation as Installation<'v1' | 'v2', boolean>;
      throw new AnalystError('unauthorised', 'The app is not installed in this workspace.');
    },
    deleteInstallation: (query) => store.delete(keyOf(idOf(query))),
    async botToken(id) {
      return (await read(id))?.bot?.token ?? null;
    },
    remove: (id) => store.delete(keyOf(id)),
  };
}
