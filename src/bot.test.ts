/** The real bot, as a process, between a workspace and a model: what a person gets, over both transports. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Bot,
  COMPARISON,
  fenced,
  isAnswer,
  openPlace,
  type Place,
  type Reply,
  SUMMARY,
} from './bot.fixture.ts';

const METRIC = fenced("await create_metric('Answer', 42);\nreturn 42;");
const TOTAL = fenced(
  "const [row] = await query('SELECT sum(amount) AS total FROM sales_2026');\nawait create_metric('Total', row.total);\nreturn row.total;",
);

/** Words of the question choose what is said. */
const reply: Reply = (messages) => {
  const last = messages.at(-1)?.content ?? '';
  if (last.startsWith('Observation:')) return SUMMARY;
  if (last.includes('quick')) return METRIC;
  return last.includes('total') ? TOTAL : COMPARISON;
};

describe.each(['socket', 'http'] as const)('over %s', (transport) => {
  let place: Place;
  let bot: Bot;
  beforeAll(async () => {
    place = await openPlace(transport, { reply });
    bot = await place.start();
  });
  afterAll(() => place.close());

  it('answers a mention once, with numbers, picture, table and buttons', async () => {
    const { workspace, models } = place;
    const question = workspace.person('ana').mention('#general', 'compare AAPL and MSFT');
    const [answer, ...others] = await place.answers(question);
    expect(others).toEqual([]);
    expect(answer?.text).toBe(SUMMARY);
    expect(answer?.visible).toContain('506');
    expect(answer?.images).toMatchObject([{ alt: expect.stringContaining('Closes of a year') }]);
    expect(answer?.tables[0]).toHaveLength(3);
    expect(answer?.buttons.map(({ text }) => text)).toEqual([
      'Program',
      'CSV',
      'Re-run',
      'Good answer',
      'Bad answer',
    ]);
    expect(models.received).toHaveLength(2);
    expect(workspace.notes).toEqual([]);
  });

  it('gives every row as CSV, and runs the program again without the model', async () => {
    const { workspace, models } = place;
    const ana = workspace.person('ana');
    const question = ana.mention('#general', 'compare AAPL and MSFT once more');
    const [answer] = await place.answers(question);
    if (!answer) throw new Error('no answer');
    await ana.click(answer, 'upload_csv');
    await workspace.until(() => place.bots(question).some((seen) => seen.files.length > 0));
    const files = place.bots(question).flatMap((seen) => seen.files);
    const lines = files.map((file) => [file.name, file.content.toString().trim().split('\r\n').length]);
    expect(lines).toEqual([
      ['metrics.csv', 2],
      ['closes-of-a-year.csv', 507],
      ['last-closes.csv', 3],
    ]);
    const asked = models.received.length;
    await ana.click(answer, 'run_again');
    const seen = await place.answers(question, 2);
    expect(seen.filter(isAnswer)[1]?.visible).toContain('Since the last run: nothing changed.');
    expect(models.received).toHaveLength(asked);
  });

  it('answers each question once when everything is delivered three times, also at the same moment', async () => {
    const { workspace, models } = place;
    const before = models.received.length;
    workspace.deliverCopies(3);
    const question = workspace.person('ana').mention('#general', 'something quick');
    await place.answers(question);
    workspace.deliverCopies(1);
    await workspace.settled();
    expect(place.bots(question)).toHaveLength(1);
    expect(models.received).toHaveLength(before + 2);
  });

  it('answers ten people at once', async () => {
    const { workspace } = place;
    const questions = Array.from({ length: 10 }, (_, i) =>
      workspace.person(`p${i}`).mention('#general', `something quick ${i}`),
    );
    for (const question of questions) expect(await place.answers(question)).toHaveLength(1);
  });

  it('answers two questions of one thread in order', async () => {
    const { workspace, models } = place;
    const ana = workspace.person('ana');
    const question = ana.mention('#general', 'something quick first');
    ana.mention('#general', 'something quick second', { thread: question });
    const seen = await place.answers(question, 2);
    expect(seen).toHaveLength(2);
    const conversation = models.received
      .map(({ body }) => JSON.stringify(body.messages))
      .filter((messages) => messages.includes('something quick second'));
    expect(conversation.every((messages) => messages.includes(SUMMARY))).toBe(true);
  });

  it('reads an attached file as a table', async () => {
    const { workspace } = place;
    const question = workspace.person('ana').mention('#general', 'what is the total?', {
      files: [{ name: 'Sales 2026.csv', content: 'region,amount\nnorth,1200\nsouth,34.5\n' }],
    });
    const [answer] = await place.answers(question);
    expect(answer?.visible).toContain('1,234.5');
  });

  it('reads a file that somebody else put into the thread before', async () => {
    const { workspace } = place;
    const root = workspace.person('eve').say('#general', 'our sales', {
      files: [
        { name: 'Sales 2026.csv', content: 'region,amount\nnorth,7000\nsouth,77\n' },
        { name: 'notes.pdf', content: '%PDF' },
        { name: 'broken.xlsx', content: 'no workbook' },
      ],
    });
    workspace.person('ana').mention('#general', 'what is the total?', { thread: root });
    const [answer] = await place.answers(root);
    expect(answer?.visible).toContain('7,077');
  });

  it('leaves other bots alone, and itself', async () => {
    const { workspace, models } = place;
    const before = models.received.length;
    workspace.person('robot', { bot: true }).mention('#general', 'something quick');
    const posted = await fetch(new URL('chat.postMessage', workspace.apiUrl), {
      method: 'POST',
      headers: { authorization: `Bearer ${workspace.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        channel: workspace.channel('general').id,
        text: `<@${workspace.botUserId}> something quick`,
      }),
    });
    expect(await posted.json()).toMatchObject({ ok: true });
    await workspace.settled();
    // A question behind them is answered: they had their chance.
    await place.answers(workspace.person('ana').mention('#general', 'something quick'));
    expect(models.received).toHaveLength(before + 2);
  });

  it('finishes what runs when it is told to end, and answers after its restart what came meanwhile', async () => {
    const { workspace } = place;
    const ana = workspace.person('ana');
    const first = ana.mention('#general', 'compare AAPL and MSFT at the end');
    await workspace.until(() => place.bots(first).length > 0);
    const ended = bot.end('SIGTERM');
    const second = ana.mention('#general', 'something quick');
    expect(await ended).toBe(0);
    expect(place.bots(first)).toHaveLength(1);
    expect(place.bots(first).filter(isAnswer)).toHaveLength(1);
    bot = await place.start();
    expect(await place.answers(second)).toHaveLength(1);
  });
});
