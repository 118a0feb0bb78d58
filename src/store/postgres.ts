/**
 * A store in one table of a PostgreSQL database. Lost connections are replaced: what was under way fails,
 * the next call connects again.
 */
import pg from 'pg';
import type { Driver } from './driver.ts';
import { STORE_LIMITS } from './limits.ts';

/** Any number: processes that start at once must not create the table at once. */
const SCHEMA_LOCK = 5_170_423;

// "C": keys are compared by bytes, so that the primary key's index serves prefixes.
const SCHEMA = `
  SELECT pg_advisory_xact_lock(${SCHEMA_LOCK});
  CREATE TABLE IF NOT EXISTS slack_analyst_entries (
    key text COLLATE "C" PRIMARY KEY, value bytea NOT NULL, expires_at bigint);
  CREATE INDEX IF NOT EXISTS slack_analyst_entries_expiry ON slack_analyst_entries (expires_at);`;

export async function openPostgres(url: string): Promise<Driver> {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'slack-analyst',
    max: STORE_LIMITS.connections,
    connectionTimeoutMillis: STORE_LIMITS.connectMs,
    query_timeout: STORE_LIMITS.replyMs,
    keepAlive: true,
  });
  // An idle connection that dies is an event of the pool, and would end the process if nobody listened.
  pool.on('error', () => {});
  try {
    await pool.query(SCHEMA);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const alive = (parameter: string) => `(expires_at IS NULL OR expires_at > ${parameter})`;
  let nextExpiry = 0;

  return {
    async get(key) {
      const { rows } = await pool.query<{ value: Buffer }>(
        `SELECT value FROM slack_analyst_entries WHERE key = $1 AND ${alive('$2')}`,
        [key, Date.now()],
      );
      return rows[0]?.value ?? null;
    },
    async set(key, value, expiresAt) {
      await pool.query(
        `INSERT INTO slack_analyst_entries (key, value, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`,
        [key, value, expiresAt],
      );
      const now = Date.now();
      if (now < nextExpiry) return;
      nextExpiry = now + STORE_LIMITS.expiryMs;
      await pool.query(
        `DELETE FROM slack_analyst_entries WHERE key IN
           (SELECT key FROM slack_analyst_entries WHERE expires_at <= $1 LIMIT ${STORE_LIMITS.expiryBatch})`,
        [now],
      );
    },
    async delete(key) {
      await pool.query('DELETE FROM slack_analyst_entries WHERE key = $1', [key]);
    },
    async keys(prefix) {
      const { rows } = await pool.query<{ key: string }>(
        `SELECT key FROM slack_analyst_entries WHERE starts_with(key, $1) AND ${alive('$2')}`,
        [prefix, Date.now()],
      );
      return rows.map(({ key }) => key);
    },
    async close() {
      await pool.end();
    },
  };
}
