/**
 * A DuckDB that can reach nothing: no files, network, extensions, secrets or spilling, one thread, its own memory
 * limit, UTC, and settings that cannot be changed any more. One per query: some state (logging, profiling,
 * variables) leaks between users of a shared one.
 */
import { type DuckDBConnection, DuckDBInstance, quotedString } from '@duckdb/node-api';
import { limits } from './limits.ts';

/** `temp_directory` must come before `enable_external_access`: otherwise a folder under the working directory can be read. */
const CONFIGURATION = {
  temp_directory: '',
  max_temp_directory_size: '0KB',
  memory_limit: limits.memoryLimit,
  threads: '1',
  max_expression_depth: limits.expressionDepth,
  autoload_known_extensions: 'false',
  autoinstall_known_extensions: 'false',
  allow_community_extensions: 'false',
  allow_unsigned_extensions: 'false',
  allow_persistent_secrets: 'false',
};

/** These can only be set on a running instance; the last one makes all of them final. */
const NOTHING = [
  "SET TimeZone='UTC'",
  "SET disabled_filesystems='LocalFileSystem'",
  'SET lock_configuration=true',
];

export interface LockedInstance {
  connection: DuckDBConnection;
  close(): void;
}

export function openLocked(): Promise<LockedInstance> {
  return open({ ...CONFIGURATION, enable_external_access: 'false' }, NOTHING);
}

/** The same, but one file can be read. Paths can be allowed only before access is taken away. */
export function openLockedTo(path: string): Promise<LockedInstance> {
  return open(CONFIGURATION, [
    `SET allowed_paths=[${quotedString(path)}]`,
    'SET enable_external_access=false',
    "SET TimeZone='UTC'",
    'SET lock_configuration=true',
  ]);
}

async function open(configuration: Record<string, string>, settings: string[]): Promise<LockedInstance> {
  const instance = await DuckDBInstance.create(':memory:', configuration);
  const connection = await instance.connect();
  for (const setting of settings) await connection.run(setting);
  return {
    connection,
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
