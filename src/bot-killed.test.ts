/**
 * The bot is killed with -9 (its whole group) and started again on the same folder: while the model thinks, and
 * at every call of the delivery, on both sides of its work. Whatever happens, one answer, and each turn of the
 * model answered once.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { type Bot, fenced, hasRun, isAnswer, openPlace, type Place } from './bot.fixture.ts';

let place: Place;
afterEach(() => place.close());

const DELIVERY = [
  'files.getUploadURLExternal',
  'files.completeUploadExternal',
  'files.info',
  'chat.postMessage',
  'chat.delete',
] as const;

const DRAWING = `
await create_metric('Sum', 42);
await create_chart('bar', 'Bars', [{ name: 'a', value: 1 }, { name: 'b', value: 2 }], { x: 'name', y: 'value' });`;

/** Kills the bot as soon as Slack has met a call with a fault, and starts it again. */
async function killAt(bot: Bot, method: string, fault: 'lost' | 'timeout'): Promise<Bot> {
  const { workspace } = place;
  await workspace.until(
    () => workspace.calls.some((call) => call.method === method && call.fault === fault),
    25_000,
  );
  await bot.kill();
  return place.start();
}

describe.each([
  ['socket', 'lost', 'after', ['chat.startStream', ...DELIVERY]],
  // A progress message that was never opened is not deleted either.
  ['http', 'timeout', 'before', DELIVERY],
] as const)('over %s', (transport, fault, when, methods) => {
  it(`one answer when it dies at every call of the delivery, ${when} Slack's work`, async () => {
    place = await openPlace(transport);
    const { workspace, models } = place;
    for (const method of methods) workspace.failNext(method, { kind: fault });
    let bot = await place.start();
    const question = workspace.person('ana').mention('#general', 'compare AAPL and MSFT');
    for (const method of methods) bot = await killAt(bot, method, fault);
    const seen = await place.answers(question);
    expect(seen.map((one) => one.text)).toHaveLength(1);
    expect(seen[0]?.images).toHaveLength(1);
    expect(seen[0]?.tables).toHaveLength(1);
    expect(models.received).toHaveLength(2);
    await bot.end('SIGTERM');
    expect(place.bots(question)).toHaveLength(1);
  }, 90_000);
});

it('goes on after it died while the model was thinking, and while a picture was on its way', async () => {
  const asked = [0, 0];
  const reached = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  place = await openPlace('socket', {
    reply: (messages) => {
      const turn = hasRun(messages) ? 1 : 0;
      asked[turn] = (asked[turn] ?? 0) + 1;
      reached[turn]?.resolve();
      // The first request of each turn is never answered: the bot dies waiting for it.
      if (asked[turn] === 1) return new Promise<string>(() => {});
      return turn === 1 ? 'It went on.' : fenced(DRAWING);
    },
  });
  const { workspace } = place;
  workspace.failNext('upload', { kind: 'lost' });
  let bot = await place.start();
  const question = workspace.person('ana').mention('#general', 'compare AAPL and MSFT');
  const uploaded = () => [...workspace.world.files.values()].some((file) => file.content);
  for (const moment of [reached[0]?.promise, reached[1]?.promise, workspace.until(uploaded, 50_000)]) {
    await moment;
    await bot.kill();
    bot = await place.start();
  }
  const seen = await place.answers(question);
  expect(seen.map((one) => one.text)).toEqual(['It went on.']);
  expect(seen.filter(isAnswer)).toHaveLength(1);
  expect(asked).toEqual([2, 2]);
}, 60_000);

it('reads a file after its restart, when it died between the ack and the end of the download', async () => {
  const total = `const [row] = await query('SELECT sum(amount) AS total FROM sales');\nawait create_metric('Total', row.total);`;
  place = await openPlace('http', {
    reply: (messages) => (hasRun(messages) ? 'It went on.' : fenced(total)),
  });
  const { workspace } = place;
  // Never answered.
  workspace.failNext('download', { kind: 'timeout' });
  const bot = await place.start();
  const files = [{ name: 'sales.csv', content: 'amount\n1200\n34.5\n' }];
  const question = workspace.person('ana').mention('#general', 'what is the total?', { files });
  await workspace.until(() => !workspace.faults.has('download'));
  await workspace.settled();
  const about = workspace.deliveries.filter(({ body }) => JSON.stringify(body).includes(question.ts));
  expect(about.map(({ attempts }) => attempts.map((one) => one.acknowledged))).toEqual([[true], [true]]);
  await bot.kill();
  await place.start();
  const seen = await place.answers(question);
  expect(seen.filter(isAnswer)).toHaveLength(1);
  expect(seen[0]?.visible).toContain('1,234.5');
}, 60_000);
